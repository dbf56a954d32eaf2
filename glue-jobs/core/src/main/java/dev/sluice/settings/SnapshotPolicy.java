package dev.sluice.settings;

/**
 * How many named snapshots of a table are kept.
 *
 * @param daily days of which the first state is kept; 0 for none
 * @param monthly months of which the first state is kept; 0 for none
 */
public record SnapshotPolicy(int daily, int monthly) {

    public static final int DEFAULT_DAILY = 35;
    public static final int DEFAULT_MONTHLY = 24;

    public SnapshotPolicy {
        if (daily < 0 || monthly < 0) {
            throw new IllegalArgumentException("A number of snapshots is not negative");
        }
    }
}
