package dev.sluice.bookmark;

import java.time.Instant;
import java.util.Objects;

/**
 * A sequence's highest value, seen in the source at an instant of the source's clock. It is settled once every
 * transaction that was open at that instant has ended: no row at or below it can appear any more.
 */
public record Observation(long value, Instant at) {
    public Observation {
        Objects.requireNonNull(at, "at");
    }
}
