package dev.sluice.run;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run did with one table.
 *
 * @param table the table
 * @param status how it ended
 * @param batch the batch that was committed; empty where there was none
 * @param notes what a person should know
 * @param took how long it took
 * @param failure why it failed; present exactly when it did
 */
public record TableOutcome(
        TableName table,
        Status status,
        Optional<BatchRecord> batch,
        List<String> notes,
        Duration took,
        Optional<Failure> failure) {
    public TableOutcome {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(batch, "batch");
        notes = List.copyOf(notes);
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(failure, "failure");
    }

    /** How a table's run ended. */
    public enum Status {
        /** A batch was read and committed. */
        INGESTED,
        /** A batch that an earlier run had read was committed from raw. */
        RESUMED,
        /** The source had nothing new. */
        IDLE,
        /** Nothing more was committed; zones and bookmark are as the last complete step left them. */
        FAILED
    }
}
