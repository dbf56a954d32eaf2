package dev.sluice.history;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Features to join to labels: columns of one history table.
 *
 * @param name stands before each feature's name in the outcome, with {@code _} between
 * @param history the table's rows, as {@code spark.read().format("delta")} gives them
 * @param key of each column of the labels the column of the history it must equal
 * @param columns the features, columns of the history
 * @param tie whether a version that begins exactly at the label's time counts
 * @param known when a version counts as known
 * @param delay how long after its beginning a version is available where the model runs; zero where at once
 */
public record Features(
        String name,
        Dataset<Row> history,
        Map<String, String> key,
        List<String> columns,
        Tie tie,
        Known known,
        Duration delay) {

    public Features {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(history, "history");
        key = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(key));
        columns = List.copyOf(columns);
        Objects.requireNonNull(tie, "tie");
        Objects.requireNonNull(known, "known");
        Objects.requireNonNull(delay, "delay");
        if (name.isBlank() || key.isEmpty() || columns.isEmpty()) {
            throw new IllegalArgumentException("Features need a name, a key and columns");
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("A delay is not negative: " + delay);
        }
    }

    /** Features by a key of the same name on both sides; ties are left out, valid time decides, nothing is delayed. */
    public static Features of(String name, Dataset<Row> history, String key, String... columns) {
        return new Features(
                name, history, Map.of(key, key), List.of(columns), Tie.EXCLUDED, Known.BY_VALID_TIME, Duration.ZERO);
    }

    /** The same features with ties treated in this way. */
    public Features with(Tie treatment) {
        return new Features(name, history, key, columns, treatment, known, delay);
    }

    /** The same features, known from then on. */
    public Features with(Known from) {
        return new Features(name, history, key, columns, tie, from, delay);
    }

    /** The same features, available so long after they begin. */
    public Features delayedBy(Duration duration) {
        return new Features(name, history, key, columns, tie, known, duration);
    }

    /** What becomes of a version that begins exactly at the label's time. */
    public enum Tie {
        /** The version before it is joined: what happened at the label's time may be the label's own doing. */
        EXCLUDED,
        /** It is joined. */
        INCLUDED
    }

    /** When a version counts as known. */
    public enum Known {
        /** From its {@code _valid_from} on, also where it was read later: the truth about that time as known today. */
        BY_VALID_TIME,
        /**
         * Only if it was read by the label's time too ({@code _recorded_at}): what a model could have seen. Where the
         * version that held had not been read, nothing is joined.
         */
        BY_RECORDED_TIME
    }
}
