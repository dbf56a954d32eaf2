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

/**
 * A bookmark store in this process: every call is atomic, and what the store's contract says holds. Any number of stores
 * may work on the same data, each with a clock of its own, as the processes of several machines do.
 */
public final class InMemoryBookmarkStore implements BookmarkStore {

    private final Clock clock;
    private final Duration tolerance;
    private final Predicate<LeaseHolder> ended;
    private final Data data;

    /** What all stores of one ledger share, and their lock. */
    private static final class Data {
        private final Map<TableName, TableState> states = new HashMap<>();
        private final Map<TableName, Instant> heldSince = new HashMap<>();
        private final Map<TableName, TreeMap<Long, BatchRecord>> batches = new HashMap<>();
        private final Map<TableName, TreeMap<String, LoadRecord>> loads = new HashMap<>();
    }

    /**
     * An empty store.
     *
     * @param clock tells whether a lease has expired
     * @param tolerance how much longer than its time a lease is respected
     * @param ended whether a holder is known to have ended
     */
    public InMemoryBookmarkStore(Clock clock, Duration tolerance, Predicate<LeaseHolder> ended) {
        this(clock, tolerance, ended, new Data());
    }

    private InMemoryBookmarkStore(Clock clock, Duration tolerance, Predicate<LeaseHolder> ended, Data data) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
        this.ended = Objects.requireNonNull(ended, "ended");
        this.data = data;
    }

    /** The same data as seen by a process with another clock, tolerance and knowledge of who has ended. */
    public InMemoryBookmarkStore as(Clock otherClock, Duration otherTolerance, Predicate<LeaseHolder> otherEnded) {
        return new InMemoryBookmarkStore(otherClock, otherTolerance, otherEnded, data);
    }

    @Override
    public TableState load(TableName table) {
        synchronized (data) {
            return data.states.getOrDefault(table, TableState.initial(table));
        }
    }

    @Override
    public Lease acquire(TableName table, LeaseHolder holder, Duration ttl) {
        synchronized (data) {
            TableState state = load(table);
            Instant now = clock.instant();
            if (state.hold().isPresent() && holds(state.hold().get(), now)) {
                Hold hold = state.hold().get();
                throw new SluiceException(
                        ErrorCode.LEASE_HELD,
                        "Cannot acquire the lease of table " + table + ": " + hold.holder() + " holds it since "
                                + data.heldSince.get(table) + " until " + hold.expiresAt()
                                + ". Wait for that run to end; if it is known to be dead, run: sluice bookmark unlock "
                                + table);
            }
            Instant expires = now.plus(ttl);
            data.heldSince.put(table, now);
            data.states.put(
                    table,
                    with(
                            state,
                            state.fence() + 1,
                            Optional.of(new Hold(holder, expires)),
                            TableState.Work.UNFINISHED,
                            state.failure()));
            return new Lease(holder, state.fence() + 1, expires, state);
        }
    }

    @Override
    public boolean holds(Hold hold) {
        return holds(hold, clock.instant());
    }

    @Override
    public Lease renew(Lease lease, Duration ttl) {
        synchronized (data) {
            TableState state = load(lease.state().table());
            if (state.fence() != lease.fence() || state.hold().isEmpty()) {
                throw lost("renew the lease of table " + state.table(), lease, state);
            }
            Instant expires = clock.instant().plus(ttl);
            data.states.put(
                    state.table(),
                    with(
                            state,
                            state.fence(),
                            Optional.of(new Hold(lease.holder(), expires)),
                            state.work(),
                            state.failure()));
            return new Lease(lease.holder(), lease.fence(), expires, lease.state());
        }
    }

    @Override
    public void release(Lease lease, TableState.Work work) {
        synchronized (data) {
            TableState state = load(lease.state().table());
            if (state.fence() == lease.fence() && state.hold().isPresent()) {
                data.states.put(state.table(), with(state, state.fence(), Optional.empty(), work, state.failure()));
            }
        }
    }

    @Override
    public void commit(Lease lease, BatchRecord batch, Advance advance) {
        synchronized (data) {
            TableState state = load(lease.state().table());
            Optional<BatchRecord> present = findBatch(batch.table(), batch.batch());
            if (present.isPresent()
                    && present.get().fence() == lease.fence()
                    && present.get().runId().equals(batch.runId())) {
                return;
            }
            String what = "commit batch " + batch.batch() + " of table " + batch.table();
            if (state.fence() != lease.fence()) {
                throw lost(what, lease, state);
            }
            if (state.lastBatch() != batch.batch() - 1) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot " + what + ". The table's last batch is " + state.lastBatch() + ", so the next one is "
                                + (state.lastBatch() + 1) + ".");
            }
            data.batches
                    .computeIfAbsent(batch.table(), table -> new TreeMap<>())
                    .put(batch.batch(), batch);
            data.states.put(
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
    }

    @Override
    public Written recordIdle(TableState seen, Advance advance) {
        synchronized (data) {
            TableState state = load(seen.table());
            if (state.fence() != seen.fence()
                    || state.lastBatch() != seen.lastBatch()
                    || state.hold().isPresent()
                    || state.work() != TableState.Work.FINISHED) {
                return Written.OVERTAKEN;
            }
            data.states.put(
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
    }

    @Override
    public void recordFailure(TableName table, Failure failure) {
        synchronized (data) {
            TableState state = load(table);
            data.states.put(table, with(state, state.fence(), state.hold(), state.work(), Optional.of(failure)));
        }
    }

    @Override
    public void unlock(TableName table) {
        synchronized (data) {
            TableState state = load(table);
            if (data.states.containsKey(table)) {
                data.states.put(table, with(state, state.fence() + 1, Optional.empty(), state.work(), state.failure()));
            }
        }
    }

    @Override
    public List<BatchRecord> history(TableName table, int limit) {
        synchronized (data) {
            return new ArrayList<>(data.batches
                            .getOrDefault(table, new TreeMap<>())
                            .descendingMap()
                            .values())
                    .stream().limit(limit).toList();
        }
    }

    @Override
    public Optional<BatchRecord> findBatch(TableName table, long batch) {
        synchronized (data) {
            return Optional.ofNullable(
                    data.batches.getOrDefault(table, new TreeMap<>()).get(batch));
        }
    }

    @Override
    public void recordLoad(LoadRecord load) {
        synchronized (data) {
            data.loads
                    .computeIfAbsent(load.table(), table -> new TreeMap<>())
                    .merge(
                            load.target(),
                            load,
                            (before, after) -> after.curatedVersion() >= before.curatedVersion()
                                            || after.loadedAt().isAfter(before.loadedAt())
                                    ? after
                                    : before);
        }
    }

    @Override
    public List<LoadRecord> loads(TableName table) {
        synchronized (data) {
            return List.copyOf(data.loads.getOrDefault(table, new TreeMap<>()).values());
        }
    }

    private boolean holds(Hold hold, Instant now) {
        return !now.isAfter(hold.expiresAt().plus(tolerance)) && !ended.test(hold.holder());
    }

    private static SluiceException lost(String what, Lease lease, TableState now) {
        String why = now.fence() == lease.fence()
                ? "it was given back"
                : now.hold().map(hold -> hold.holder() + " has taken it").orElse("it was taken away and is free");
        return new SluiceException(
                ErrorCode.LEASE_LOST,
                "Cannot " + what + ": " + lease.holder() + " no longer has the lease, " + why
                        + ". Nothing more was committed by this run; the next one goes on from there.");
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
