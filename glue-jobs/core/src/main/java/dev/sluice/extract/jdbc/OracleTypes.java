package dev.sluice.extract.jdbc;

import static dev.sluice.extract.jdbc.TypeMapping.converted;
import static dev.sluice.extract.jdbc.TypeMapping.timestamp;

import dev.sluice.extract.jdbc.BookmarkColumns.Kind;
import dev.sluice.extract.jdbc.JdbcColumn.Encoding;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The one place that says how each type of Oracle is carried; one it does not know travels as text, with a note. */
final class OracleTypes {

    private static final int MOST_DIGITS = 38;
    private static final int INT_DIGITS = 9;
    private static final int LONG_DIGITS = 18;
    private static final String LOCAL_NOTE = "without time zone: taken as the clock of the source's time-zone";

    private OracleTypes() {}

    /**
     * A column's type.
     *
     * @param name as the catalog names it, without precision: {@code TIMESTAMP WITH TIME ZONE}
     * @param precision digits of a number; empty where it was declared without
     */
    record Type(String name, OptionalInt precision, int scale) {

        /** The type of a name that may hold precisions, like {@code TIMESTAMP(6) WITH TIME ZONE}. */
        static Type of(String catalogName, OptionalInt precision, int scale) {
            return new Type(
                    catalogName
                            .toUpperCase(Locale.ROOT)
                            .replaceAll("\\(\\d+\\)", "")
                            .strip(),
                    precision,
                    scale);
        }

        String declared() {
            return precision.isPresent() && name.equals("NUMBER")
                    ? "NUMBER(" + precision.getAsInt() + "," + scale + ")"
                    : name;
        }

        private boolean isWhole() {
            return name.equals("NUMBER") && precision.isPresent() && scale <= 0;
        }

        private int digits() {
            return precision.orElse(0) - Math.min(0, scale);
        }
    }

    static TypeMapping map(Type type) {
        return switch (type.name()) {
            case "NUMBER" -> number(type);
            case "FLOAT" -> converted("double", "CAST(%s AS BINARY_DOUBLE)", "FLOAT carried as double");
            case "BINARY_FLOAT" -> TypeMapping.plain("float");
            case "BINARY_DOUBLE" -> TypeMapping.plain("double");
            case "BOOLEAN" -> TypeMapping.plain("boolean");
                // A date of Oracle has hours, minutes and seconds.
            case "DATE" -> timestamp(
                    value -> "ROUND((" + value + " - DATE '1970-01-01') * 86400) * 1000000",
                    Encoding.LOCAL_MICROS,
                    "timestamp_ntz",
                    Optional.of(LOCAL_NOTE));
            case "TIMESTAMP" -> timestamp(
                    OracleTypes::micros, Encoding.LOCAL_MICROS, "timestamp_ntz", Optional.of(LOCAL_NOTE));
            case "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE" -> timestamp(
                    value -> micros("SYS_EXTRACT_UTC(" + value + ")"),
                    Encoding.EPOCH_MICROS,
                    "timestamp",
                    Optional.empty());
            case "CHAR", "NCHAR", "VARCHAR2", "NVARCHAR2", "CLOB", "NCLOB", "LONG" -> TypeMapping.plain("string");
            case "RAW", "LONG RAW", "BLOB" -> TypeMapping.plain("binary");
            case "ROWID", "UROWID" -> converted("string", "ROWIDTOCHAR(%s)", "row address carried as text");
            case "JSON" -> converted("string", "JSON_SERIALIZE(%s RETURNING CLOB)", "json carried as its JSON text");
            case "XMLTYPE" -> converted("string", "XMLSERIALIZE(CONTENT %s AS CLOB)", "xml carried as text");
            default -> converted(
                    "string", "TO_CHAR(%s)", type.name() + " carried as the text the server writes for it");
        };
    }

    /** The kind of bookmark a type can serve as; empty where its values do not order changes. */
    static Optional<Kind> order(Type type) {
        return switch (type.name()) {
            case "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE" -> Optional.of(Kind.INSTANT);
            case "TIMESTAMP", "DATE" -> Optional.of(Kind.WALL_CLOCK);
            case "NUMBER" -> type.isWhole() && type.digits() <= LONG_DIGITS
                    ? Optional.of(Kind.SEQUENCE)
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Microseconds since 1970-01-01T00:00:00 of a timestamp without zone; what is finer is cut off. */
    static String micros(String value) {
        return "((TRUNC(" + value + ") - DATE '1970-01-01') * 86400 + EXTRACT(HOUR FROM " + value
                + ") * 3600 + EXTRACT(MINUTE FROM " + value + ") * 60) * 1000000 + FLOOR(EXTRACT(SECOND FROM " + value
                + ") * 1000000)";
    }

    private static TypeMapping number(Type type) {
        if (type.isWhole() && type.digits() <= LONG_DIGITS) {
            return TypeMapping.plain(type.digits() <= INT_DIGITS ? "int" : "bigint");
        }
        int scale = Math.max(0, type.scale());
        int digits = Math.max(type.digits(), scale);
        return type.precision().isPresent() && digits <= MOST_DIGITS
                ? TypeMapping.plain("decimal(" + digits + "," + scale + ")")
                : converted(
                        "string",
                        "TO_CHAR(%s, 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''')",
                        "number without precision, or of more than 38 digits, carried as text; declare decimal(p,s) to"
                                + " cast it");
    }
}
