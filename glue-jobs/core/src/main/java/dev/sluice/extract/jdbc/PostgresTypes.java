package dev.sluice.extract.jdbc;

import dev.sluice.extract.jdbc.BookmarkColumns.Kind;
import dev.sluice.extract.jdbc.JdbcColumn.Encoding;
import dev.sluice.settings.ColumnType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The one place that says how each type of PostgreSQL is carried. A type it does not know travels as the text the server
 * writes for it, with a note, so nothing is ever left out or guessed.
 */
final class PostgresTypes {

    private static final ColumnType STRING = ColumnType.of("string");
    private static final ColumnType BIGINT = ColumnType.of("bigint");

    private static final Map<String, ColumnType> PLAIN = Map.of(
            "bool", ColumnType.of("boolean"),
            "int2", ColumnType.of("smallint"),
            "int4", ColumnType.of("int"),
            "int8", BIGINT,
            "float4", ColumnType.of("float"),
            "float8", ColumnType.of("double"),
            "bytea", ColumnType.of("binary"));

    private static final Set<String> TEXT = Set.of("text", "varchar", "name");

    private static final String NO_MODIFIER_NOTE =
            "numeric without a precision that fits 38 digits is carried as text; declare decimal(p,s) to cast it";

    private static final int EXACT_EPOCH_VERSION = 140_000;

    private PostgresTypes() {}

    /** The mapping of a type; there is one for every type a column can have. */
    static TypeMapping map(PostgresType type, int serverVersion) {
        if (type.element() == PostgresType.Shape.ARRAY) {
            return json("array carried as JSON text; lower bounds other than 1 are dropped");
        }
        if (type.category() == 'c') {
            return json("composite carried as JSON text");
        }
        if (!type.schema().equals("pg_catalog")) {
            return text(Optional.of(
                    type.category() == 'e'
                            ? "enum carried as its label"
                            : type.declared() + " carried as the text the server writes for it"));
        }
        ColumnType plain = PLAIN.get(type.name());
        if (plain != null) {
            return new TypeMapping(
                    UnaryOperator.identity(), plain, Encoding.PLAIN, plain, plain, Optional.empty(), Optional.empty());
        }
        if (TEXT.contains(type.name())) {
            return text(Optional.empty());
        }
        return switch (type.name()) {
            case "numeric" -> numeric(type);
            case "oid" -> new TypeMapping(
                    value -> "(" + value + ")::bigint",
                    BIGINT,
                    Encoding.PLAIN,
                    BIGINT,
                    BIGINT,
                    Optional.empty(),
                    Optional.empty());
            case "date" -> date();
            case "timestamptz" -> timestamp(
                    serverVersion,
                    Encoding.EPOCH_MICROS,
                    "timestamp",
                    "'0001-01-01 00:00:00+00'::timestamptz",
                    "'10000-01-01 00:00:00+00'::timestamptz",
                    Optional.empty());
            case "timestamp" -> timestamp(
                    serverVersion,
                    Encoding.LOCAL_MICROS,
                    "timestamp_ntz",
                    "'0001-01-01 00:00:00'::timestamp",
                    "'10000-01-01 00:00:00'::timestamp",
                    Optional.of("without time zone: taken as the clock of the source's time-zone"));
            case "json", "jsonb" -> text(Optional.of(type.name() + " carried as its JSON text"));
            case "bpchar" -> text(Optional.of("blanks that pad char(n) are dropped"));
            case "money" -> text(Optional.of("money carried as text in the server's currency format"));
            case "inet" -> inet();
            default -> text(Optional.of(type.declared() + " carried as the text the server writes for it"));
        };
    }

    /** The kind of bookmark a type can serve as; empty where its values do not order changes. */
    static Optional<Kind> order(PostgresType type) {
        if (!type.schema().equals("pg_catalog") || type.element() == PostgresType.Shape.ARRAY) {
            return Optional.empty();
        }
        return switch (type.name()) {
            case "timestamptz" -> Optional.of(Kind.INSTANT);
            case "timestamp" -> Optional.of(Kind.WALL_CLOCK);
            case "date" -> Optional.of(Kind.DAY);
            case "int2", "int4", "int8" -> Optional.of(Kind.SEQUENCE);
            case "numeric" -> type.precision() >= 1 && type.precision() <= 18 && type.scale() == 0
                    ? Optional.of(Kind.SEQUENCE)
                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * Exact microseconds since the epoch of a finite timestamp expression, as bigint. Before version 14 the epoch is a
     * double, which cannot hold microseconds of every year, so it is put together from two exact parts.
     */
    static String micros(String value, int serverVersion) {
        if (serverVersion >= EXACT_EPOCH_VERSION) {
            return "(extract(epoch FROM " + value + ") * 1000000)::bigint";
        }
        return "(extract(epoch FROM date_trunc('second', " + value + "))::bigint * 1000000 + extract(microseconds FROM "
                + value + ")::bigint % 1000000)";
    }

    private static TypeMapping numeric(PostgresType type) {
        int precision = type.precision();
        int scale = type.scale();
        if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
            return text(Optional.of(NO_MODIFIER_NOTE));
        }
        ColumnType decimal = ColumnType.of("decimal(" + precision + "," + scale + ")");
        return new TypeMapping(
                value -> "CASE WHEN " + value + " <> 'NaN'::numeric THEN " + value + " END::numeric(" + precision + ","
                        + scale + ")",
                decimal,
                Encoding.PLAIN,
                decimal,
                decimal,
                Optional.of(value -> value + " = 'NaN'::numeric"),
                Optional.empty());
    }

    private static TypeMapping date() {
        ColumnType date = ColumnType.of("date");
        String inside = " BETWEEN '0001-01-01'::date AND '9999-12-31'::date";
        return new TypeMapping(
                value -> "CASE WHEN " + value + inside + " THEN " + value + " - '1970-01-01'::date END",
                ColumnType.of("int"),
                Encoding.EPOCH_DAYS,
                date,
                date,
                Optional.of(value -> value + " NOT" + inside),
                Optional.empty());
    }

    private static TypeMapping timestamp(
            int serverVersion, Encoding encoding, String raw, String first, String end, Optional<String> note) {
        return new TypeMapping(
                value -> "CASE WHEN " + value + " >= " + first + " AND " + value + " < " + end + " THEN "
                        + micros(value, serverVersion) + " END",
                BIGINT,
                encoding,
                ColumnType.of(raw),
                ColumnType.of("timestamp"),
                Optional.of(value -> "(" + value + " < " + first + " OR " + value + " >= " + end + ")"),
                note);
    }

    private static TypeMapping text(Optional<String> note) {
        return new TypeMapping(
                value -> "(" + value + ")::text", STRING, Encoding.PLAIN, STRING, STRING, Optional.empty(), note);
    }

    /** A cast to text adds the length of the mask to a host's address; the type's own output does not. */
    private static TypeMapping inet() {
        return new TypeMapping(
                value -> "abbrev(" + value + ")",
                STRING,
                Encoding.PLAIN,
                STRING,
                STRING,
                Optional.empty(),
                Optional.of("inet carried as the text the server writes for it"));
    }

    private static TypeMapping json(String note) {
        return new TypeMapping(
                value -> "to_json(" + value + ")::text",
                STRING,
                Encoding.PLAIN,
                STRING,
                STRING,
                Optional.empty(),
                Optional.of(note));
    }
}
