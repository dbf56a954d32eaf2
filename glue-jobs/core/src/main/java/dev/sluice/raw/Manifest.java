package dev.sluice.raw;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What makes files in raw a batch: whoever creates the manifest of batch N decides what batch N is, for every run.
 *
 * @param table the table
 * @param batch the batch's number
 * @param kind what made it
 * @param runId the run that read it
 * @param attempt the fence of the lease it was read under; names the folder of its files
 * @param window the positions that were read
 * @param next where the next batch begins; empty leaves the bookmark as it is
 * @param observations sequence values not settled yet
 * @param rebuild whether the batch is the whole table and takes the place of everything in curated
 * @param readPoint the source's time as of the snapshot
 * @param startedAt when the run began with the batch
 * @param rows rows in the files
 * @param rejected rows of these that break a rule of the settings with this fingerprint; empty where not counted
 * @param basis what the settings meant
 * @param filled names of target columns that this batch leaves filled in every row of curated
 * @param settingsFingerprint of the settings that {@code rejected} was counted with
 * @param min the least position written
 * @param max the greatest
 * @param checksum over all rows, independent of their order
 * @param columns the source's columns as they were read
 * @param replays the batches whose quarantined rows these are
 * @param files relative to the raw zone
 * @param intake which files of the source the table has taken, where the batch took any
 * @param replacedFiles keys of files whose rows in curated this batch brings anew; for append tables of files
 * @param notes what a person should know
 * @param events how the raw rows hold changes; empty where they are the source's rows
 * @param gone what the raw rows mean where they are keys of rows that the source no longer has; empty where they are none
 */
public record Manifest(
        TableName table,
        long batch,
        BatchRecord.Kind kind,
        String runId,
        long attempt,
        Window window,
        Optional<Position> next,
        List<Observation> observations,
        Rebuild rebuild,
        Instant readPoint,
        Instant startedAt,
        long rows,
        OptionalLong rejected,
        Basis basis,
        List<String> filled,
        String settingsFingerprint,
        Optional<Position> min,
        Optional<Position> max,
        String checksum,
        List<SourceColumn> columns,
        List<Long> replays,
        List<ZoneFiles.ZoneFile> files,
        Optional<Intake> intake,
        List<String> replacedFiles,
        List<String> notes,
        Optional<EventBasis> events,
        Optional<GoneBasis> gone) {

    public Manifest {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(next, "next");
        observations = List.copyOf(observations);
        Objects.requireNonNull(rebuild, "rebuild");
        Objects.requireNonNull(readPoint, "readPoint");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(rejected, "rejected");
        Objects.requireNonNull(basis, "basis");
        filled = List.copyOf(filled);
        Objects.requireNonNull(settingsFingerprint, "settingsFingerprint");
        Objects.requireNonNull(min, "min");
        Objects.requireNonNull(max, "max");
        Objects.requireNonNull(checksum, "checksum");
        columns = List.copyOf(columns);
        replays = List.copyOf(replays);
        files = List.copyOf(files);
        Objects.requireNonNull(intake, "intake");
        replacedFiles = List.copyOf(replacedFiles);
        notes = List.copyOf(notes);
        Objects.requireNonNull(events, "events");
        Objects.requireNonNull(gone, "gone");
    }

    /** The table's columns as it has them after the batch: without those that only earlier rows of it have. */
    public List<SourceColumn> columnsAfter() {
        return columns.stream()
                .filter(column -> events.filter(basis -> basis.gone().contains(column.name()))
                        .isEmpty())
                .toList();
    }

    /** What a batch does to the rows curated has already. */
    public enum Rebuild {
        /** They stay, unless the batch has newer ones. */
        NOTHING,
        /** Those of its window go. */
        WINDOW,
        /** All go. */
        EVERYTHING
    }
}
