package dev.sluice.extract.jdbc;

import dev.sluice.extract.jdbc.BookmarkColumns.Kind;
import dev.sluice.extract.jdbc.JdbcColumn.Encoding;
import dev.sluice.settings.ColumnType;
import java.util.Optional;

/**
 * The one place that says how each type of MySQL and MariaDB is carried. Dates are counted by the server, since what it
 * keeps as a date need not be one: a zero in it, or a 31st of February, has no raw form and is named. A type it does not
 * know travels as the hexadecimal digits of its bytes, with a note, so nothing is ever left out or guessed.
 */
final class MysqlTypes {

    /** {@code TO_DAYS('1970-01-01')}. */
    private static final int EPOCH_DAY = 719_528;

    private static final int MOST_DIGITS = 38;
    private static final int MOST_SEQUENCE_DIGITS = 18;

    private MysqlTypes() {}

    /** The mapping of a type; there is one for every type a column can have. */
    static TypeMapping map(MysqlType type) {
        return switch (type.name()) {
            case "tinyint" -> tinyint(type);
            case "smallint" -> TypeMapping.plain(type.unsigned() ? "int" : "smallint");
            case "mediumint" -> TypeMapping.plain("int");
            case "int" -> TypeMapping.plain(type.unsigned() ? "bigint" : "int");
            case "bigint" -> type.unsigned()
                    ? decimal("CAST(%s AS DECIMAL(20,0))", 20, 0)
                    : TypeMapping.plain("bigint");
            case "decimal", "numeric" -> number(type);
                // The text of a float has six digits; as a double it has all.
            case "float" -> TypeMapping.converted("float", value -> "(" + value + " + 0e0)", Optional.empty());
            case "double", "real" -> TypeMapping.plain("double");
            case "bit" -> bit(type);
            case "year" -> TypeMapping.converted("smallint", value -> "(" + value + " + 0)", Optional.empty())
                    .naturally("int");
            case "date" -> date();
            case "datetime" -> timestamp(
                    Encoding.LOCAL_MICROS,
                    "timestamp_ntz",
                    Optional.of("without time zone: taken as the clock of the source's time-zone"));
            case "timestamp" -> timestamp(Encoding.EPOCH_MICROS, "timestamp", Optional.empty());
            case "time" -> text(Optional.of("time carried as text: it reaches beyond 24 hours and below zero"));
                // What the driver calls a char, Spark fills up with blanks again.
            case "char" -> text(Optional.empty());
            case "varchar", "tinytext", "text", "mediumtext", "longtext" -> TypeMapping.plain("string");
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> TypeMapping.plain("binary");
            case "enum" -> text(Optional.of("enum carried as its label; one that is no member reads as empty text"));
            case "set" -> text(Optional.of("set carried as its labels with commas between"));
            case "json" -> text(Optional.of("json carried as its JSON text"));
            case "uuid", "inet4", "inet6" -> text(
                    Optional.of(type.name() + " carried as the text the server writes for it"));
            case "geometry",
                    "point",
                    "linestring",
                    "polygon",
                    "multipoint",
                    "multilinestring",
                    "multipolygon",
                    "geometrycollection",
                    "geomcollection" -> TypeMapping.converted(
                    "binary",
                    value -> "ST_AsBinary(" + value + ")",
                    Optional.of(type.name() + " carried as well-known binary; its reference system is left out"));
            default -> TypeMapping.converted(
                    "string",
                    value -> "HEX(" + value + ")",
                    Optional.of(type.declared() + " carried as the hexadecimal digits of its bytes"));
        };
    }

    /** The kind of bookmark a type can serve as; empty where its values do not order changes. */
    static Optional<Kind> order(MysqlType type) {
        return switch (type.name()) {
            case "timestamp" -> Optional.of(Kind.INSTANT);
            case "datetime" -> Optional.of(Kind.WALL_CLOCK);
            case "date" -> Optional.of(Kind.DAY);
            case "tinyint", "smallint", "mediumint", "int", "bigint" -> Optional.of(Kind.SEQUENCE);
            case "decimal", "numeric" -> type.scale() == 0 && type.precision() <= MOST_SEQUENCE_DIGITS
                    ? Optional.of(Kind.SEQUENCE)
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Exact microseconds since the epoch of a date and time, in the session's zone, as a whole number. */
    static String micros(String value) {
        return "((TO_DAYS(" + value + ") - " + EPOCH_DAY + ") * 86400000000 + (HOUR(" + value + ") * 3600 + MINUTE("
                + value + ") * 60 + SECOND(" + value + ")) * 1000000 + MICROSECOND(" + value + "))";
    }

    private static TypeMapping tinyint(MysqlType type) {
        TypeMapping plain = TypeMapping.plain("smallint");
        return type.declared().startsWith("tinyint(1)") && !type.unsigned()
                ? TypeMapping.converted(
                                "smallint",
                                value -> value,
                                Optional.of("tinyint(1) taken for a boolean, and rows with another number than 0 and 1"
                                        + " go to quarantine; declare smallint for a number"))
                        .naturally("boolean")
                : plain;
    }

    private static TypeMapping number(MysqlType type) {
        return type.precision() <= MOST_DIGITS
                ? decimal("%s", type.precision(), type.scale())
                : TypeMapping.converted(
                        "string",
                        value -> "CAST(" + value + " AS CHAR)",
                        Optional.of(
                                "decimal with more than 38 digits is carried as text; declare decimal(p,s) to cast it"));
    }

    private static TypeMapping decimal(String select, int precision, int scale) {
        return TypeMapping.converted(
                "decimal(" + precision + "," + scale + ")", value -> select.formatted(value), Optional.empty());
    }

    private static TypeMapping bit(MysqlType type) {
        if (type.precision() == 1) {
            return TypeMapping.converted("boolean", value -> "(" + value + " + 0)", Optional.empty());
        }
        Optional<String> note = Optional.of(type.declared() + " carried as the number its bits make");
        return type.precision() < 64
                ? TypeMapping.converted("bigint", value -> "CAST(" + value + " AS UNSIGNED)", note)
                : TypeMapping.converted(
                        "decimal(20,0)", value -> "CAST(CAST(" + value + " AS UNSIGNED) AS DECIMAL(20,0))", note);
    }

    private static TypeMapping date() {
        return new TypeMapping(
                value -> "CASE WHEN " + isDay(value) + " THEN TO_DAYS(" + value + ") - " + EPOCH_DAY + " END",
                ColumnType.of("int"),
                Encoding.EPOCH_DAYS,
                ColumnType.of("date"),
                ColumnType.of("date"),
                Optional.of(value -> "NOT " + isDay(value)),
                Optional.empty());
    }

    private static TypeMapping timestamp(Encoding encoding, String raw, Optional<String> note) {
        return new TypeMapping(
                value -> "CASE WHEN " + isDay(value) + " THEN " + micros(value) + " END",
                ColumnType.of("bigint"),
                encoding,
                ColumnType.of(raw),
                ColumnType.of("timestamp"),
                Optional.of(value -> "NOT " + isDay(value)),
                note);
    }

    /** Whether a value's day is one of the calendar, from year 1 on: counted in days and back it stays what it is. */
    private static String isDay(String value) {
        return "(LEFT(CAST(" + value + " AS CHAR), 10) <=> CAST(FROM_DAYS(TO_DAYS(" + value + ")) AS CHAR))";
    }

    private static TypeMapping text(Optional<String> note) {
        return TypeMapping.converted("string", value -> "CONVERT(" + value + " USING utf8mb4)", note);
    }
}
