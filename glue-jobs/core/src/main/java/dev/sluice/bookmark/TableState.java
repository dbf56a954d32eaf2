package dev.sluice.bookmark;

import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the ledger knows of a table.
 *
 * @param table the table
 * @param fence the number of the last lease taken
 * @param hold the lease that has not been given back; it may have expired
 * @param work whether a batch may have been begun and not ended
 * @param lastBatch the last batch that was committed to the ledger; 0 before the first
 * @param position where the next batch begins; empty before the first, and for full reads
 * @param observations sequence values that were not settled when last seen, oldest first
 * @param overlap whether the next batch reads rows again that curated has already (after a rewind)
 * @param readPoint the source's time as of which curated is complete
 * @param checkedAt when a run last looked, by the run's clock
 * @param curatedVersion the Delta version of the last batch's commit
 * @param columns curated's columns after the last batch
 * @param failure why the last run failed, until one succeeds
 */
public record TableState(
        TableName table,
        long fence,
        Optional<Hold> hold,
        Work work,
        long lastBatch,
        Optional<Position> position,
        List<Observation> observations,
        Overlap overlap,
        Optional<Instant> readPoint,
        Optional<Instant> checkedAt,
        Optional<Long> curatedVersion,
        List<Column> columns,
        Optional<Failure> failure) {

    public TableState {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(hold, "hold");
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(position, "position");
        observations = List.copyOf(observations);
        Objects.requireNonNull(overlap, "overlap");
        Objects.requireNonNull(readPoint, "readPoint");
        Objects.requireNonNull(checkedAt, "checkedAt");
        Objects.requireNonNull(curatedVersion, "curatedVersion");
        columns = List.copyOf(columns);
        Objects.requireNonNull(failure, "failure");
    }

    /** The state of a table that has never run. */
    public static TableState initial(TableName table) {
        return new TableState(
                table,
                0,
                Optional.empty(),
                Work.FINISHED,
                0,
                Optional.empty(),
                List.of(),
                Overlap.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    /** Whether something may lie in raw that the ledger does not know of. */
    public enum Work {
        /** The last holder committed or had begun nothing. */
        FINISHED,
        /** A holder took the lease for a batch and did not report its end. */
        UNFINISHED
    }

    /** Whether the next batch repeats rows. */
    public enum Overlap {
        /** It begins where the last one ended. */
        NONE,
        /** The bookmark was set back: an append table replaces its rows from the position on. */
        REWOUND
    }
}
