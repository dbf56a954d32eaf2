package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What maintenance does with a table beyond compaction and the removal of orphans.
 *
 * @param clusterBy target column names by whose values rows are brought close together in curated's files; may be empty
 * @param vacuumAfter how long a file that curated no longer needs is kept; never shorter than what can be promised by
 *     {@code curate.retention}; empty takes that, else Delta's own week
 * @param rawRetention how long the rows of a batch are kept in raw; empty keeps them for ever
 * @param snapshots which named snapshots are kept; empty for none
 */
public record MaintenanceSettings(
        List<String> clusterBy,
        Optional<Duration> vacuumAfter,
        Optional<Duration> rawRetention,
        Optional<SnapshotPolicy> snapshots) {

    /** Nothing is said. */
    public static final MaintenanceSettings DEFAULT =
            new MaintenanceSettings(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    /** How long Delta keeps files of earlier versions where nobody says otherwise. */
    public static final Duration DELTA_RETENTION = Duration.ofDays(7);

    public MaintenanceSettings {
        clusterBy = List.copyOf(clusterBy);
        Objects.requireNonNull(vacuumAfter, "vacuumAfter");
        Objects.requireNonNull(rawRetention, "rawRetention");
        Objects.requireNonNull(snapshots, "snapshots");
    }
}
