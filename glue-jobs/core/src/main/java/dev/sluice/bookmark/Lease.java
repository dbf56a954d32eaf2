package dev.sluice.bookmark;

import java.time.Instant;
import java.util.Objects;

/**
 * A table's lease as it was taken.
 *
 * @param holder who took it
 * @param fence a number that grows with each taking; a write that names an older one is refused
 * @param expiresAt until when it holds unless renewed, by the holder's clock
 * @param state the table's state at the moment of taking
 */
public record Lease(LeaseHolder holder, long fence, Instant expiresAt, TableState state) {
    public Lease {
        Objects.requireNonNull(holder, "holder");
        Objects.requireNonNull(expiresAt, "expiresAt");
        Objects.requireNonNull(state, "state");
    }
}
