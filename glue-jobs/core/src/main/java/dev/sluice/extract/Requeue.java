package dev.sluice.extract;

import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Quarantined rows as they are to be judged again.
 *
 * @param table their columns
 * @param rows these columns, and {@link Snapshot#UNREPRESENTABLE}
 */
public record Requeue(SourceTable table, Dataset<Row> rows) {
    public Requeue {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(rows, "rows");
    }
}
