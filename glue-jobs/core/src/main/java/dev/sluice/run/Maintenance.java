package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.curate.CuratedZone;
import dev.sluice.curate.Upkeep;
import dev.sluice.history.Snapshots;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.MaintenanceReport.Action;
import dev.sluice.run.MaintenanceReport.Done;
import dev.sluice.run.MaintenanceReport.Upkept;
import dev.sluice.settings.SnapshotPolicy;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps tables in good order, each under its lease: no ingest is at work on it meanwhile, and none is needed. Loads and
 * readers may go on. Each action is whole by itself and done again to no effect, so a run that dies leaves nothing to mend;
 * a batch that an ingest left half done is still found by the next.
 */
public final class Maintenance {

    private static final int AT_ONCE = 2;

    private final Platform platform;
    private final RunListener listener;
    private final Progress progress;

    /** Told before and after each action; what it throws ends the table's turn. */
    public interface Progress {

        /** Told nothing. */
        Progress NONE = new Progress() {
            @Override
            public void before(TableName table, Action action) {}

            @Override
            public void after(TableName table, Done done) {}
        };

        void before(TableName table, Action action);

        void after(TableName table, Done done);
    }

    public Maintenance(Platform platform, RunListener listener, Progress progress) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /**
     * Maintains every table; one that fails does not stop the others.
     *
     * @param patience how long to wait for a table that another run works on
     */
    public MaintenanceReport run(String runId, List<TableName> tables, Duration patience) {
        Instant startedAt = platform.clock().instant();
        List<Callable<Upkept>> tasks = new ArrayList<>();
        tables.stream().sorted().distinct().forEach(table -> tasks.add(() -> maintain(runId, table, patience)));
        List<Upkept> done = SideBySide.run("maintenance run " + runId, tasks, AT_ONCE);
        return new MaintenanceReport(runId, startedAt, platform.clock().instant(), done);
    }

    private Upkept maintain(String runId, TableName table, Duration patience) {
        List<Done> done = new ArrayList<>();
        try {
            TableSettings settings =
                    platform.settings().findTable(table).orElseThrow(() -> Ingest.missing("table", table.toString()));
            listener.before(table, Step.ACQUIRE_LEASE);
            try (LeaseKeeper keeper = LeaseKeeper.acquire(platform, table, runId, patience)) {
                listener.after(table, Step.ACQUIRE_LEASE);
                LeasedWork.run(platform, keeper, () -> {
                    new Turn(settings, keeper, done).take();
                    return null;
                });
                listener.before(table, Step.RELEASE_LEASE);
                // What an ingest had begun is for the next one to finish: only where nothing is, it need not look.
                if (!isBegun(keeper.lease().state())) {
                    keeper.finish();
                }
            }
            listener.after(table, Step.RELEASE_LEASE);
            return new Upkept(table, done, Optional.empty());
        } catch (Exception | Error failure) {
            return new Upkept(
                    table,
                    done,
                    Optional.of(
                            Failures.of(table, failure, runId, platform.clock().instant())));
        }
    }

    private boolean isBegun(TableState state) {
        return new RawZone(platform.zones().raw()).contents(state.table()).containsKey(state.lastBatch() + 1);
    }

    /** One table's turn under its lease. */
    private final class Turn {

        private final TableSettings settings;
        private final LeaseKeeper keeper;
        private final TableState state;
        private final List<Done> done;
        private final RawZone raw = new RawZone(platform.zones().raw());
        private final Quarantine quarantine = new Quarantine(platform.zones().quarantine());

        Turn(TableSettings settings, LeaseKeeper keeper, List<Done> done) {
            this.settings = settings;
            this.keeper = keeper;
            this.state = keeper.lease().state();
            this.done = done;
        }

        /** The longest action comes last, so that nothing waits for it. */
        void take() {
            Optional<BatchRecord> last = platform.bookmarks().findBatch(settings.name(), state.lastBatch());
            Optional<Upkeep> curated = new CuratedZone(platform.zones().curated())
                    .upkeep(Sessions.pipeline(platform.spark()), settings, BatchCommit.known(state, last));
            curated.ifPresent(this::tidy);
            if (settings.maintain().rawRetention().isPresent()) {
                act(Action.EXPIRE_RAW, () -> size(raw.files(settings.name())), this::expireRaw);
            }
            act(Action.REMOVE_ORPHANS, this::bothZones, this::removeOrphans);
            curated.ifPresent(upkeep -> act(Action.VACUUM, this::allVersions, upkeep::vacuum));
        }

        private void tidy(Upkeep upkeep) {
            act(Action.COMPACT, upkeep::size, upkeep::compact);
            if (upkeep.needsClustering()) {
                act(Action.CLUSTER, upkeep::size, upkeep::cluster);
            }
            settings.maintain().snapshots().ifPresent(this::snapshot);
        }

        private Upkeep.Size allVersions() {
            return size(platform.zones().curated().list(settings.name().toString()).stream()
                    .filter(file -> !file.path().startsWith(settings.name() + "/_"))
                    .toList());
        }

        private void snapshot(SnapshotPolicy policy) {
            Snapshots snapshots = new Snapshots(platform.zones().curated(), settings.name());
            act(
                    Action.SNAPSHOT,
                    () -> size(snapshots.stored()),
                    () -> snapshots.keep(
                            Sessions.pipeline(platform.spark()), policy, platform.clock(), keeper::confirm));
        }

        private void act(Action action, Supplier<Upkeep.Size> size, Runnable work) {
            progress.before(settings.name(), action);
            keeper.requireHeld();
            Upkeep.Size before = size.get();
            work.run();
            Upkeep.Size after = size.get();
            Done one = new Done(action, before.files(), before.bytes(), after.files(), after.bytes());
            done.add(one);
            progress.after(settings.name(), one);
        }

        private Upkeep.Size bothZones() {
            return size(Stream.concat(raw.files(settings.name()).stream(), quarantine.files(settings.name()).stream())
                    .toList());
        }

        private Upkeep.Size size(List<ZoneFiles.ZoneFile> files) {
            return new Upkeep.Size(
                    files.size(),
                    files.stream().mapToLong(ZoneFiles.ZoneFile::bytes).sum());
        }

        /** Never the last batch, which tells what the bookmark means, nor one that the ledger does not have yet. */
        private void expireRaw() {
            Instant oldest = platform.clock()
                    .instant()
                    .minus(settings.maintain().rawRetention().orElseThrow());
            var contents = raw.contents(settings.name());
            platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                    .filter(batch -> batch.batch() < state.lastBatch())
                    .filter(batch -> batch.committedAt().isBefore(oldest))
                    .map(BatchRecord::batch)
                    .filter(contents::containsKey)
                    .forEach(batch -> raw.expire(settings.name(), batch));
        }

        /**
         * Of batches the ledger has entered alone: below the number after the last, a run that lost its lease may still be
         * about to name what it wrote.
         */
        private void removeOrphans() {
            raw.contents(settings.name()).headMap(state.lastBatch() + 1).forEach((batch, contents) -> {
                if (RawZone.mayHoldOrphans(contents)) {
                    if (entered(batch).kind() == BatchRecord.Kind.REWIND) {
                        raw.discard(settings.name(), batch);
                    } else {
                        raw.removeOrphans(settings.name(), batch);
                    }
                }
            });
            quarantine
                    .batches(settings.name())
                    .headSet(state.lastBatch() + 1)
                    .forEach(batch -> quarantine.removeLeftovers(
                            settings.name(), batch, entered(batch).quarantine()));
        }

        private BatchRecord entered(long batch) {
            return platform.bookmarks()
                    .findBatch(settings.name(), batch)
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.REQUEST_INVALID,
                            "Cannot remove orphans of table " + settings.name() + ": its ledger has batch "
                                    + state.lastBatch() + " and not batch " + batch
                                    + ", so what belongs to it is unknown. Restore the bookmark store to a time when"
                                    + " it was whole"));
        }
    }
}
