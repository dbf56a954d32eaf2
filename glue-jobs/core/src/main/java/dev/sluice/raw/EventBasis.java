package dev.sluice.raw;

import dev.sluice.settings.EventFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a batch of events needs to be read as rows, besides the events.
 *
 * @param format how they are written
 * @param snapshot the place in the database's log of the snapshot that the stream began with, as far as it was seen
 * @param cleared the place in the log before which nothing is left: of a snapshot that was begun, or of the last truncation;
 *     empty where the batch has neither
 * @param described the place in the log of the last event that said what the table's columns are, of this batch or an earlier
 * @param gone the names of the batch's columns that the table no longer had there
 */
public record EventBasis(
        EventFormat format,
        Optional<String> snapshot,
        Optional<String> cleared,
        Optional<String> described,
        Set<String> gone) {
    public EventBasis {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(cleared, "cleared");
        Objects.requireNonNull(described, "described");
        gone = Set.copyOf(gone);
    }
}
