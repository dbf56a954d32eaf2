package dev.sluice.bookmark;

import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The ledger of all tables. Reads are consistent. Each write is one atomic conditional write, so any number of runs may
 * call at once; a write whose answer got lost is looked up before it is reported as failed.
 */
public interface BookmarkStore {

    /** A table's state; {@link TableState#initial} where it has none. */
    TableState load(TableName table);

    /**
     * Takes the lease for a batch: the fence grows by one and the work counts as unfinished. Condition: no hold, or the
     * hold has expired by more than the store's clock tolerance, or its holder is known to have ended. Throws {@code
     * LEASE_HELD} naming holder and expiry.
     */
    Lease acquire(TableName table, LeaseHolder holder, Duration ttl);

    /** Whether {@link #acquire} would be refused now for the hold a state shows. */
    boolean holds(Hold hold);

    /** Prolongs the lease from now on. Condition: the fence is still this lease's. Throws {@code LEASE_LOST}. */
    Lease renew(Lease lease, Duration ttl);

    /**
     * Gives the lease back; {@code work} tells the next holder whether to look for a begun batch. Does nothing where the
     * lease is no longer this one, so it may be called twice.
     */
    void release(Lease lease, TableState.Work work);

    /**
     * Enters a batch and advances the state in one transaction; the lease stays held and the work counts as finished.
     * Condition: the fence is this lease's and the last batch is {@code batch.batch() - 1}. Done twice with the same
     * lease and batch it changes nothing more. Throws {@code LEASE_LOST}, also after the lease was given back.
     */
    void commit(Lease lease, BatchRecord batch, Advance advance);

    /**
     * Notes a look that found nothing new, without a lease. Condition: state is as {@code seen} (same fence, same last
     * batch, no hold, work finished). Returns whether it was written; where it was not, another run is at work.
     */
    Written recordIdle(TableState seen, Advance advance);

    /** Notes why a run failed; unconditional, the last one stays. A later commit or idle note clears it. */
    void recordFailure(TableName table, Failure failure);

    /** Takes the lease away from whoever holds it; the fence grows, so the holder can do no harm. */
    void unlock(TableName table);

    /** A table's batches, newest first. */
    List<BatchRecord> history(TableName table, int limit);

    /** One batch. */
    Optional<BatchRecord> findBatch(TableName table, long batch);

    /**
     * Notes a target's load. A record of a lower version replaces one of a higher only where its load was later: curated
     * that was built anew counts its versions from the start.
     */
    void recordLoad(LoadRecord load);

    /** The last load of each of a table's targets. */
    List<LoadRecord> loads(TableName table);

    /** The outcome of a conditional write that may be overtaken. */
    enum Written {
        WRITTEN,
        OVERTAKEN
    }
}
