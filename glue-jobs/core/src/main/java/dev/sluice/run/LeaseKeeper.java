package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A lease that renews itself every third of its time until it is closed. A run asks {@link #requireHeld} before each step:
 * that saves work in vain; what keeps a run without lease from doing harm are the conditions on the commits.
 */
final class LeaseKeeper implements AutoCloseable {

    private static final Duration POLL = Duration.ofSeconds(2);

    private final BookmarkStore store;
    private final Duration ttl;
    private final AtomicReference<Lease> lease;
    private final AtomicReference<RuntimeException> lost = new AtomicReference<>();
    private final ScheduledExecutorService renewal;
    private TableState.Work work = TableState.Work.UNFINISHED;
    private boolean released;

    private LeaseKeeper(BookmarkStore store, Lease lease, Duration ttl) {
        this.store = store;
        this.ttl = ttl;
        this.lease = new AtomicReference<>(lease);
        this.renewal = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lease " + lease.state().table());
            thread.setDaemon(true);
            return thread;
        });
        long period = Math.max(1, ttl.toMillis() / 3);
        renewal.scheduleAtFixedRate(this::renew, period, period, TimeUnit.MILLISECONDS);
    }

    static LeaseKeeper acquire(BookmarkStore store, TableName table, LeaseHolder holder, Duration ttl) {
        return new LeaseKeeper(store, store.acquire(table, holder, ttl), ttl);
    }

    /** Waits for whoever has the lease; throws {@code LEASE_HELD} once patience is over. */
    static LeaseKeeper acquire(Platform platform, TableName table, String runId, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return acquire(platform.bookmarks(), table, platform.holder(runId), platform.leaseTtl());
            } catch (SluiceException held) {
                if (held.code() != ErrorCode.LEASE_HELD || System.nanoTime() >= deadline) {
                    throw held;
                }
                pause(held);
            }
        }
    }

    private static void pause(SluiceException held) {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw held;
        }
    }

    Lease lease() {
        return lease.get();
    }

    /** Throws {@code LEASE_LOST} once a renewal was refused. */
    void requireHeld() {
        RuntimeException failure = lost.get();
        if (failure != null) {
            throw failure;
        }
    }

    /** Asks the store, whatever was known here; throws {@code LEASE_LOST}. */
    void confirm() {
        store.renew(lease.get(), ttl);
    }

    /** The loss of the lease, where that is what a failure comes from; asks the store unless the failure says so itself. */
    Optional<SluiceException> findLoss(Exception failure) {
        if (LeasedWork.isLoss(failure)) {
            return Optional.of((SluiceException) failure);
        }
        try {
            store.renew(lease.get(), ttl);
        } catch (RuntimeException refused) {
            if (LeasedWork.isLoss(refused)) {
                refused.addSuppressed(failure);
                return Optional.of((SluiceException) refused);
            }
            failure.addSuppressed(refused);
        }
        return Optional.empty();
    }

    /** Gives the lease back with nothing left half done, so that the next holder need not look. */
    void finish() {
        work = TableState.Work.FINISHED;
        close();
    }

    private void renew() {
        try {
            Lease held = lease.get();
            Lease renewed = store.renew(held, ttl);
            lease.set(new Lease(held.holder(), held.fence(), renewed.expiresAt(), held.state()));
        } catch (RuntimeException failure) {
            if (failure instanceof SluiceException refused && refused.code() == ErrorCode.LEASE_LOST) {
                lost.set(failure);
                renewal.shutdown();
                return;
            }
            // A renewal that did not get through is tried again; only a refused one ends the run.
            System.getLogger(LeaseKeeper.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "Cannot renew the lease of " + lease.get().state().table(),
                            failure);
        }
    }

    /** Gives the lease back, once; unless {@link #finish} came first, the next holder looks for a begun batch. */
    @Override
    public void close() {
        renewal.shutdownNow();
        if (released) {
            return;
        }
        released = true;
        store.release(lease.get(), work);
    }
}
