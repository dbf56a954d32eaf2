package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.RawZone;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Sets a table's bookmark back. What lies after it is read again by the next run: keyed tables merge it, append tables
 * replace it. Set back to the beginning, the next run builds curated anew; a history is not built anew but read again in
 * full and merged, since the source cannot bring earlier versions. A begun batch is discarded.
 */
public final class Rewind {

    private final Platform platform;
    private final RunListener listener;

    public Rewind(Platform platform) {
        this(platform, RunListener.NONE);
    }

    public Rewind(Platform platform, RunListener listener) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Sets the bookmark back under the table's lease. Done again, it is one more entry in the history and changes nothing
     * else.
     *
     * @param to where the next batch begins; empty for the beginning
     * @return the entry in the history
     */
    public BatchRecord to(TableName table, Optional<Position> to, String runId) {
        return to(table, to, runId, History.KEPT);
    }

    /**
     * Sets the bookmark of a history back to the beginning and has the next run build curated anew, from the source's
     * current rows alone: what they were before is given up.
     */
    public BatchRecord discardingHistory(TableName table, String runId) {
        return to(table, Optional.empty(), runId, History.GIVEN_UP);
    }

    private enum History {
        KEPT,
        GIVEN_UP
    }

    private BatchRecord to(TableName table, Optional<Position> to, String runId, History history) {
        requireOwnBookmark(table);
        listener.before(table, Step.ACQUIRE_LEASE);
        try (LeaseKeeper keeper =
                LeaseKeeper.acquire(platform.bookmarks(), table, platform.holder(runId), platform.leaseTtl())) {
            listener.after(table, Step.ACQUIRE_LEASE);
            BatchRecord entry = LeasedWork.run(platform, keeper, () -> enter(table, to, runId, history, keeper));
            // The rewind is in the ledger: from here on nothing depends on the lease. Its number is no batch's any
            // more, so
            // no run will look for what one had begun under it.
            listener.step(table, Step.REMOVE_LEFTOVERS, () -> {
                Leftovers.remove(platform, entry);
            });
            listener.step(table, Step.RELEASE_LEASE, keeper::finish);
            return entry;
        }
    }

    private BatchRecord enter(
            TableName table, Optional<Position> to, String runId, History history, LeaseKeeper keeper) {
        Lease lease = keeper.lease();
        TableState state = lease.state();
        requireEarlier(table, to, state);
        requireNoReplay(table, to, state);
        Instant now = platform.clock().instant();
        BatchRecord entry = new BatchRecord(
                table,
                state.lastBatch() + 1,
                BatchRecord.Kind.REWIND,
                runId,
                lease.fence(),
                new Window(to, state.position()),
                state.position(),
                to,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                now,
                now,
                state.readPoint().orElse(now),
                List.of());
        Advance advance = new Advance(
                to,
                List.of(),
                TableState.Overlap.REWOUND,
                Optional.empty(),
                now,
                Optional.empty(),
                history == History.KEPT ? List.of() : withoutHistory(state));
        new GuardedListener(listener, keeper)
                .step(table, Step.ADVANCE_BOOKMARK, () -> platform.bookmarks().commit(lease, entry, advance));
        return entry;
    }

    /**
     * A replay that is begun may have added its rows to curated. Those of an append table lie before the position, where
     * nothing is read again; discarded, the replay would leave them in quarantine too. A replay looks at its lease once its
     * manifest is there and a rewind for the manifest once it has the lease, so one of the two sees the other.
     */
    private void requireNoReplay(TableName table, Optional<Position> to, TableState state) {
        boolean appends = platform.settings()
                .findTable(table)
                .map(settings -> settings.curate().mode() == CurateSettings.Mode.APPEND)
                .orElse(false);
        if (to.isPresent() && appends && mayBeReplay(table, state.lastBatch() + 1)) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot rewind table " + table + " to " + to.get().text()
                            + ": a replay of its quarantine left batch "
                            + (state.lastBatch() + 1)
                            + " half done, and its rows may be in curated. Finish it first with"
                            + " 'sluice run " + table + "', or build the table anew with --to-start");
        }
    }

    /** A manifest that cannot be read is that of a replay where there is anything to replay. */
    private boolean mayBeReplay(TableName table, long batch) {
        try {
            return new RawZone(platform.zones().raw())
                    .findManifest(table, batch)
                    .filter(manifest -> manifest.kind() == BatchRecord.Kind.REPLAY)
                    .isPresent();
        } catch (SluiceException damaged) {
            if (damaged.code() != ErrorCode.RAW_CORRUPT) {
                throw damaged;
            }
            return !Quarantine.open(platform.bookmarks().history(table, Integer.MAX_VALUE))
                    .isEmpty();
        }
    }

    /** The ledger's columns of curated without those of a history, by which the next run knows that none is kept. */
    private static List<Column> withoutHistory(TableState state) {
        return state.columns().stream()
                .filter(column -> !HistoryColumns.ALL.contains(column.name()))
                .toList();
    }

    /** What Glue hands out next is decided by its own bookmark; curated built anew from that would lose the rest. */
    private void requireOwnBookmark(TableName table) {
        boolean glue = platform.settings()
                .findTable(table)
                .flatMap(settings -> settings.extract().bookmark())
                .map(bookmark -> bookmark.engine() == BookmarkSettings.Engine.GLUE)
                .orElse(false);
        if (glue) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot rewind table " + table
                            + ": Glue keeps its bookmark (extract.bookmark.engine). Reset it there with 'aws glue"
                            + " reset-job-bookmark'; on a local lake remove the home's glue-bookmarks folder");
        }
    }

    private static void requireEarlier(TableName table, Optional<Position> to, TableState state) {
        if (state.lastBatch() == 0 && state.work() == TableState.Work.FINISHED) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot rewind table " + table + ": it has no batches yet. Run it first");
        }
        if (to.isEmpty()) {
            return;
        }
        Position position = state.position()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot rewind table " + table + " to " + to.get().text()
                                + ": it has no bookmark. Use --to-start to build it anew"));
        if (position.getClass() != to.get().getClass() || to.get().compareTo(position) > 0) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot rewind table " + table + " to " + to.get().text() + ": its bookmark is at "
                            + position.text()
                            + ", and rows between would be lost. Give an earlier position of that kind");
        }
    }
}
