package dev.sluice.testing;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Hold;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.TableName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A bookmark store in this process: every call is atomic, and what the store's contract says holds. */
public final class InMemoryBookmarkStore implements BookmarkStore {

    private final Clock clock;
    private final Duration tolerance;
    private final Predicate<LeaseHolder> ended;
    private final Map<TableName, TableState> states = new HashMap<>();
    private final Map<TableName, TreeMap<Long, BatchRecord>> batches = new HashMap<>();
    private final Map<TableName, TreeMap<String, LoadRecord>> loads = new HashMap<>();

    /**
     * An empty store.
     *
     * @param clock tells whether a lease has expired
     * @param tolerance how much longer than its time a lease is respected
     * @param ended whether a holder is known to have ended
     */
    public InMemoryBookmarkStore(Clock clock, Duration tolerance, Predicate<LeaseHolder> ended) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
        this.ended = Objects.requireNonNull(ended, "ended");
    }

    @Override
    public synchronized TableState load(TableName table) {
        return states.getOrDefault(table, TableState.initial(table));
    }

    @Override
    public synchronized Lease acquire(TableName table, LeaseHolder holder, Duration ttl) {
        TableState state = load(table);
        Instant now = clock.instant();
        if (state.hold().isPresent()) {
            Hold hold = state.hold().get();
            if (!hold.expiresAt().plus(tolerance).isBefore(now) && !ended.test(hold.holder())) {
                throw new SluiceException(
                        ErrorCode.LEASE_HELD,
                        "Cannot take the lease of table " + table + ": " + hold.holder() + " holds it until "
                                + hold.expiresAt()
                                + ". Wait for it, or if that process is gone use 'sluice bookmark unlock " + table
                                + "'");
            }
        }
        Instant expires = now.plus(ttl);
        TableState held = with(
                state,
                state.fence() + 1,
                Optional.of(new Hold(holder, expires)),
                TableState.Work.UNFINISHED,
                state.failure());
        states.put(table, held);
        return new Lease(holder, held.fence(), expires, held);
    }

    @Override
    public synchronized Lease renew(Lease lease, Duration ttl) {
        TableState state = requireHeld(lease);
        Instant expires = clock.instant().plus(ttl);
        states.put(
                state.table(),
                with(
                        state,
                        state.fence(),
                        Optional.of(new Hold(lease.holder(), expires)),
                        state.work(),
                        state.failure()));
        return new Lease(lease.holder(), lease.fence(), expires, lease.state());
    }

    @Override
    public synchronized void release(Lease lease, TableState.Work work) {
        TableState state = load(lease.state().table());
        if (state.fence() == lease.fence() && state.hold().isPresent()) {
            states.put(state.table(), with(state, state.fence(), Optional.empty(), work, state.failure()));
        }
    }

    @Override
    public synchronized void commit(Lease lease, BatchRecord batch, Advance advance) {
        TableState state = requireHeld(lease);
        BatchRecord present =
                batches.getOrDefault(batch.table(), new TreeMap<>()).get(batch.batch());
        if (present != null && present.fence() == lease.fence()) {
            return;
        }
        if (state.lastBatch() != batch.batch() - 1) {
            throw lost(lease);
        }
        batches.computeIfAbsent(batch.table(), table -> new TreeMap<>()).put(batch.batch(), batch);
        states.put(
                batch.table(),
                new TableState(
                        state.table(),
                        state.fence(),
                        state.hold(),
                        TableState.Work.FINISHED,
                        batch.batch(),
                        advance.position(),
                        advance.observations(),
                        advance.overlap(),
                        advance.readPoint().or(state::readPoint),
                        Optional.of(advance.checkedAt()),
                        advance.curatedVersion().or(state::curatedVersion),
                        advance.columns().isEmpty() ? state.columns() : advance.columns(),
                        Optional.empty()));
    }

    @Override
    public synchronized Written recordIdle(TableState seen, Advance advance) {
        TableState state = load(seen.table());
        if (state.fence() != seen.fence()
                || state.lastBatch() != seen.lastBatch()
                || state.hold().isPresent()
                || state.work() != TableState.Work.FINISHED) {
            return Written.OVERTAKEN;
        }
        states.put(
                state.table(),
                new TableState(
                        state.table(),
                        state.fence(),
                        state.hold(),
                        state.work(),
                        state.lastBatch(),
                        advance.position(),
                        advance.observations(),
                        advance.overlap(),
                        advance.readPoint().or(state::readPoint),
                        Optional.of(advance.checkedAt()),
                        advance.curatedVersion().or(state::curatedVersion),
                        advance.columns().isEmpty() ? state.columns() : advance.columns(),
                        Optional.empty()));
        return Written.WRITTEN;
    }

    @Override
    public synchronized void recordFailure(TableName table, Failure failure) {
        TableState state = load(table);
        states.put(table, with(state, state.fence(), state.hold(), state.work(), Optional.of(failure)));
    }

    @Override
    public synchronized void unlock(TableName table) {
        TableState state = load(table);
        states.put(table, with(state, state.fence() + 1, Optional.empty(), state.work(), state.failure()));
    }

    @Override
    public synchronized List<BatchRecord> history(TableName table, int limit) {
        return new ArrayList<>(batches.getOrDefault(table, new TreeMap<>())
                        .descendingMap()
                        .values())
                .stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<BatchRecord> findBatch(TableName table, long batch) {
        return Optional.ofNullable(batches.getOrDefault(table, new TreeMap<>()).get(batch));
    }

    @Override
    public synchronized void recordLoad(LoadRecord load) {
        loads.computeIfAbsent(load.table(), table -> new TreeMap<>())
                .merge(
                        load.target(),
                        load,
                        (before, after) -> after.curatedVersion() >= before.curatedVersion() ? after : before);
    }

    @Override
    public synchronized List<LoadRecord> loads(TableName table) {
        return List.copyOf(loads.getOrDefault(table, new TreeMap<>()).values());
    }

    private TableState requireHeld(Lease lease) {
        TableState state = load(lease.state().table());
        if (state.fence() != lease.fence() || state.hold().isEmpty()) {
            throw lost(lease);
        }
        return state;
    }

    private static SluiceException lost(Lease lease) {
        return new SluiceException(
                ErrorCode.LEASE_LOST,
                "Cannot go on with table " + lease.state().table() + ": the lease of " + lease.holder()
                        + " was taken over. What it had not committed is left to the new holder");
    }

    private static TableState with(
            TableState state, long fence, Optional<Hold> hold, TableState.Work work, Optional<Failure> failure) {
        return new TableState(
                state.table(),
                fence,
                hold,
                work,
                state.lastBatch(),
                state.position(),
                state.observations(),
                state.overlap(),
                state.readPoint(),
                state.checkedAt(),
                state.curatedVersion(),
                state.columns(),
                failure);
    }
}
