package dev.sluice.bookmark;

import dev.sluice.ErrorCode;
import java.time.Instant;
import java.util.Objects;

/** Why a table's last run failed. */
public record Failure(ErrorCode code, String message, String runId, Instant at) {
    public Failure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(at, "at");
    }
}
