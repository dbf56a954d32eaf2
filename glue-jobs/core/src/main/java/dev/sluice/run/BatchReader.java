package dev.sluice.run;

import static org.apache.spark.sql.functions.not;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.curate.CuratedZone;
import dev.sluice.curate.GoneRows;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.quality.Projection;
import dev.sluice.raw.Basis;
import dev.sluice.raw.Intake;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawWriter;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** From the source to a batch in raw: fixes the bound, opens the snapshot, writes the rows and commits the manifest. */
final class BatchReader {

    private static final String REJECTED = "_sluice_rejected";

    private final Platform platform;
    private final RawZone raw;
    private final String runId;
    private final SourceSettings source;
    private final TableSettings settings;
    private final StepListener steps;

    BatchReader(
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

    /**
     * What became of the next batch.
     *
     * @param manifest empty where there was nothing to make one of
     * @param notes what a person should know then
     */
    record Taken(Optional<Manifest> manifest, List<String> notes) {
        private static Taken of(Manifest manifest) {
            return new Taken(Optional.of(manifest), List.of());
        }
    }

    /**
     * Reads the next batch under a lease.
     *
     * @param choose what to read, given the state and the bound
     */
    Taken read(Extraction extraction, Lease lease, BiFunction<TableState, Bound, BatchWindow> choose) {
        TableState state = lease.state();
        Instant startedAt = platform.clock().instant();
        Bound bound = steps.step(
                settings.name(), Step.FIX_BOUND, () -> extraction.fixBound(state.position(), state.observations()));
        try (Snapshot snapshot = steps.step(settings.name(), Step.OPEN_SNAPSHOT, extraction::openSnapshot)) {
            Optional<Manifest> last = raw.findLastIngest(settings.name(), state.lastBatch());
            BatchWindow chosen = choose.apply(state, bound);
            if (settings.extract().events().isPresent()) {
                return Taken.of(new EventBatch(platform, raw, runId, source, settings, steps)
                        .read(snapshot, lease, bound, chosen, last, startedAt));
            }
            requireRecords(extraction, state);
            long batch = state.lastBatch() + 1;
            Optional<Intake> intake = steps.step(settings.name(), Step.KEEP_ORIGINALS, () -> {
                raw.prepareAttempt(settings.name(), batch, lease.fence());
                return snapshot.keep(
                        Sessions.pipeline(platform.spark()),
                        chosen.window(),
                        raw.attempt(settings.name(), batch, lease.fence()));
            });
            if (snapshot.news() == Extraction.News.NONE) {
                raw.discardAttempt(settings.name(), batch, lease.fence());
                return new Taken(Optional.empty(), snapshot.notes());
            }
            SourceTable table = snapshot.table();
            boolean everything = chosen.rebuild() == Manifest.Rebuild.EVERYTHING;
            EffectiveSchema schema = Drift.resolve(
                    settings,
                    table,
                    last.map(Manifest::columnsAfter).orElse(List.of()),
                    everything ? List.of() : state.columns());
            List<String> notes = new ArrayList<>(schema.notes());
            bound.heldBy().ifPresent(holder -> notes.add("the bookmark is held back by " + holder));
            Refill refill = Refill.of(settings, extraction, table, chosen, schema);
            notes.addAll(refill.notes());
            BatchWindow window = refill.window();
            notes.addAll(snapshot.notes());
            RawWriter.Written written = steps.step(
                    settings.name(),
                    Step.WRITE_RAW,
                    () -> write(
                            snapshot.read(Sessions.pipeline(platform.spark()), window.window()),
                            table,
                            schema,
                            raw.rowsFolder(settings.name(), batch, lease.fence(), intake)));
            Manifest manifest = new Manifest(
                    settings.name(),
                    batch,
                    window.kind(),
                    runId,
                    lease.fence(),
                    window.window(),
                    window.next(),
                    bound.observations(),
                    window.rebuild(),
                    snapshot.readPoint(bound.readPoint()),
                    startedAt,
                    written.rows(),
                    OptionalLong.of(written.rejected()),
                    Basis.of(settings),
                    filled(window, schema),
                    Fingerprint.of(settings),
                    written.min(),
                    written.max(),
                    written.checksum(),
                    table.columns(),
                    List.of(),
                    raw.dataFiles(settings.name(), batch, lease.fence()),
                    intake,
                    snapshot.replacedFiles(window.window()),
                    notes,
                    Optional.empty(),
                    Optional.empty());
            return Taken.of(steps.step(settings.name(), Step.COMMIT_MANIFEST, () -> raw.commit(manifest)));
        }
    }

    /**
     * An endpoint that is read in full and suddenly has nothing more likely fails than was emptied. A database that is empty
     * is taken at its word; so is an endpoint after a rewind, which says that it may be.
     */
    private void requireRecords(Extraction extraction, TableState state) {
        boolean judged = settings.extract().relation() instanceof Relation.Http
                && settings.extract().strategy() == Strategy.FULL
                && state.overlap() != TableState.Overlap.REWOUND;
        Optional<CuratedZone.Known> known = judged
                ? BatchCommit.known(state, platform.bookmarks().findBatch(settings.name(), state.lastBatch()))
                : Optional.empty();
        if (known.isEmpty() || extraction.hasNews(Window.ALL) == Extraction.News.SOME) {
            return;
        }
        Dataset<Row> standing = GoneRows.standing(
                new CuratedZone(platform.zones().curated())
                        .rows(Sessions.pipeline(platform.spark()), settings, known.get()),
                settings);
        if (!standing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.DELETES_REFUSED,
                    "Cannot read table " + settings.name()
                            + ": its endpoint answers without a record (extract.http), and"
                            + " as every run reads it in full (extract.strategy), all that curated has would be deleted."
                            + " Nothing was changed. Check extract.http.path and what the endpoint serves. If all records"
                            + " are rightly gone, run 'sluice bookmark rewind " + settings.name()
                            + " --to-start' and then 'sluice run " + settings.name() + "'");
        }
    }

    /** Writes raw rows and counts, in the same pass, those that the settings reject. */
    RawWriter.Written write(Dataset<Row> rows, SourceTable table, EffectiveSchema schema, String folder) {
        Dataset<Row> marked = new Projection(schema.columns(), table.columns(), settings.curate(), source.timeZone())
                .project(rows)
                .withColumn(REJECTED, not(Projection.passes()))
                .select(Projection.RAW + ".*", REJECTED);
        List<String> bookmark =
                settings.extract().bookmark().map(BookmarkSettings::columns).orElse(List.of());
        return RawWriter.write(marked, REJECTED, table, bookmark, folder);
    }

    /**
     * An ordinary batch leaves every column filled: {@link Refill} saw to it, or said that it cannot. A batch over a range
     * leaves a column that curated gains with it empty outside the range; the next ordinary one fills it.
     */
    static List<String> filled(BatchWindow window, EffectiveSchema schema) {
        return window.kind() == BatchRecord.Kind.INGEST || window.window().equals(Window.ALL)
                ? schema.columns().stream().map(ColumnSettings::name).toList()
                : List.of();
    }
}
