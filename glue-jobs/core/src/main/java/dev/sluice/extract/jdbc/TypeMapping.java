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

    /** The same with another type for table items. */
    TypeMapping naturally(String type) {
        return new TypeMapping(select, primitive, encoding, raw, ColumnType.of(type), unrepresentable, note);
    }
}
