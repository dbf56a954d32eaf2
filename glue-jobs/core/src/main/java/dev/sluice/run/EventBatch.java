package dev.sluice.run;

import static org.apache.spark.sql.functions.lit;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LogProgress;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.change.EventSurvey;
import dev.sluice.change.Events;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.raw.Basis;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawWriter;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * From a topic to a batch in raw: the records go to raw as they are, and only then is looked at what they say. So raw has
 * what Kafka had, readable or not, and Kafka is read once.
 */
final class EventBatch {

    private static final String REJECTED = "_sluice_rejected";
    private static final SourceTable RECORDS = new SourceTable(List.of(), List.of());

    private final Platform platform;
    private final RawZone raw;
    private final String runId;
    private final SourceSettings source;
    private final TableSettings settings;
    private final StepListener steps;

    EventBatch(
            Platform platform,
            RawZone raw,
            String runId,
            SourceSettings source,
            TableSettings settings,
            StepListener steps) {
        this.platform = platform;
        this.raw = raw;
        this.runId = runId;
        this.source = source;
        this.settings = settings;
        this.steps = steps;
    }

    /** Writes records to raw as they are. */
    static RawWriter.Written write(Dataset<Row> records, String folder) {
        return RawWriter.write(records.withColumn(REJECTED, lit(false)), REJECTED, RECORDS, List.of(), folder);
    }

    /** @param last the manifest of the batch before */
    Manifest read(
            Snapshot snapshot,
            Lease lease,
            Bound bound,
            BatchWindow window,
            Optional<Manifest> last,
            Instant startedAt) {
        List<SourceColumn> before = last.map(Manifest::columnsAfter).orElse(List.of());
        EventFormat format = settings.extract().events().orElseThrow();
        SparkSession spark = Sessions.pipeline(platform.spark());
        long batch = lease.state().lastBatch() + 1;
        String folder = raw.prepareAttempt(settings.name(), batch, lease.fence());
        RawWriter.Written written =
                steps.step(settings.name(), Step.WRITE_RAW, () -> write(snapshot.read(spark, window.window()), folder));
        Optional<LogProgress> kept = kept(lease.state(), window);
        LogProgress known = kept.map(LogProgress::readAgain)
                .orElseGet(() -> window.rebuild() == Manifest.Rebuild.EVERYTHING
                        ? LogProgress.NONE
                        : lease.state().position().map(EventBatch::log).orElse(LogProgress.NONE));
        EventSurvey survey = EventSurvey.of(spark.read().schema(Events.SCHEMA).parquet(folder), format, known);
        requireReadable(survey, before);
        requireWhole(snapshot, window, survey);
        boolean ingest = window.kind() == BatchRecord.Kind.INGEST;
        if (ingest) {
            requireSameLog(survey.turn().or(() -> kept.flatMap(survey::snapshotBefore)));
            requireSameSnapshot(survey, known);
        }
        TableVersion version =
                TableVersion.of(survey, window.rebuild() == Manifest.Rebuild.EVERYTHING ? Optional.empty() : last);
        EffectiveSchema schema = Drift.resolve(
                settings,
                new SourceTable(version.columns(), List.of()),
                version.gone(),
                before,
                window.rebuild() == Manifest.Rebuild.EVERYTHING
                        ? List.of()
                        : lease.state().columns());
        List<String> notes = new ArrayList<>(schema.notes());
        if (!schema.gained().isEmpty()) {
            notes.add("curated gains " + schema.gained() + "; rows keep NULL there until an event brings them");
        }
        notes.addAll(snapshot.notes());
        if (survey.unreadable() > 0) {
            notes.add(survey.unreadable() + " records are no change events and go to quarantine; the first: "
                    + survey.example().orElse(""));
        }
        LogProgress after = survey.after(known);
        Manifest manifest = new Manifest(
                settings.name(),
                batch,
                window.kind(),
                runId,
                lease.fence(),
                window.window(),
                window.next().map(next -> ((Position.Offsets) next).with(after)),
                List.of(),
                window.rebuild(),
                bound.readPoint(),
                startedAt,
                written.rows(),
                OptionalLong.empty(),
                Basis.of(settings),
                BatchReader.filled(window, schema),
                Fingerprint.of(settings),
                written.min(),
                written.max(),
                written.checksum(),
                version.columns(),
                List.of(),
                raw.dataFiles(settings.name(), batch, lease.fence()),
                Optional.empty(),
                List.of(),
                notes,
                Optional.of(new EventBasis(
                        format,
                        after.snapshot(),
                        survey.cleared(),
                        known.truncation(),
                        version.described(),
                        version.gone())),
                Optional.empty());
        new Removals(platform, raw, source, settings).requireReadable(spark, manifest);
        return steps.step(settings.name(), Step.COMMIT_MANIFEST, () -> raw.commit(manifest));
    }

    /**
     * How far the log was followed before a rewind to the beginning of a history that is kept: its versions stand at places
     * of that log.
     */
    private Optional<LogProgress> kept(TableState state, BatchWindow window) {
        return state.position().isPresent() || window.rebuild() == Manifest.Rebuild.EVERYTHING
                ? Optional.empty()
                : platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                        .flatMap(batch -> batch.positionBefore().stream())
                        .filter(Position.Offsets.class::isInstance)
                        .findFirst()
                        .map(EventBatch::log);
    }

    private static LogProgress log(Position position) {
        return ((Position.Offsets) position).log();
    }

    /** Of a table that is not known yet, one readable event must say what its columns are. */
    private void requireReadable(EventSurvey survey, List<SourceColumn> before) {
        survey.unplaced().ifPresent(why -> {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot put the changes of table " + settings.name() + " in "
                            + settings.extract().relation() + " in order: a change " + why);
        });
        if (survey.columns().isEmpty() && before.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + settings.name() + " from "
                            + settings.extract().relation()
                            + ": none of its records says what the table's columns are"
                            + survey.example()
                                    .map(example -> "; the record at " + example)
                                    .orElse("")
                            + ". Check extract.topic and extract.format against the connector");
        }
    }

    /** A table that is built from a topic must find its whole state there: from the first record, or from a snapshot on. */
    private void requireWhole(Snapshot snapshot, BatchWindow window, EventSurvey survey) {
        Set<Integer> cut =
                window.kind() == BatchRecord.Kind.INGEST ? snapshot.cutPartitions(window.window()) : Set.of();
        survey.lacking(cut).ifPresent(lacking -> {
            throw new SluiceException(
                    ErrorCode.POSITION_LOST,
                    "Cannot build table " + settings.name() + " from "
                            + settings.extract().relation()
                            + ": its first records are gone, and " + lacking
                            + ", so rows would be missing. Have Debezium take a new snapshot of the table into the topic,"
                            + " then run again; where that does not help, delete the topic before the snapshot. And keep"
                            + " the topic's records (retention.ms) longer");
        });
    }

    /** Of two logs that number their places by themselves nothing tells what is last. */
    private void requireSameLog(Optional<String> found) {
        found.ifPresent(turn -> {
            throw new SluiceException(
                    ErrorCode.POSITION_LOST,
                    "Cannot read on in " + settings.extract().relation() + " for table " + settings.name() + ": " + turn
                            + ", so the connector follows another server, or a log that was begun anew, and the places"
                            + " in the log no longer tell which change is last. Delete the topic, or all of its records,"
                            + " and have Debezium take a new snapshot of the table into it; then build the table anew"
                            + " with 'sluice bookmark rewind " + settings.name() + " --to-start"
                            + (settings.curate().mode() == CurateSettings.Mode.HISTORY
                                    ? " --discard-history', for its versions stand at places of the former log"
                                    : "'"));
        });
    }

    /**
     * Debezium takes a new snapshot when it has lost its place in the database's log. What was deleted meanwhile is in no
     * event, so a person decides; a snapshot that was begun and not ended is simply begun again.
     */
    private void requireSameSnapshot(EventSurvey survey, LogProgress known) {
        boolean another =
                survey.snapshots().stream().anyMatch(place -> !known.snapshot().equals(Optional.of(place)));
        if (known.phase() == LogProgress.Phase.STREAM && another) {
            throw new SluiceException(
                    ErrorCode.POSITION_LOST,
                    "Cannot read on in " + settings.extract().relation() + " for table " + settings.name()
                            + ": Debezium has taken a new snapshot at "
                            + survey.snapshots().last()
                            + " in the midst of its stream, so it may have lost its place in the database's log and"
                            + " changes with it. Find out why, then build the table anew from that snapshot with 'sluice"
                            + " bookmark rewind " + settings.name() + " --to-start'");
        }
    }
}
