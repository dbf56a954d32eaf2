package dev.sluice.bookmark;

import java.util.Objects;

/** Who holds a lease: the run, and the process that runs it, so that a message can name it. */
public record LeaseHolder(String runId, String host, long pid) {
    public LeaseHolder {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(host, "host");
    }

    @Override
    public String toString() {
        return "run " + runId + " (process " + pid + " on " + host + ")";
    }
}
