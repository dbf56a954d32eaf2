package dev.sluice.load;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a load did.
 *
 * @param how by changes, by everything, or not at all
 * @param fromVersion the curated version the target had
 * @param toVersion the curated version it has now
 * @param upserted rows inserted or updated
 * @param deleted rows deleted
 * @param changes what made an existing target's columns follow curated's, as SQL; in the transaction of the rows
 */
public record LoadOutcome(
        How how, Optional<Long> fromVersion, long toVersion, long upserted, long deleted, List<String> changes) {
    public LoadOutcome {
        Objects.requireNonNull(how, "how");
        Objects.requireNonNull(fromVersion, "fromVersion");
        changes = List.copyOf(changes);
    }

    /** A load that left the target's columns as they were. */
    public LoadOutcome(How how, Optional<Long> fromVersion, long toVersion, long upserted, long deleted) {
        this(how, fromVersion, toVersion, upserted, deleted, List.of());
    }

    /** Which way a load went. */
    public enum How {
        /** The target had the latest version. */
        NOTHING,
        /** The change feed since the loaded version. */
        CHANGES,
        /** The whole of curated. */
        EVERYTHING
    }
}
