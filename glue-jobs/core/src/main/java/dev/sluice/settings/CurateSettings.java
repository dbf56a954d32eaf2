package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a batch becomes part of curated.
 *
 * @param mode merge, append, replace or history
 * @param primaryKey target column names; required by merge and history; none of them is nullable
 * @param orderBy which of two rows of one key in one batch wins: the later in this order; target column names
 * @param partitionBy target column names
 * @param quality conditions every curated row meets; others are quarantined
 * @param deleteWhen a SQL condition over the source's columns; a row that meets it says that its key is deleted; of merge
 * @param validTime of history: the target column of type timestamp that says when a row came to be as it is; empty takes the
 *     time of the read
 * @param retention how far back the table can be read as it was; empty leaves Delta's own defaults
 */
public record CurateSettings(
        Mode mode,
        List<String> primaryKey,
        List<String> orderBy,
        List<String> partitionBy,
        List<QualityRule> quality,
        Optional<String> deleteWhen,
        Optional<String> validTime,
        Optional<Duration> retention) {

    public CurateSettings {
        Objects.requireNonNull(mode, "mode");
        primaryKey = List.copyOf(primaryKey);
        orderBy = List.copyOf(orderBy);
        partitionBy = List.copyOf(partitionBy);
        quality = List.copyOf(quality);
        Objects.requireNonNull(deleteWhen, "deleteWhen");
        Objects.requireNonNull(validTime, "validTime");
        Objects.requireNonNull(retention, "retention");
        if (mode.isKeyed() && primaryKey.isEmpty()) {
            throw new IllegalArgumentException("merge and history need a primary-key");
        }
    }

    /** Settings without deletes, history and without a retention of their own. */
    public CurateSettings(
            Mode mode,
            List<String> primaryKey,
            List<String> orderBy,
            List<String> partitionBy,
            List<QualityRule> quality) {
        this(mode, primaryKey, orderBy, partitionBy, quality, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What identifies a row of curated: the primary key, and in a history the beginning of the version too. */
    public List<String> rowKey() {
        return mode == Mode.HISTORY
                ? Stream.concat(primaryKey.stream(), Stream.of(HistoryColumns.VALID_FROM))
                        .toList()
                : primaryKey;
    }

    /** How rows reach curated. */
    public enum Mode {
        /** Insert or update by primary key; a full read also deletes keys the source no longer has. */
        MERGE,
        /** Add each row once. */
        APPEND,
        /** Put the batch in the place of everything. */
        REPLACE,
        /** Keep every version of a row with the time it held; {@link HistoryColumns} names the columns. */
        HISTORY;

        /** Whether rows are found again by their primary key, so that reading one again does no harm. */
        public boolean isKeyed() {
            return this == MERGE || this == HISTORY;
        }
    }

    /**
     * A named condition.
     *
     * @param name names the rule in quarantine
     * @param condition a Spark SQL condition over target columns; a row breaks the rule where it is false; where it is
     *     NULL the row passes, as with a CHECK constraint
     */
    public record QualityRule(String name, String condition) {
        public QualityRule {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(condition, "condition");
        }
    }
}
