package dev.sluice.quality;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.trunc;
import static org.apache.spark.sql.functions.udf;

import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.SchemaSettings;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Masks the columns of projected rows that the settings call personal data, the last step before curated. */
public final class Masks {

    private final Secrets secrets;

    /** @param secrets where the key of hashes is looked up, if a column is hashed */
    public Masks(Secrets secrets) {
        this.secrets = Objects.requireNonNull(secrets, "secrets");
    }

    /**
     * The rows with masked values in the place of plain ones; {@link Projection#RAW} is left as it is.
     *
     * @param columns the batch's target schema
     */
    public Dataset<Row> apply(Dataset<Row> projected, List<ColumnSettings> columns, SchemaSettings schema) {
        Dataset<Row> masked = projected;
        for (ColumnSettings column : columns) {
            if (column.masking().isPresent()) {
                Column value = column(column.name());
                masked = masked.withColumn(
                        column.name(),
                        switch (column.masking().get()) {
                            case HASH -> hash(value, schema);
                            case TRUNCATE -> truncate(value, column);
                            case OMIT -> throw new IllegalStateException("Curated leaves out " + column.name());
                        });
            }
        }
        return masked;
    }

    private Column hash(Column value, SchemaSettings schema) {
        UDF1<String, String> hash =
                new KeyedHash(secrets.key(schema.maskingSecret().orElseThrow()));
        return udf(hash, DataTypes.StringType).apply(value);
    }

    private static Column truncate(Column value, ColumnSettings column) {
        return switch (column.type().ddl()) {
            case "date" -> trunc(value, "YEAR");
            case "timestamp", "timestamp_ntz" -> date_trunc("YEAR", value)
                    .cast(column.type().ddl());
            default -> {
                String name = quoted(column.name());
                yield expr("substring(" + name + ", 1, greatest(least(3, length(" + name + ") - 1), 0))");
            }
        };
    }
}
