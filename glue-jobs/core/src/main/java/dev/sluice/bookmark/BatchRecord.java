package dev.sluice.bookmark;

import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A batch in a table's history.
 *
 * @param table the table
 * @param batch its number, 1 for the first; each number is given once
 * @param kind what made it
 * @param runId the run that committed it
 * @param fence the lease it was committed under
 * @param window the positions it read
 * @param positionBefore the bookmark before it
 * @param positionAfter the bookmark after it
 * @param min the least position that was written; empty without rows or bookmark
 * @param max the greatest
 * @param rows rows in raw
 * @param quarantined rows of these in quarantine
 * @param quarantine where these lie, relative to the quarantine zone
 * @param replays the batches whose quarantined rows it took in again
 * @param curatedVersion the Delta version of its commit; empty for a rewind
 * @param startedAt when its run began with it
 * @param committedAt when it entered the ledger
 * @param readPoint the source's time as of its snapshot
 * @param notes what a person should know: drift, a new column, a held bound
 */
public record BatchRecord(
        TableName table,
        long batch,
        Kind kind,
        String runId,
        long fence,
        Window window,
        Optional<Position> positionBefore,
        Optional<Position> positionAfter,
        Optional<Position> min,
        Optional<Position> max,
        long rows,
        long quarantined,
        Optional<String> quarantine,
        List<Long> replays,
        Optional<Long> curatedVersion,
        Instant startedAt,
        Instant committedAt,
        Instant readPoint,
        List<String> notes) {

    public BatchRecord {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(positionBefore, "positionBefore");
        Objects.requireNonNull(positionAfter, "positionAfter");
        Objects.requireNonNull(min, "min");
        Objects.requireNonNull(max, "max");
        Objects.requireNonNull(quarantine, "quarantine");
        replays = List.copyOf(replays);
        Objects.requireNonNull(curatedVersion, "curatedVersion");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(committedAt, "committedAt");
        Objects.requireNonNull(readPoint, "readPoint");
        notes = List.copyOf(notes);
    }

    /** What made a batch. */
    public enum Kind {
        /** A run that reads on from the bookmark. */
        INGEST,
        /** A run over a range that was asked for; the bookmark stays. */
        BACKFILL,
        /** Quarantined rows taken in again. */
        REPLAY,
        /** The keys of rows that the source no longer has, which curated removed or marked; the bookmark stays. */
        RECONCILE,
        /** The bookmark was set back by a person; no rows. */
        REWIND
    }
}
