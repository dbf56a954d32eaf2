package dev.sluice.settings;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How rows that the source has deleted are found by its keys, and what becomes of them in curated.
 *
 * @param action what becomes of them
 * @param markColumn of action mark: the column of curated, a timestamp, that says when a row was found deleted
 * @param maxShare the largest share of curated's rows that one reconciliation may remove or mark, above 0 and at most 1
 * @param every how often the scheduled job reconciles the table
 * @param ranges in how many ranges the key is read; empty leaves it to the table's size
 */
public record ReconcileSettings(
        Action action, Optional<String> markColumn, double maxShare, Duration every, OptionalInt ranges) {

    public static final double DEFAULT_MAX_SHARE = 0.05;
    public static final Duration DEFAULT_EVERY = Duration.ofDays(1);

    /** Removes at most one row in twenty, once a day. */
    public static final ReconcileSettings DEFAULT = new ReconcileSettings(
            Action.REMOVE, Optional.empty(), DEFAULT_MAX_SHARE, DEFAULT_EVERY, OptionalInt.empty());

    public ReconcileSettings {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(markColumn, "markColumn");
        Objects.requireNonNull(every, "every");
        Objects.requireNonNull(ranges, "ranges");
        if ((action == Action.MARK) != markColumn.isPresent()) {
            throw new IllegalArgumentException("Action mark, and only it, has a mark-column");
        }
        if (!isShare(maxShare)) {
            throw new IllegalArgumentException("max-share must be above 0 and at most 1: " + maxShare);
        }
    }

    /** What becomes of a row that the source has deleted. */
    public enum Action {
        /** Curated loses it; of a history its version ends. */
        REMOVE,
        /** Curated keeps it and notes when it was found deleted. */
        MARK
    }

    /** Whether a number can be {@code max-share}. */
    public static boolean isShare(double share) {
        return share > 0 && share <= 1;
    }
}
