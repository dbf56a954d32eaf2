package dev.sluice.load;

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
 */
public record LoadOutcome(How how, Optional<Long> fromVersion, long toVersion, long upserted, long deleted) {
    public LoadOutcome {
        Objects.requireNonNull(how, "how");
        Objects.requireNonNull(fromVersion, "fromVersion");
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
