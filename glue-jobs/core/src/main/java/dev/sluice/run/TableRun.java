package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.change.ChangeColumns;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.raw.Basis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.SourceFit;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** One table's part of an ingest run: finishes what an earlier run left, looks whether there is news, takes a batch. */
final class TableRun {

    private final Platform platform;
    private final IngestRequest request;
    private final SourceSettings source;
    private final TableSettings settings;
    private final RunListener listener;
    private final RawZone raw;

    TableRun(
            Platform platform,
            IngestRequest request,
            SourceSettings source,
            TableSettings settings,
            RunListener listener) {
        this.platform = platform;
        this.request = request;
        this.source = source;
        this.settings = settings;
        this.listener = listener;
        this.raw = new RawZone(platform.zones().raw());
    }

    /** What a run did with the table, before it is timed and reported. */
    record Result(TableOutcome.Status status, Optional<BatchRecord> batch, List<String> notes) {
        static Result idle(List<String> notes) {
            return new Result(TableOutcome.Status.IDLE, Optional.empty(), notes);
        }

        /** The same, saying what was finished before it. */
        Result after(BatchRecord finished) {
            List<String> all = new ArrayList<>(notes);
            all.add("batch " + finished.batch() + ", which a run before left in raw, was finished first: "
                    + finished.rows() + " rows, " + finished.quarantined() + " of them quarantined");
            all.addAll(finished.notes());
            return new Result(status, batch, all);
        }
    }

    Result run() {
        requireSense();
        TableState state = platform.bookmarks().load(settings.name());
        Optional<BatchRecord> resumed = Optional.empty();
        if (state.work() == TableState.Work.UNFINISHED) {
            resumed = underLease(this::resume);
            state = platform.bookmarks().load(settings.name());
            if (resumed.isPresent() && advancing() && settings.extract().strategy() == Strategy.FULL) {
                return new Result(
                        TableOutcome.Status.RESUMED, resumed, resumed.get().notes());
            }
        }
        requireSameBasis(state);
        Result result = read(state);
        if (resumed.isEmpty()) {
            return result;
        }
        return result.status() == TableOutcome.Status.IDLE
                ? new Result(TableOutcome.Status.RESUMED, resumed, resumed.get().notes())
                : result.after(resumed.get());
    }

    /** The batch an earlier run left complete in raw, if it did; the source is not asked. */
    private Optional<BatchRecord> resume(LeaseKeeper keeper) {
        Lease lease = keeper.lease();
        Optional<Manifest> manifest =
                raw.findManifest(settings.name(), lease.state().lastBatch() + 1);
        return manifest.map(left -> commit(keeper, left));
    }

    private Result read(TableState state) {
        SourceFit.require(source, settings);
        try (Extraction extraction =
                platform.extractor(source, settings).open(source, platform.connections(), settings)) {
            if (advancing() && mayBeIdle(state)) {
                Optional<Result> idle = idle(extraction, state);
                if (idle.isPresent()) {
                    return idle.get();
                }
            }
            return underLease(keeper -> batch(extraction, keeper));
        }
    }

    /**
     * A bookmark is read on from only under the settings it was made with. After a rewind there is no batch before, so that
     * is the way to change them.
     */
    private void requireSameBasis(TableState state) {
        if (state.overlap() == TableState.Overlap.REWOUND) {
            requireSameHistory(state);
        } else if (state.lastBatch() > 0) {
            SameBasis.require(
                    raw,
                    settings,
                    state.lastBatch(),
                    "Cannot read on from the bookmark of table",
                    ", so its position no longer tells what is new" + SameBasis.rebuild(settings));
        }
    }

    /** After a rewind a history stays as it is and is added to, so what its versions rest on must be what it was. */
    private void requireSameHistory(TableState state) {
        boolean history = settings.curate().mode() == Mode.HISTORY;
        if (history && !BatchWindow.hasHistory(state) && state.position().isPresent()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + settings.name() + " again from "
                            + state.position().get().text()
                            + ": curated keeps no versions yet and curate.mode is history. Build it anew with 'sluice"
                            + " bookmark rewind " + settings.name() + " --to-start'");
        }
        if (!BatchWindow.hasHistory(state)) {
            return;
        }
        if (history && settings.extract().events().isPresent() && !hasPlaces(state)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot add the changes of " + settings.extract().relation() + " to the history of table "
                            + settings.name() + ": its versions were made of rows and have no place in the database's"
                            + " log. Register the former settings, or give the history up with 'sluice bookmark rewind "
                            + settings.name() + " --to-start --discard-history'");
        }
        List<String> changed = history
                ? platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                        .filter(batch -> batch.kind() != BatchRecord.Kind.REWIND)
                        .findFirst()
                        .flatMap(batch -> raw.findManifest(settings.name(), batch.batch()))
                        .map(manifest -> Basis.of(settings).breaksHistoryOf(manifest.basis()))
                        .orElse(List.of())
                : List.of("curate.mode");
        if (!changed.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot add to the history of table " + settings.name() + ": " + String.join(", ", changed)
                            + " changed, and the source cannot bring its versions again. Register the former settings,"
                            + " or give the history up with 'sluice bookmark rewind " + settings.name()
                            + " --to-start --discard-history'");
        }
    }

    private static boolean hasPlaces(TableState state) {
        return state.columns().stream().anyMatch(column -> column.name().equals(ChangeColumns.END_POSITION));
    }

    private boolean mayBeIdle(TableState state) {
        return settings.extract().strategy() == Strategy.INCREMENTAL
                && state.overlap() == TableState.Overlap.NONE
                && (state.lastBatch() > 0
                        || settings.curate().mode() == Mode.APPEND
                        || settings.extract().events().isPresent());
    }

    /** Looks for news without lease and without Spark; nothing new costs one conditional write. */
    private Optional<Result> idle(Extraction extraction, TableState state) {
        Bound bound = extraction.fixBound(state.position(), state.observations());
        BatchWindow window = BatchWindow.next(settings, state, bound);
        boolean unsettled = window.isUnsettled(settings);
        if (state.lastBatch() == 0 && !unsettled) {
            return Optional.empty();
        }
        if (!unsettled && !window.isEmpty() && extraction.hasNews(window.window()) == Extraction.News.SOME) {
            return Optional.empty();
        }
        List<String> notes = new ArrayList<>();
        bound.heldBy().ifPresent(holder -> notes.add("the bookmark is held back by " + holder));
        notes.addAll(extraction.notes());
        Advance advance = new Advance(
                window.next(),
                bound.observations(),
                state.overlap(),
                settings.curate().mode() == Mode.APPEND
                                && window.isEmpty()
                                && settings.extract().events().isEmpty()
                        ? Optional.empty()
                        : Optional.of(bound.readPoint()),
                platform.clock().instant(),
                Optional.empty(),
                List.of());
        return switch (platform.bookmarks().recordIdle(state, advance)) {
            case WRITTEN -> Optional.of(Result.idle(notes));
                // Another run is at work; asking for its lease says which.
            case OVERTAKEN -> Optional.empty();
        };
    }

    private Result batch(Extraction extraction, LeaseKeeper keeper) {
        Lease lease = keeper.lease();
        Optional<Manifest> left =
                raw.findManifest(settings.name(), lease.state().lastBatch() + 1);
        if (left.isEmpty()) {
            BatchReader.Taken taken = new BatchReader(platform, raw, request.runId(), source, settings, guarded(keeper))
                    .read(extraction, lease, this::choose);
            if (taken.manifest().isEmpty()) {
                return Result.idle(taken.notes());
            }
            left = taken.manifest();
        }
        Manifest manifest = left.get();
        BatchRecord batch = commit(keeper, manifest);
        boolean own = manifest.runId().equals(request.runId());
        return new Result(
                own ? TableOutcome.Status.INGESTED : TableOutcome.Status.RESUMED, Optional.of(batch), batch.notes());
    }

    private BatchRecord commit(LeaseKeeper keeper, Manifest manifest) {
        return new BatchCommit(platform, raw, source, settings, guarded(keeper)).commit(keeper.lease(), manifest);
    }

    private BatchWindow choose(TableState state, Bound bound) {
        if (request.backfill().isPresent()) {
            return BatchWindow.backfill(settings, bounded(request.backfill().get(), state));
        }
        JobBookmark bookmark = request.bookmark();
        if (bookmark instanceof JobBookmark.Paused paused) {
            return BatchWindow.backfill(
                    settings, new Window(positionAfter(paused.fromRun()), positionAfter(paused.toRun())));
        }
        if (bookmark instanceof JobBookmark.Disabled) {
            return BatchWindow.backfill(settings, Window.ALL);
        }
        BatchWindow next = BatchWindow.next(settings, state, bound);
        if (settings.extract().events().isPresent() && next.next().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot read table " + settings.name() + ": "
                            + settings.extract().relation()
                            + " holds no records. Run again once the connector has written to it");
        }
        if (settings.curate().mode() == Mode.APPEND && next.next().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot read append table " + settings.name() + ": none of its rows is settled yet"
                            + bound.heldBy()
                                    .map(holder -> ", held back by " + holder)
                                    .orElse("")
                            + ". Run again once the transactions that were open have ended");
        }
        return next;
    }

    /** An append table's backfill ends at its bookmark: what comes after is read by an ordinary run. */
    private Window bounded(Window asked, TableState state) {
        if (settings.curate().mode() != Mode.APPEND || state.position().isEmpty()) {
            return asked;
        }
        Position end = state.position().get();
        requireKind(asked, end);
        return asked.to().isPresent() && asked.to().get().compareTo(end) <= 0
                ? asked
                : new Window(asked.from(), Optional.of(end));
    }

    private void requireKind(Window asked, Position like) {
        Stream.concat(asked.from().stream(), asked.to().stream())
                .filter(position -> position.getClass() != like.getClass())
                .findFirst()
                .ifPresent(position -> {
                    throw new SluiceException(
                            ErrorCode.REQUEST_INVALID,
                            "Cannot backfill table " + settings.name() + " at " + position.text()
                                    + ": its bookmark is of another kind, " + like.text()
                                    + ". Give positions of that kind");
                });
    }

    private Optional<Position> positionAfter(String run) {
        return platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                .filter(batch -> batch.runId().equals(run))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot pause the bookmark of table " + settings.name() + " at run " + run
                                + ": no batch of that run is in its history. See 'sluice bookmark history "
                                + settings.name() + "'"))
                .positionAfter();
    }

    /** Whether the run moves the bookmark. */
    private boolean advancing() {
        return request.bookmark() instanceof JobBookmark.Enabled
                && request.backfill().isEmpty();
    }

    private void requireSense() {
        boolean full = settings.extract().strategy() == Strategy.FULL;
        boolean glue = settings.extract().engine() == BookmarkSettings.Engine.GLUE;
        if (request.backfill().isPresent() && (full || glue)) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot backfill table " + settings.name()
                            + (full
                                    ? ": it is read in full by every run (extract.strategy). Run it without a range"
                                    : ": Glue keeps its bookmark (extract.bookmark.engine). Use --job-bookmark-option"
                                            + " job-bookmark-pause"));
        }
        if (request.bookmark() instanceof JobBookmark.Disabled
                && settings.curate().mode() == Mode.APPEND) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot run append table " + settings.name()
                            + " with bookmarks disabled: its rows would be added again. Use --backfill-from and"
                            + " --backfill-to, which replace the range");
        }
    }

    private <T> T underLease(Function<LeaseKeeper, T> work) {
        BookmarkStore store = platform.bookmarks();
        listener.before(settings.name(), Step.ACQUIRE_LEASE);
        try (LeaseKeeper keeper =
                LeaseKeeper.acquire(store, settings.name(), platform.holder(request.runId()), platform.leaseTtl())) {
            listener.after(settings.name(), Step.ACQUIRE_LEASE);
            T result = LeasedWork.run(platform, keeper, () -> work.apply(keeper));
            listener.before(settings.name(), Step.RELEASE_LEASE);
            keeper.finish();
            listener.after(settings.name(), Step.RELEASE_LEASE);
            return result;
        }
    }

    private RunListener guarded(LeaseKeeper keeper) {
        return new GuardedListener(listener, keeper);
    }
}
