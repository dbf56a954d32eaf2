package dev.sluice.aws.dynamodb;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.dynamodb.ItemTable.Order;
import dev.sluice.aws.dynamodb.ItemTable.Write;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The ledger in one DynamoDB table with hash key {@code table} and range key {@code entry}: {@code state}, {@code
 * batch#000000000012} and {@code load#dataengineering-db:public.orders}. A commit is one transaction of two writes; all
 * others are one conditional write. A lease's state is the table's as it was found, the hold and work of the last holder
 * included. A lease that was given back can be neither renewed nor
 * committed under: whoever found the table free may have noted something since.
 */
public final class DynamoDbBookmarkStore implements BookmarkStore {

    /** How far the clocks of two runs may differ before one takes the other's lease too early. */
    public static final Duration DEFAULT_CLOCK_TOLERANCE = Duration.ofSeconds(30);

    private static final String TABLE = "table";
    private static final String ENTRY = "entry";
    private static final int ACQUIRE_ATTEMPTS = 50;

    private final ItemTable items;
    private final Clock clock;
    private final Duration clockTolerance;
    private final Predicate<LeaseHolder> ended;

    /**
     * @param client reaches DynamoDB; stays the caller's to close
     * @param tableName the DynamoDB table
     * @param clock this process's clock
     * @param clockTolerance how long after its expiry a lease still counts as held
     * @param ended whether a holder is known to run no more; on AWS nothing is known
     */
    public DynamoDbBookmarkStore(
            DynamoDbClient client,
            String tableName,
            Clock clock,
            Duration clockTolerance,
            Predicate<LeaseHolder> ended) {
        this.items = new ItemTable(client, tableName, TABLE, ENTRY);
        this.clock = Objects.requireNonNull(clock, "clock");
        this.clockTolerance = Objects.requireNonNull(clockTolerance, "clockTolerance");
        this.ended = Objects.requireNonNull(ended, "ended");
    }

    /** Creates the DynamoDB table unless it is there: for one machine; on AWS it is infrastructure. */
    public void createTableIfAbsent() {
        items.createIfAbsent();
    }

    @Override
    public TableState load(TableName table) {
        return stateOf(table, findState(table));
    }

    @Override
    public Lease acquire(TableName table, LeaseHolder holder, Duration ttl) {
        Objects.requireNonNull(holder, "holder");
        String token = UUID.randomUUID().toString();
        TableState found = null;
        for (int attempt = 1; ; attempt++) {
            Map<String, AttributeValue> item = findState(table);
            TableState state = stateOf(table, item);
            if (found != null
                    && StateItem.holdToken(table, item).filter(token::equals).isPresent()) {
                return new Lease(
                        holder, state.fence(), state.hold().orElseThrow().expiresAt(), found);
            }
            Instant now = clock.instant();
            if (state.hold().filter(hold -> holds(hold, now)).isPresent() || attempt > ACQUIRE_ATTEMPTS) {
                throw held(table, item);
            }
            found = state;
            Hold hold = new Hold(holder, now.plus(ttl));
            Expression take = new Expression()
                    .set(StateItem.FENCE, Attributes.number(state.fence() + 1))
                    .set(StateItem.LAST_BATCH, Attributes.number(state.lastBatch()))
                    .set(StateItem.WORK, Attributes.word(TableState.Work.UNFINISHED))
                    .set(StateItem.HOLD, StateItem.hold(hold, now, token));
            whereAsSeen(take, state);
            if (state.hold().isPresent()) {
                take.whereEqual(
                        StateItem.HOLD_EXPIRES_AT,
                        Attributes.instant(state.hold().get().expiresAt()));
            } else {
                take.whereAbsent(StateItem.HOLD);
            }
            if (items.update(table.toString(), StateItem.ENTRY, take) == Write.DONE) {
                return new Lease(holder, state.fence() + 1, hold.expiresAt(), state);
            }
        }
    }

    @Override
    public boolean holds(Hold hold) {
        return holds(hold, clock.instant());
    }

    @Override
    public Lease renew(Lease lease, Duration ttl) {
        TableName table = lease.state().table();
        Instant expiresAt = clock.instant().plus(ttl);
        Expression prolong = new Expression()
                .set(StateItem.HOLD_EXPIRES_AT, Attributes.instant(expiresAt))
                .whereEqual(StateItem.FENCE, Attributes.number(lease.fence()))
                .wherePresent(StateItem.HOLD);
        if (items.update(table.toString(), StateItem.ENTRY, prolong) == Write.REFUSED) {
            throw lost("renew the lease of table " + table, lease, load(table));
        }
        return new Lease(lease.holder(), lease.fence(), expiresAt, lease.state());
    }

    @Override
    public void release(Lease lease, TableState.Work work) {
        // A refused write means that the lease is no longer this one: there is nothing to give back.
        items.update(
                lease.state().table().toString(),
                StateItem.ENTRY,
                new Expression()
                        .set(StateItem.WORK, Attributes.word(work))
                        .remove(StateItem.HOLD)
                        .whereEqual(StateItem.FENCE, Attributes.number(lease.fence()))
                        .wherePresent(StateItem.HOLD));
    }

    @Override
    public void commit(Lease lease, BatchRecord batch, Advance advance) {
        TableName table = lease.state().table();
        if (!batch.table().equals(table) || batch.fence() != lease.fence()) {
            throw new IllegalArgumentException("Batch " + batch.batch() + " of table " + batch.table() + " under lease "
                    + batch.fence() + " is not of lease " + lease.fence() + " of table " + table);
        }
        Expression update = new Expression()
                .set(StateItem.LAST_BATCH, Attributes.number(batch.batch()))
                .set(StateItem.WORK, Attributes.word(TableState.Work.FINISHED))
                .whereEqual(StateItem.FENCE, Attributes.number(lease.fence()))
                .wherePresent(StateItem.HOLD)
                .whereEqual(StateItem.LAST_BATCH, Attributes.number(batch.batch() - 1));
        StateItem.advance(update, advance);
        Map<String, AttributeValue> item = BatchItem.attributes(batch)
                .put(TABLE, table.toString())
                .put(ENTRY, BatchItem.entry(batch.batch()))
                .map();
        try {
            if (items.updateAndCreate(table.toString(), StateItem.ENTRY, update, item) == Write.DONE) {
                return;
            }
        } catch (SdkException failure) {
            lookUp(lease, batch, failure);
            return;
        }
        if (!committed(lease, batch)) {
            throw refused(lease, batch);
        }
    }

    @Override
    public Written recordIdle(TableState seen, Advance advance) {
        Expression update = new Expression()
                .set(StateItem.FENCE, Attributes.number(seen.fence()))
                .set(StateItem.LAST_BATCH, Attributes.number(seen.lastBatch()))
                .whereEqualOrAbsent(StateItem.WORK, Attributes.word(TableState.Work.FINISHED))
                .whereAbsent(StateItem.HOLD);
        whereAsSeen(update, seen);
        StateItem.advance(update, advance);
        return items.update(seen.table().toString(), StateItem.ENTRY, update) == Write.DONE
                ? Written.WRITTEN
                : Written.OVERTAKEN;
    }

    @Override
    public void recordFailure(TableName table, Failure failure) {
        items.update(
                table.toString(), StateItem.ENTRY, new Expression().set(StateItem.FAILURE, StateItem.failure(failure)));
    }

    @Override
    public void unlock(TableName table) {
        // Refused where the table has no state: nobody holds it.
        items.update(
                table.toString(),
                StateItem.ENTRY,
                new Expression().add(StateItem.FENCE, 1).remove(StateItem.HOLD).wherePresent(StateItem.FENCE));
    }

    @Override
    public List<BatchRecord> history(TableName table, int limit) {
        if (limit <= 0) {
            return List.of();
        }
        return items.query(table.toString(), BatchItem.PREFIX, Order.DESCENDING, limit).stream()
                .map(item -> BatchItem.batch(table, item))
                .toList();
    }

    @Override
    public Optional<BatchRecord> findBatch(TableName table, long batch) {
        return items.find(table.toString(), BatchItem.entry(batch)).map(item -> BatchItem.batch(table, item));
    }

    @Override
    public void recordLoad(LoadRecord load) {
        Map<String, AttributeValue> item = LoadItem.attributes(load)
                .put(TABLE, load.table().toString())
                .put(ENTRY, LoadItem.entry(load.target()))
                .map();
        // Refused where a later load is noted already.
        items.put(
                item,
                new Expression()
                        .whereAtMostOrLessOrAbsent(
                                LoadItem.CURATED_VERSION,
                                Attributes.number(load.curatedVersion()),
                                LoadItem.LOADED_AT,
                                LoadItem.comparable(load.loadedAt())));
    }

    @Override
    public List<LoadRecord> loads(TableName table) {
        return items.query(table.toString(), LoadItem.PREFIX, Order.ASCENDING, Integer.MAX_VALUE).stream()
                .map(item -> LoadItem.load(table, item))
                .toList();
    }

    private Map<String, AttributeValue> findState(TableName table) {
        return items.find(table.toString(), StateItem.ENTRY).orElse(Map.of());
    }

    private static TableState stateOf(TableName table, Map<String, AttributeValue> item) {
        return item.isEmpty() ? TableState.initial(table) : StateItem.state(table, item);
    }

    private boolean holds(Hold hold, Instant now) {
        return !now.isAfter(hold.expiresAt().plus(clockTolerance)) && !ended.test(hold.holder());
    }

    /** The fence and the last batch are as they were seen; an item that never had them counts as 0. */
    private static void whereAsSeen(Expression update, TableState seen) {
        where(update, StateItem.FENCE, seen.fence());
        where(update, StateItem.LAST_BATCH, seen.lastBatch());
    }

    private static void where(Expression update, String key, long value) {
        if (value == 0) {
            update.whereEqualOrAbsent(key, Attributes.number(0));
        } else {
            update.whereEqual(key, Attributes.number(value));
        }
    }

    /** Finds out what became of a commit whose answer did not come. */
    private void lookUp(Lease lease, BatchRecord batch, SdkException failure) {
        SluiceException unknown = new SluiceException(
                ErrorCode.OUTCOME_UNKNOWN,
                "Cannot tell whether batch " + batch.batch() + " of table " + batch.table()
                        + " entered the ledger. " + failure.getMessage()
                        + ". Start the next run: it finds out and goes on from there.",
                failure);
        boolean committed;
        try {
            committed = committed(lease, batch);
        } catch (SluiceException unreachable) {
            unknown.addSuppressed(unreachable);
            throw unknown;
        }
        if (!committed) {
            throw unknown;
        }
    }

    private boolean committed(Lease lease, BatchRecord batch) {
        return findBatch(batch.table(), batch.batch())
                .filter(found -> found.fence() == lease.fence() && found.runId().equals(batch.runId()))
                .isPresent();
    }

    private SluiceException refused(Lease lease, BatchRecord batch) {
        TableState now = load(batch.table());
        String what = "commit batch " + batch.batch() + " of table " + batch.table();
        if (now.fence() != lease.fence() || now.hold().isEmpty()) {
            return lost(what, lease, now);
        }
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot " + what + ". The table's last batch is " + now.lastBatch() + ", so the next one is "
                        + (now.lastBatch() + 1) + ".");
    }

    private static SluiceException lost(String what, Lease lease, TableState now) {
        String why;
        if (now.fence() == lease.fence()) {
            why = "it was given back";
        } else {
            why = now.hold().map(hold -> hold.holder() + " has taken it").orElse("it was taken away and is free");
        }
        return new SluiceException(
                ErrorCode.LEASE_LOST,
                "Cannot " + what + ": " + lease.holder() + " no longer has the lease, " + why
                        + ". Nothing more was committed by this run; the next one goes on from there.");
    }

    private static SluiceException held(TableName table, Map<String, AttributeValue> item) {
        String who = stateOf(table, item)
                .hold()
                .map(hold -> hold.holder() + " holds it since "
                        + StateItem.heldSince(table, item).orElseThrow() + " until " + hold.expiresAt())
                .orElse("many runs try at once");
        return new SluiceException(
                ErrorCode.LEASE_HELD,
                "Cannot acquire the lease of table " + table + ": " + who
                        + ". Wait for that run to end; if it is known to be dead, run: sluice bookmark unlock "
                        + table);
    }
}
