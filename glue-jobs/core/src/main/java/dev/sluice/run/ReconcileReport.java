package dev.sluice.run;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a reconciliation found, table by table in the order of their names. */
public record ReconcileReport(String runId, Instant startedAt, Instant endedAt, List<Reconciled> tables) {

    public ReconcileReport {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        tables = List.copyOf(tables);
    }

    /** The tables that failed. */
    public List<Reconciled> failed() {
        return tables.stream().filter(table -> table.failure().isPresent()).toList();
    }

    /** What became of a table. */
    public enum Status {
        /** Its keys were compared, and what the source lacks was removed or marked. */
        RECONCILED,
        /** A reconciliation that an earlier run had begun was committed. */
        RESUMED,
        /** Its keys were compared and nothing was changed. */
        COUNTED,
        /** It was not its turn, or there was nothing that could be compared yet. */
        PASSED_OVER,
        /** It is as it was. */
        FAILED
    }

    /**
     * A table.
     *
     * @param status what became of it
     * @param rows curated's rows that stood for rows of the source before; empty where they were not counted
     * @param gone how many of these the source lacks
     * @param batch the batch that did it; empty where none was committed
     * @param notes what a person should know
     * @param duration how long it took
     * @param failure why nothing was done
     */
    public record Reconciled(
            TableName table,
            Status status,
            Optional<Long> rows,
            long gone,
            Optional<BatchRecord> batch,
            List<String> notes,
            Duration duration,
            Optional<Failure> failure) {

        public Reconciled {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(rows, "rows");
            Objects.requireNonNull(batch, "batch");
            notes = List.copyOf(notes);
            Objects.requireNonNull(duration, "duration");
            Objects.requireNonNull(failure, "failure");
        }
    }
}
