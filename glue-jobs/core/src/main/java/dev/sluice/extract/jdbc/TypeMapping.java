package dev.sluice.extract.jdbc;

import dev.sluice.extract.jdbc.JdbcColumn.Encoding;
import dev.sluice.settings.ColumnType;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How values of a type travel.
 *
 * @param select from an SQL expression of the type to one of its primitive form
 * @param unrepresentable from an SQL expression of the type to the condition that it has no raw form
 */
record TypeMapping(
        UnaryOperator<String> select,
        ColumnType primitive,
        Encoding encoding,
        ColumnType raw,
        ColumnType natural,
        Optional<UnaryOperator<String>> unrepresentable,
        Optional<String> note) {

    /** Values that travel as they are. */
    static TypeMapping plain(String type) {
        ColumnType known = ColumnType.of(type);
        return new TypeMapping(
                UnaryOperator.identity(), known, Encoding.PLAIN, known, known, Optional.empty(), Optional.empty());
    }

    /** Values that another expression gives unchanged, in a type all of them fit. */
    static TypeMapping converted(String type, UnaryOperator<String> select, Optional<String> note) {
        ColumnType known = ColumnType.of(type);
        return new TypeMapping(select, known, Encoding.PLAIN, known, known, Optional.empty(), note);
    }

    /** The same by a format that %s stands for the expression in; {@code note} may be null. */
    static TypeMapping converted(String type, String select, String note) {
        return converted(type, value -> select.replace("%s", value), Optional.ofNullable(note));
    }

    /** A timestamp of which each value can travel as its microseconds. */
    static TypeMapping timestamp(UnaryOperator<String> select, Encoding encoding, String raw, Optional<String> note) {
        return new TypeMapping(
                select,
                ColumnType.of("bigint"),
                encoding,
                ColumnType.of(raw),
                ColumnType.of("timestamp"),
                Optional.empty(),
                note);
    }

    /** The same with another type for table items. */
    TypeMapping naturally(String type) {
        return new TypeMapping(select, primitive, encoding, raw, ColumnType.of(type), unrepresentable, note);
    }
}
