package dev.sluice.bookmark;

import java.time.Instant;
import java.util.Objects;

/** A lease as the ledger shows it to others: who has it and until when. */
public record Hold(LeaseHolder holder, Instant expiresAt) {
    public Hold {
        Objects.requireNonNull(holder, "holder");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }
}
