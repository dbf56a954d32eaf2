package dev.sluice.extract.jdbc;

import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.ColumnType;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * How a column travels: an SQL expression that yields a primitive form, which no driver can convert wrongly,
 * and the Spark conversion from that to the raw type. A value that has no raw form reads NULL in both.
 *
 * @param column what the column is
 * @param selectExpression SQL over the relation's columns; yields {@code primitive}
 * @param primitive boolean, smallint, int, bigint, float, double, decimal(p,s), string or binary
 * @param encoding what the primitive form stands for
 * @param unrepresentable an SQL condition that holds for values with no raw form; empty where every value has one
 */
public record JdbcColumn(
        SourceColumn column,
        String selectExpression,
        ColumnType primitive,
        Encoding encoding,
        Optional<String> unrepresentable) {

    public JdbcColumn {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(selectExpression, "selectExpression");
        Objects.requireNonNull(primitive, "primitive");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(unrepresentable, "unrepresentable");
    }

    /** What a primitive form stands for. */
    public enum Encoding {
        /** The value itself. */
        PLAIN,
        /** Days since 1970-01-01. */
        EPOCH_DAYS,
        /** Microseconds since 1970-01-01T00:00:00Z. */
        EPOCH_MICROS,
        /** Microseconds since 1970-01-01T00:00:00 on a clock without a zone. */
        LOCAL_MICROS
    }

    /** The raw value of a primitive one; does not depend on the session's time zone. */
    public Column toRaw(Column value) {
        return switch (encoding) {
            case PLAIN -> value;
            case EPOCH_DAYS -> functions.date_from_unix_date(value);
            case EPOCH_MICROS -> functions.timestamp_micros(value);
            case LOCAL_MICROS -> functions
                    .expr("TIMESTAMP_NTZ '1970-01-01 00:00:00'")
                    .plus(functions.make_dt_interval(
                            functions.lit(0),
                            functions.lit(0),
                            functions.lit(0),
                            value.cast("decimal(18,0)").multiply(functions.expr("0.000001BD"))));
        };
    }

    /** The primitive form of a raw value: what {@link #toRaw} turns round, as independent of the zone. */
    public Column toPrimitive(Column value) {
        return switch (encoding) {
            case PLAIN -> value;
            case EPOCH_DAYS -> functions.unix_date(value);
            case EPOCH_MICROS -> functions.unix_micros(value);
            case LOCAL_MICROS -> functions
                    .unix_date(value.cast("date"))
                    .cast("bigint")
                    .multiply(86_400_000_000L)
                    .plus(functions.hour(value).cast("bigint").multiply(3_600_000_000L))
                    .plus(functions.minute(value).cast("bigint").multiply(60_000_000L))
                    .plus(functions
                            .extract(functions.lit("SECOND"), value)
                            .multiply(1_000_000)
                            .cast("bigint"));
        };
    }
}
