package dev.sluice.bookmark;

import java.util.Objects;
import java.util.Optional;

/**
 * How far the events of a topic have followed a database's log.
 *
 * @param snapshot the place in the log of the last snapshot that was seen; empty before any
 * @param phase what has been seen since
 */
public record LogProgress(Optional<String> snapshot, Phase phase) {

    /** Nothing seen yet. */
    public static final LogProgress NONE = new LogProgress(Optional.empty(), Phase.SNAPSHOT);

    public LogProgress {
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(phase, "phase");
    }

    /** Whether changes have been streamed. */
    public enum Phase {
        /** Only rows of a snapshot, which may be taken anew from its beginning. */
        SNAPSHOT,
        /** Changes after it. */
        STREAM
    }
}
