package dev.sluice.verify;

import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.settings.ColumnType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The one text a value has for comparison, whichever side computes it: a database from a primitive value ({@link Texts}), Spark from a
 * typed one. NULL stays NULL. Equal texts mean equal values, and of a float's values only the two zeros, and all that are
 * not a number, are taken for one.
 *
 * @param kind how values are written
 * @param scale the digits after a decimal's point; else 0
 */
record Form(Kind kind, int scale) {

    /** How values are written. */
    enum Kind {
        /** {@code t} or {@code f}. */
        BOOLEAN,
        /** Decimal digits. */
        INTEGER,
        /** All digits after the point, no exponent. */
        DECIMAL,
        /** The bits in hexadecimal. */
        FLOAT,
        /** The bits in hexadecimal. */
        DOUBLE,
        /** As it is. */
        TEXT,
        /** Lower-case hexadecimal. */
        BINARY,
        /** Days since 1970-01-01. */
        DATE,
        /** Microseconds since 1970-01-01T00:00:00Z. */
        INSTANT,
        /** Microseconds since 1970-01-01T00:00:00 on a clock without zone. */
        WALL_CLOCK
    }

    /** The form of a type; empty for arrays, which have none. */
    static Optional<Form> of(ColumnType type) {
        if (type.isDecimal()) {
            return Optional.of(new Form(Kind.DECIMAL, type.scale()));
        }
        Kind kind =
                switch (type.ddl()) {
                    case "boolean" -> Kind.BOOLEAN;
                    case "smallint", "int", "bigint" -> Kind.INTEGER;
                    case "float" -> Kind.FLOAT;
                    case "double" -> Kind.DOUBLE;
                    case "string" -> Kind.TEXT;
                    case "binary" -> Kind.BINARY;
                    case "date" -> Kind.DATE;
                    case "timestamp" -> Kind.INSTANT;
                    case "timestamp_ntz" -> Kind.WALL_CLOCK;
                    default -> null;
                };
        return Optional.ofNullable(kind).map(known -> new Form(known, 0));
    }

    static Form of(Kind kind) {
        return new Form(kind, 0);
    }

    /** The text as a Spark expression of a value of the type; the session's time zone must be UTC. */
    Column lake(Column value) {
        return switch (kind) {
            case BOOLEAN -> when(value, "t").when(value.equalTo(false), "f");
            case INTEGER -> value.cast("string");
            case DECIMAL -> udf((UDF1<BigDecimal, String>) Form::digits, DataTypes.StringType)
                    .apply(value);
            case FLOAT -> udf((UDF1<Float, String>) Form::bits, DataTypes.StringType)
                    .apply(value);
            case DOUBLE -> udf((UDF1<Double, String>) Form::bits, DataTypes.StringType)
                    .apply(value);
            case TEXT -> value;
            case BINARY -> lower(hex(value));
            case DATE -> unix_date(value).cast("string");
            case INSTANT, WALL_CLOCK -> unix_micros(value.cast("timestamp")).cast("string");
        };
    }

    /** A text of this form as people write such a value. */
    String shown(String text) {
        try {
            return switch (kind) {
                case BOOLEAN -> text.equals("t") ? "true" : "false";
                case FLOAT -> String.valueOf(Float.intBitsToFloat(HexFormat.fromHexDigits(text)));
                case DOUBLE -> String.valueOf(Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(text)));
                case DATE -> LocalDate.ofEpochDay(Long.parseLong(text)).toString();
                case INSTANT -> instant(text).toString();
                case WALL_CLOCK -> instant(text)
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDateTime()
                        .toString();
                case INTEGER, DECIMAL, TEXT, BINARY -> text;
            };
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException special) {
            // Infinity and what else a database holds beyond the type is written as the database writes it.
            return text;
        }
    }

    private static Instant instant(String micros) {
        return Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS);
    }

    private static String digits(BigDecimal value) {
        return value == null ? null : value.toPlainString();
    }

    private static String bits(Float value) {
        return value == null ? null : HexFormat.of().toHexDigits(Float.floatToIntBits(value + 0f));
    }

    private static String bits(Double value) {
        return value == null ? null : HexFormat.of().toHexDigits(Double.doubleToLongBits(value + 0d));
    }
}
