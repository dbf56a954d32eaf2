package dev.sluice.settings;

import java.util.List;
import java.util.Objects;

/**
 * How a batch becomes part of curated.
 *
 * @param mode merge, append or replace
 * @param primaryKey target column names; required by merge; none of them is nullable
 * @param orderBy which of two rows of one key in one batch wins: the later in this order; target column names
 * @param partitionBy target column names
 * @param quality conditions every curated row meets; others are quarantined
 */
public record CurateSettings(
        Mode mode, List<String> primaryKey, List<String> orderBy, List<String> partitionBy, List<QualityRule> quality) {

    public CurateSettings {
        Objects.requireNonNull(mode, "mode");
        primaryKey = List.copyOf(primaryKey);
        orderBy = List.copyOf(orderBy);
        partitionBy = List.copyOf(partitionBy);
        quality = List.copyOf(quality);
        if (mode == Mode.MERGE && primaryKey.isEmpty()) {
            throw new IllegalArgumentException("merge needs a primary-key");
        }
    }

    /** How rows reach curated. */
    public enum Mode {
        /** Insert or update by primary key; a full read also deletes keys the source no longer has. */
        MERGE,
        /** Add each row once. */
        APPEND,
        /** Put the batch in the place of everything. */
        REPLACE
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
