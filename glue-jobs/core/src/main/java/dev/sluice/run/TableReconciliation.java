package dev.sluice.run;

import static org.apache.spark.sql.functions.lit;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.curate.CuratedZone;
import dev.sluice.curate.GoneRows;
import dev.sluice.curate.WindowCondition;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.raw.Basis;
import dev.sluice.raw.GoneBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawWriter;
import dev.sluice.raw.RawZone;
import dev.sluice.run.ReconcileReport.Status;
import dev.sluice.schema.Drift;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One table's reconciliation. The order carries its promise: first curated is held still, by the lease or at a version, and
 * only then the source's view is opened. So each row of curated was read from an earlier view, and a key that the later one
 * lacks was deleted in between; what is inserted or commits meanwhile is not in curated yet, and what comes back is read by
 * the next run. A view of another server than the one rows were read from may be older than they are: there, a row whose
 * bookmark lies at or after the bound of that view is not judged.
 */
final class TableReconciliation {

    private static final String REJECTED = "_sluice_rejected";
    private static final SourceTable KEYS = new SourceTable(List.of(), List.of());

    private final Platform platform;
    private final ReconcileRequest request;
    private final SourceSettings source;
    private final TableSettings settings;
    private final ReconcileSettings reconcile;
    private final RunListener listener;
    private final Reconciliation.Progress progress;
    private final RawZone raw;
    private final CuratedZone curated;

    /** Throws {@code REQUEST_INVALID} where the table cannot be reconciled. */
    TableReconciliation(
            Platform platform,
            ReconcileRequest request,
            SourceSettings source,
            TableSettings settings,
            RunListener listener,
            Reconciliation.Progress progress) {
        this.platform = platform;
        this.request = request;
        this.source = source;
        this.settings = settings;
        this.reconcile = settings.reconcile()
                .orElseThrow(() -> refused("its item does not say what becomes of rows that"
                        + " the source has deleted. Add reconcile: {action: remove}, or mark"));
        this.listener = listener;
        this.progress = progress;
        this.raw = new RawZone(platform.zones().raw());
        this.curated = new CuratedZone(platform.zones().curated());
        requireSense();
    }

    /** What was found and done. */
    record Result(Status status, Optional<Long> rows, long gone, Optional<BatchRecord> batch, List<String> notes) {}

    /** What was found. */
    private record Found(Dataset<Row> keys, Dataset<Row> standing, List<String> notes) {}

    /** Settings that were put together and not parsed say so here. */
    private void requireSense() {
        if (!settings.curate().mode().isKeyed()) {
            throw refused("its curate.mode finds no row by its key. Leave reconcile out");
        }
        if (settings.extract().events().isPresent()) {
            throw refused("the changes of a topic say themselves which rows were deleted. Leave reconcile out");
        }
        if (settings.extract().strategy() == Strategy.FULL) {
            throw refused("every run reads it in full (extract.strategy) and removes what the source has deleted. Leave"
                    + " reconcile out");
        }
        if (settings.extract().engine() == BookmarkSettings.Engine.GLUE) {
            throw refused("Glue keeps its bookmark (extract.bookmark.engine), so how far curated is is not known. Leave"
                    + " reconcile out");
        }
    }

    /** Why there is nothing to compare yet; empty where there is. */
    Optional<String> tooEarly() {
        TableState state = platform.bookmarks().load(settings.name());
        if (state.overlap() == TableState.Overlap.REWOUND) {
            return Optional.of("its bookmark was set back: the next run reads it again first");
        }
        return state.work() == TableState.Work.FINISHED
                        && state.curatedVersion().isEmpty()
                ? Optional.of("nothing has been ingested yet")
                : Optional.empty();
    }

    /** Counts, without a lease: of a version of curated that was there before the source's view. */
    Result count() {
        TableState state = platform.bookmarks().load(settings.name());
        requireSameBasis(state);
        SparkSession spark = Sessions.pipeline(platform.spark());
        Dataset<Row> rows = GoneRows.standing(curated.rows(spark, settings, known(state)), settings);
        try (Extraction extraction = open()) {
            Bound bound = extraction.fixBound(Optional.empty(), seen(state));
            Optional<Result> unsettled = unsettled(bound);
            if (unsettled.isPresent()) {
                return unsettled.get();
            }
            try (Snapshot snapshot = extraction.openSnapshot()) {
                Found found = find(spark, extraction, snapshot, state, rows, bound);
                long standing = rows.count();
                long gone = found.keys().count();
                progress.counted(settings.name(), standing, gone);
                List<String> notes = new ArrayList<>(found.notes());
                refusal(extraction, standing, gone).ifPresent(why -> notes.add("it would be refused: " + why));
                return new Result(Status.COUNTED, Optional.of(standing), gone, Optional.empty(), notes);
            }
        }
    }

    /** Takes a batch under the lease; empty where what an earlier run left came first. */
    Optional<Result> take(LeaseKeeper keeper) {
        Lease lease = keeper.lease();
        RunListener steps = new GuardedListener(listener, keeper);
        Optional<Manifest> left =
                raw.findManifest(settings.name(), lease.state().lastBatch() + 1);
        if (left.isPresent()) {
            BatchRecord batch = commit(keeper, steps, left.get());
            return batch.kind() == BatchRecord.Kind.RECONCILE
                    ? Optional.of(new Result(
                            Status.RESUMED, Optional.empty(), batch.rows(), Optional.of(batch), batch.notes()))
                    : Optional.empty();
        }
        requireSameBasis(lease.state());
        Instant startedAt = platform.clock().instant();
        try (Extraction extraction = open()) {
            Bound bound = steps.step(
                    settings.name(), Step.FIX_BOUND, () -> extraction.fixBound(Optional.empty(), seen(lease.state())));
            Optional<Result> unsettled = unsettled(bound);
            if (unsettled.isPresent()) {
                return unsettled;
            }
            SparkSession spark = Sessions.pipeline(platform.spark());
            Dataset<Row> rows = GoneRows.standing(curated.rows(spark, settings, known(lease.state())), settings);
            long standing;
            Manifest manifest;
            try (Snapshot snapshot = steps.step(settings.name(), Step.OPEN_SNAPSHOT, extraction::openSnapshot)) {
                Found found = find(spark, extraction, snapshot, lease.state(), rows, bound);
                RawWriter.Written written =
                        steps.step(settings.name(), Step.WRITE_RAW, () -> write(found.keys(), lease));
                standing = rows.count();
                progress.counted(settings.name(), standing, written.rows());
                requireWithinShare(extraction, standing, written.rows(), lease);
                Manifest own = manifest(lease, bound, found, written, startedAt);
                manifest = steps.step(settings.name(), Step.COMMIT_MANIFEST, () -> raw.commit(own));
            }
            BatchRecord batch = commit(keeper, steps, manifest);
            return Optional.of(new Result(
                    Status.RECONCILED, Optional.of(standing), batch.rows(), Optional.of(batch), batch.notes()));
        }
    }

    private Extraction open() {
        return platform.extractor(source, settings).open(source, platform.connections(), settings);
    }

    private BatchRecord commit(LeaseKeeper keeper, RunListener steps, Manifest manifest) {
        return new BatchCommit(platform, raw, source, settings, steps).commit(keeper.lease(), manifest);
    }

    /**
     * What former looks have seen of a number, for no single look settles one. What lies below the bookmark was seen a
     * settle delay before the look that curated is complete as of, and a replica that has not come to that look yet may
     * lack it. A time needs none of this: the view's own clock judges it.
     */
    private List<Observation> seen(TableState state) {
        List<Observation> seen = new ArrayList<>();
        if (state.position().orElse(null) instanceof Position.Sequence end && end.value() > Long.MIN_VALUE) {
            Duration settle = settings.extract().bookmark().orElseThrow().settle();
            state.readPoint().ifPresent(at -> seen.add(new Observation(end.value() - 1, at.minus(settle))));
        }
        seen.addAll(state.observations());
        return seen;
    }

    /** That no row can be judged by a view with this bound, so nothing is compared; empty where some can. */
    private static Optional<Result> unsettled(Bound bound) {
        if (bound.guarantee() == Bound.Guarantee.OPEN_TRANSACTIONS
                || bound.position().isPresent()) {
            return Optional.empty();
        }
        String why = "the source does not show all transactions, and no row is settled yet (extract.bookmark.settle)"
                + bound.heldBy().map(holder -> ", held back by " + holder).orElse("")
                + ": nothing was compared, and the table is due as before";
        return Optional.of(new Result(Status.PASSED_OVER, Optional.empty(), 0, Optional.empty(), List.of(why)));
    }

    private Found find(
            SparkSession spark,
            Extraction extraction,
            Snapshot snapshot,
            TableState state,
            Dataset<Row> standing,
            Bound bound) {
        Drift.resolve(settings, snapshot.table(), columnsBefore(state), state.columns());
        List<String> notes = new ArrayList<>();
        Dataset<Row> judged = standing;
        if (bound.guarantee() != Bound.Guarantee.OPEN_TRANSACTIONS) {
            Position end = bound.position().orElseThrow();
            judged = standing.filter(WindowCondition.below(settings, end, source.timeZone()));
            notes.add("the source does not show all transactions, so rows whose bookmark is " + end.text()
                    + " or later were not judged");
        }
        Dataset<Row> keys = SourceKeys.read(spark, snapshot, settings, source.timeZone(), platform.secrets());
        return new Found(GoneRows.find(judged, keys, settings.curate().primaryKey()), standing, notes);
    }

    private RawWriter.Written write(Dataset<Row> keys, Lease lease) {
        String folder = raw.prepareAttempt(settings.name(), lease.state().lastBatch() + 1, lease.fence());
        return RawWriter.write(keys.withColumn(REJECTED, lit(false)), REJECTED, KEYS, List.of(), folder);
    }

    /** Why so many rows are not removed or marked; empty where they may be. */
    private Optional<String> refusal(Extraction extraction, long standing, long gone) {
        if (gone == 0) {
            return Optional.empty();
        }
        if (extraction.hasNews(Window.ALL) == Extraction.News.NONE) {
            return Optional.of("the source holds no row at all");
        }
        double share = request.maxShare().orElse(reconcile.maxShare());
        return gone > share * standing
                ? Optional.of("the source lacks " + gone + " of curated's " + standing + " rows, more than "
                        + (request.maxShare().isPresent() ? "--max-share " : "reconcile.max-share ") + share
                        + " allows")
                : Optional.empty();
    }

    private void requireWithinShare(Extraction extraction, long standing, long gone, Lease lease) {
        refusal(extraction, standing, gone).ifPresent(why -> {
            raw.discardAttempt(settings.name(), lease.state().lastBatch() + 1, lease.fence());
            boolean emptied = extraction.hasNews(Window.ALL) == Extraction.News.NONE;
            throw new SluiceException(
                    ErrorCode.DELETES_REFUSED,
                    "Cannot reconcile table " + settings.name() + ": " + why
                            + ". Nothing was changed. Find out whether rows were deleted in the source, or it was"
                            + " restored, emptied or is another one. If they are rightly gone, run '"
                            + (emptied
                                    ? settings.rebuildCommand()
                                    : "sluice reconcile " + settings.name() + " --max-share 1")
                            + "'");
        });
    }

    private Manifest manifest(Lease lease, Bound bound, Found found, RawWriter.Written written, Instant startedAt) {
        long batch = lease.state().lastBatch() + 1;
        boolean all = bound.guarantee() == Bound.Guarantee.OPEN_TRANSACTIONS;
        return new Manifest(
                settings.name(),
                batch,
                BatchRecord.Kind.RECONCILE,
                request.runId(),
                lease.fence(),
                all ? Window.ALL : new Window(Optional.empty(), bound.position()),
                Optional.empty(),
                List.of(),
                Manifest.Rebuild.NOTHING,
                bound.readPoint(),
                startedAt,
                written.rows(),
                OptionalLong.of(0),
                Basis.of(settings),
                List.of(),
                Fingerprint.of(settings),
                Optional.empty(),
                Optional.empty(),
                written.checksum(),
                columnsBefore(lease.state()),
                List.of(),
                raw.dataFiles(settings.name(), batch, lease.fence()),
                Optional.empty(),
                List.of(),
                found.notes(),
                Optional.empty(),
                Optional.of(new GoneBasis(reconcile.action(), reconcile.markColumn(), key(found.keys()))));
    }

    private static List<Column> key(Dataset<Row> keys) {
        return List.of(keys.schema().fields()).stream()
                .map(field ->
                        new Column(field.name(), ColumnType.of(field.dataType().catalogString())))
                .toList();
    }

    /** The source's columns as the last batch had them: what is new in them is for the next batch of rows to find. */
    private List<SourceColumn> columnsBefore(TableState state) {
        return raw.findManifest(settings.name(), state.lastBatch())
                .map(Manifest::columns)
                .orElse(List.of());
    }

    private CuratedZone.Known known(TableState state) {
        return BatchCommit.known(state, platform.bookmarks().findBatch(settings.name(), state.lastBatch()))
                .orElseThrow(() -> refused(
                        "nothing has been ingested yet. Run it first with 'sluice run " + settings.name() + "'"));
    }

    /** Curated's keys are compared as the settings make them now, so they must be made as they were. */
    private void requireSameBasis(TableState state) {
        SameBasis.require(raw, settings, state.lastBatch(), "Cannot reconcile table", SameBasis.rebuild(settings));
    }

    private SluiceException refused(String why) {
        return new SluiceException(ErrorCode.REQUEST_INVALID, "Cannot reconcile table " + settings.name() + ": " + why);
    }
}
