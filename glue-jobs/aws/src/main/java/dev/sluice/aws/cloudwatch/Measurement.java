package dev.sluice.aws.cloudwatch;

import dev.sluice.settings.TableName;
import java.util.Objects;
import java.util.Optional;

/**
 * One value of a metric.
 *
 * @param source its dimension {@code Source}
 * @param table its dimension {@code Table}, without the source; absent where it is about all tables of the source
 */
public record Measurement(Metric metric, String source, Optional<String> table, double value) {

    public Measurement {
        Objects.requireNonNull(metric, "metric");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(table, "table");
    }

    static Measurement of(Metric metric, TableName table, double value) {
        return new Measurement(metric, table.source(), Optional.of(table.table()), value);
    }

    static Measurement of(Metric metric, String source, double value) {
        return new Measurement(metric, source, Optional.empty(), value);
    }
}
