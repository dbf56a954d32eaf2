package dev.sluice.verify;

import java.util.Objects;

/** A column that was left out of a comparison, and why. */
public record NotCompared(String column, String reason) {
    public NotCompared {
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(reason, "reason");
    }
}
