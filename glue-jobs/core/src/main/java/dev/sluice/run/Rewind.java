package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.raw.RawZone;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Sets a table's bookmark back. What lies after it is read again by the next run: keyed tables merge it, append tables
 * replace it. Set back to the beginning, the next run builds curated anew. A begun batch is discarded.
 */
public final class Rewind {

    private final Platform platform;

    public Rewind(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
    }

    /**
     * Sets the bookmark back under the table's lease.
     *
     * @param to where the next batch begins; empty for the beginning
     * @return the entry in the history
     */
    public BatchRecord to(TableName table, Optional<Position> to, String runId) {
        requireOwnBookmark(table);
        try (LeaseKeeper keeper =
                LeaseKeeper.acquire(platform.bookmarks(), table, platform.holder(runId), platform.leaseTtl())) {
            Lease lease = keeper.lease();
            TableState state = lease.state();
            requireEarlier(table, to, state);
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
            platform.bookmarks()
                    .commit(
                            lease,
                            entry,
                            new Advance(
                                    to,
                                    List.of(),
                                    TableState.Overlap.REWOUND,
                                    Optional.empty(),
                                    now,
                                    Optional.empty(),
                                    List.of()));
            // Its number is the rewind's now, so no run will look for it.
            new RawZone(platform.zones().raw()).discard(table, entry.batch());
            keeper.finish();
            return entry;
        }
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
