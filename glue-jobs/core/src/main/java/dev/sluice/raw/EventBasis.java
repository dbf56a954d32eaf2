package dev.sluice.raw;

import dev.sluice.bookmark.LogProgress;
import dev.sluice.settings.EventFormat;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a batch of events needs to be read as rows, besides the events.
 *
 * @param format how they are written
 * @param snapshot the place in the database's log of the snapshot that the stream began with, as far as it was seen
 * @param cleared the place in the log before which nothing is left: of a snapshot that was begun, or of the last truncation;
 *     empty where the batch has neither
 * @param truncation the last one of the batches before
 * @param described the place in the log of the last event that said what the table's columns are, of this batch or an earlier
 * @param gone the names of the batch's columns that the table no longer had there
 */
public record EventBasis(
        EventFormat format,
        Optional<String> snapshot,
        Optional<String> cleared,
        Optional<LogProgress.Truncation> truncation,
        Optional<String> described,
        Set<String> gone) {
    public EventBasis {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(cleared, "cleared");
        Objects.requireNonNull(described, "described");
        Objects.requireNonNull(truncation, "truncation");
        gone = Set.copyOf(gone);
    }

    /** The place in the log before which a change counts no more, whichever batch it comes with. */
    public Optional<String> floor() {
        return Stream.concat(cleared.stream(), truncation.map(LogProgress.Truncation::place).stream())
                .max(Comparator.naturalOrder());
    }
}
