package dev.sluice.raw;

import dev.sluice.settings.EventFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * What a batch of events needs to be read as rows, besides the events.
 *
 * @param format how they are written
 * @param snapshot the place in the database's log of the snapshot that the stream began with, as far as it was seen
 * @param cleared the place in the log before which nothing is left: of a snapshot that was begun, or of the last truncation;
 *     empty where the batch has neither
 */
public record EventBasis(EventFormat format, Optional<String> snapshot, Optional<String> cleared) {
    public EventBasis {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(cleared, "cleared");
    }
}
