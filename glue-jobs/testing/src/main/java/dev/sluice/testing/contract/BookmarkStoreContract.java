package dev.sluice.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Hold;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every ledger must do. Each test works on a table of its own, so all may share one store's data. An implementation
 * extends this class and says how a store is opened on these data.
 */
public abstract class BookmarkStoreContract {

    private static final Duration TTL = Duration.ofMinutes(2);
    private static final Duration TOLERANCE = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Predicate<LeaseHolder> NOBODY = holder -> false;
    private static final LeaseHolder ANNA = new LeaseHolder("run-anna", "host-a", 11);
    private static final LeaseHolder BERT = new LeaseHolder("run-bert", "host-b", 22);

    private final TableName table =
            new TableName("shop", "orders-" + UUID.randomUUID().toString().substring(0, 8));
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-29T00:30:00.123456Z"));

    /** Opens a store; all stores of one test see the same data. */
    protected abstract BookmarkStore store(Clock clock, Duration clockTolerance, Predicate<LeaseHolder> ended);

    private BookmarkStore store() {
        return store(clock, TOLERANCE, NOBODY);
    }

    // States

    @Test
    void aTableThatNeverRanHasTheInitialState() {
        assertThat(store().load(table)).isEqualTo(TableState.initial(table));
        assertThat(store().history(table, 10)).isEmpty();
        assertThat(store().findBatch(table, 1)).isEmpty();
        assertThat(store().loads(table)).isEmpty();
    }

    @Test
    void everythingThatAnAdvanceHoldsIsReadBackAsItWasWritten() {
        Advance advance = new Advance(
                Optional.of(new Position.WallClock(Instant.parse("2026-03-29T02:30:00.000001Z")
                        .atZone(clock.getZone())
                        .toLocalDateTime())),
                List.of(
                        new Observation(Long.MAX_VALUE, clock.instant()),
                        new Observation(-3, clock.instant().plusNanos(1))),
                TableState.Overlap.REWOUND,
                Optional.of(clock.instant().minusSeconds(5)),
                clock.instant(),
                Optional.of(7L),
                List.of(
                        new Column("id", ColumnType.of("bigint")),
                        new Column("tags", ColumnType.of("array<decimal(38,18)>"))));
        Lease lease = store().acquire(table, ANNA, TTL);
        store().commit(lease, batch(lease, 1), advance);

        assertThat(store().load(table))
                .isEqualTo(new TableState(
                        table,
                        1,
                        Optional.of(new Hold(ANNA, clock.instant().plus(TTL))),
                        TableState.Work.FINISHED,
                        1,
                        advance.position(),
                        advance.observations(),
                        advance.overlap(),
                        advance.readPoint(),
                        Optional.of(advance.checkedAt()),
                        advance.curatedVersion(),
                        advance.columns(),
                        Optional.empty()));
    }

    @Test
    void anAdvanceLeavesWhatItHoldsNoValueForAndTakesThePositionAsItIs() {
        Lease lease = store().acquire(table, ANNA, TTL);
        store().commit(lease, batch(lease, 1), advance(5));
        Advance sparse = new Advance(
                Optional.empty(),
                List.of(),
                TableState.Overlap.NONE,
                Optional.empty(),
                clock.instant().plusSeconds(1),
                Optional.empty(),
                List.of());
        store().commit(lease, batch(lease, 2), sparse);

        TableState state = store().load(table);
        assertThat(state.position()).isEmpty();
        assertThat(state.observations()).isEmpty();
        assertThat(state.readPoint()).isEqualTo(advance(5).readPoint());
        assertThat(state.curatedVersion()).isEqualTo(advance(5).curatedVersion());
        assertThat(state.columns()).isEqualTo(advance(5).columns());
        assertThat(state.checkedAt()).contains(clock.instant().plusSeconds(1));
    }

    // Leases

    @Test
    void aFreeLeaseIsTakenAndCountsAsUnfinishedWork() {
        Lease lease = store().acquire(table, ANNA, TTL);

        assertThat(lease.fence()).isEqualTo(1);
        assertThat(lease.holder()).isEqualTo(ANNA);
        assertThat(lease.expiresAt()).isEqualTo(clock.instant().plus(TTL));
        assertThat(lease.state()).isEqualTo(TableState.initial(table));
        TableState state = store().load(table);
        assertThat(state.fence()).isEqualTo(1);
        assertThat(state.hold()).contains(new Hold(ANNA, lease.expiresAt()));
        assertThat(state.work()).isEqualTo(TableState.Work.UNFINISHED);
    }

    @Test
    void aHeldLeaseIsRefusedWithItsHolderItsTimesAndTheRemedy() {
        store().acquire(table, ANNA, TTL);
        clock.advance(Duration.ofSeconds(1));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store().acquire(table, BERT, TTL))
                .withMessage("Cannot acquire the lease of table " + table
                        + ": run run-anna (process 11 on host-a) holds it since 2026-03-29T00:30:00.123456Z until "
                        + "2026-03-29T00:32:00.123456Z. Wait for that run to end; if it is known to be dead, run: "
                        + "sluice bookmark unlock " + table)
                .matches(refused -> refused.code() == ErrorCode.LEASE_HELD)
                .matches(SluiceException::retryable);
    }

    @Test
    void aHolderDoesNotGetItsOwnLeaseTwice() {
        store().acquire(table, ANNA, TTL);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store().acquire(table, ANNA, TTL))
                .withMessageContaining("run run-anna (process 11 on host-a) holds it")
                .matches(refused -> refused.code() == ErrorCode.LEASE_HELD);
    }

    @Test
    void leasesOfTwoTablesDoNotMeet() {
        TableName other = new TableName("shop", table.table() + "-lines");
        store().acquire(table, ANNA, TTL);

        assertThat(store().acquire(other, BERT, TTL).fence()).isEqualTo(1);
        assertThat(store().load(table).hold().map(Hold::holder)).contains(ANNA);
    }

    @Test
    void anExpiredLeaseIsTakenOverOnlyBeyondTheClockTolerance() {
        store().acquire(table, ANNA, TTL);
        clock.advance(TTL.plus(TOLERANCE));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store().acquire(table, BERT, TTL))
                .withMessageContaining("run run-anna")
                .matches(refused -> refused.code() == ErrorCode.LEASE_HELD);

        clock.advance(MOMENT);
        Lease lease = store().acquire(table, BERT, TTL);
        assertThat(lease.fence()).isEqualTo(2);
        assertThat(lease.state().work()).isEqualTo(TableState.Work.UNFINISHED);
    }

    @Test
    void aClockThatRunsAheadByTheToleranceTakesNoLeaseThatIsInForce() {
        store().acquire(table, ANNA, TTL);
        SettableClock ahead = new SettableClock(clock.instant().plus(TTL).plus(TOLERANCE));
        SettableClock behind = new SettableClock(clock.instant().minus(Duration.ofDays(1)));

        for (SettableClock skewed : List.of(ahead, behind)) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> store(skewed, TOLERANCE, NOBODY).acquire(table, BERT, TTL))
                    .withMessageContaining("run run-anna")
                    .matches(refused -> refused.code() == ErrorCode.LEASE_HELD);
        }
    }

    @Test
    void aHolderThatIsKnownToHaveEndedHoldsNothing() {
        Lease dead = store().acquire(table, ANNA, TTL);
        Lease lease = store(clock, TOLERANCE, ANNA::equals).acquire(table, BERT, TTL);

        assertThat(lease.fence()).isEqualTo(2);
        assertThat(lease.state().work()).isEqualTo(TableState.Work.UNFINISHED);
        assertLost(() -> store().renew(dead, TTL), "run run-bert (process 22 on host-b) has taken it");
    }

    @Test
    void renewalProlongsTheLeaseFromNowOn() {
        Lease lease = store().acquire(table, ANNA, TTL);
        clock.advance(TTL);
        Lease renewed = store().renew(lease, TTL);
        clock.advance(TTL);

        assertThat(renewed.expiresAt()).isEqualTo(clock.instant());
        assertThat(renewed.fence()).isEqualTo(lease.fence());
        assertThat(renewed.state()).isEqualTo(lease.state());
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store().acquire(table, BERT, TTL))
                .withMessageContaining("until " + renewed.expiresAt());
    }

    @Test
    void anExpiredLeaseThatNobodyTookCanStillBeRenewed() {
        Lease lease = store().acquire(table, ANNA, TTL);
        clock.advance(Duration.ofHours(1));

        assertThat(store().renew(lease, TTL).expiresAt())
                .isEqualTo(clock.instant().plus(TTL));
    }

    @Test
    void aLeaseThatWasGivenBackIsFreeAndItsWorkIsAsToldByTheHolder() {
        Lease finished = store().acquire(table, ANNA, TTL);
        store().release(finished, TableState.Work.FINISHED);
        assertThat(store().load(table).hold()).isEmpty();
        assertThat(store().load(table).work()).isEqualTo(TableState.Work.FINISHED);

        Lease unfinished = store().acquire(table, BERT, TTL);
        assertThat(unfinished.fence()).isEqualTo(2);
        assertThat(unfinished.state().work()).isEqualTo(TableState.Work.FINISHED);
        store().release(unfinished, TableState.Work.UNFINISHED);
        assertThat(store().acquire(table, ANNA, TTL).state().work()).isEqualTo(TableState.Work.UNFINISHED);
    }

    @Test
    void givingBackTwiceOrTooLateChangesNothing() {
        Lease stale = store().acquire(table, ANNA, TTL);
        store().release(stale, TableState.Work.FINISHED);
        store().release(stale, TableState.Work.UNFINISHED);
        assertThat(store().load(table).work()).isEqualTo(TableState.Work.FINISHED);

        Lease current = store().acquire(table, BERT, TTL);
        store().release(stale, TableState.Work.FINISHED);
        TableState state = store().load(table);
        assertThat(state.hold()).contains(new Hold(BERT, current.expiresAt()));
        assertThat(state.work()).isEqualTo(TableState.Work.UNFINISHED);
    }

    @Test
    void aRenewalThatComesAfterTheReleaseDoesNotTakeTheLeaseAgain() {
        Lease lease = store().acquire(table, ANNA, TTL);
        store().release(lease, TableState.Work.FINISHED);

        assertLost(() -> store().renew(lease, TTL), "it was given back");
        assertThat(store().load(table).hold()).isEmpty();
    }

    @Test
    void unlockFreesTheLeaseAndItsHolderCanDoNoHarm() {
        Lease lease = store().acquire(table, ANNA, TTL);
        store().unlock(table);

        TableState state = store().load(table);
        assertThat(state.hold()).isEmpty();
        assertThat(state.fence()).isEqualTo(2);
        assertThat(state.work()).isEqualTo(TableState.Work.UNFINISHED);
        assertLost(() -> store().renew(lease, TTL), "it was taken away and is free");
        assertLost(() -> store().commit(lease, batch(lease, 1), advance(1)), "it was taken away and is free");
        assertThat(store().acquire(table, BERT, TTL).fence()).isEqualTo(3);
    }

    @Test
    void unlockOfATableThatNeverRanLeavesItInTheInitialState() {
        store().unlock(table);

        assertThat(store().load(table)).isEqualTo(TableState.initial(table));
    }

    @Test
    void aHolderWhoseLeaseWasTakenOverIsRefusedAtEveryWrite() {
        Lease stale = store().acquire(table, ANNA, TTL);
        clock.advance(TTL.plus(TOLERANCE).plus(MOMENT));
        Lease current = store().acquire(table, BERT, TTL);
        TableState before = store().load(table);

        assertLost(() -> store().renew(stale, TTL), "run run-bert (process 22 on host-b) has taken it");
        assertLost(
                () -> store().commit(stale, batch(stale, 1), advance(1)),
                "run run-bert (process 22 on host-b) has taken it");
        store().release(stale, TableState.Work.FINISHED);
        assertThat(store().load(table)).isEqualTo(before);
        assertThat(store().history(table, 10)).isEmpty();

        store().commit(current, batch(current, 1), advance(2));
        assertLost(
                () -> store().commit(stale, batch(stale, 1), advance(1)),
                "run run-bert (process 22 on host-b) has taken it");
        assertThat(store().load(table).position()).contains(new Position.Sequence(2));
    }

    @Test
    void ofManyRunsThatTryAtOnceOneGetsTheLease() throws Exception {
        List<Optional<Lease>> leases = Race.run(16, number -> {
            try {
                return Optional.of(store().acquire(table, new LeaseHolder("run-" + number, "host", number), TTL));
            } catch (SluiceException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.LEASE_HELD);
                return Optional.empty();
            }
        });

        assertThat(leases.stream().flatMap(Optional::stream)).singleElement().satisfies(lease -> assertThat(
                        store().load(table).hold().map(Hold::holder))
                .contains(lease.holder()));
        assertThat(store().load(table).fence()).isEqualTo(1);
    }

    @Test
    void ofManyRunsThatFindAnExpiredLeaseOneTakesIt() throws Exception {
        store().acquire(table, ANNA, TTL);
        clock.advance(Duration.ofHours(1));
        List<Boolean> taken = Race.run(16, number -> {
            try {
                store().acquire(table, BERT, TTL);
                return true;
            } catch (SluiceException refused) {
                assertThat(refused.code()).isEqualTo(ErrorCode.LEASE_HELD);
                return false;
            }
        });

        assertThat(taken.stream().filter(one -> one)).hasSize(1);
        assertThat(store().load(table).fence()).isEqualTo(2);
    }

    // Batches

    @Test
    void aCommitEntersTheBatchAndMovesTheBookmarkAndKeepsTheLease() {
        Lease lease = store().acquire(table, ANNA, TTL);
        BatchRecord batch = batch(lease, 1);
        store().commit(lease, batch, advance(10));

        assertThat(store().findBatch(table, 1)).contains(batch);
        TableState state = store().load(table);
        assertThat(state.lastBatch()).isEqualTo(1);
        assertThat(state.position()).contains(new Position.Sequence(10));
        assertThat(state.work()).isEqualTo(TableState.Work.FINISHED);
        assertThat(state.hold()).contains(new Hold(ANNA, lease.expiresAt()));
    }

    @Test
    void aBatchIsReadBackAsItWasWrittenHoweverMuchOrLittleItHolds() {
        Lease lease = store().acquire(table, ANNA, TTL);
        BatchRecord full = new BatchRecord(
                table,
                1,
                BatchRecord.Kind.REPLAY,
                "run-anna",
                lease.fence(),
                new Window(
                        Optional.of(new Position.At(Instant.parse("0001-01-01T00:00:00Z"))),
                        Optional.of(new Position.At(Instant.parse("9999-12-31T23:59:59.999999Z")))),
                Optional.of(new Position.At(Instant.EPOCH)),
                Optional.of(new Position.At(clock.instant())),
                Optional.of(new Position.At(Instant.EPOCH.plusNanos(1000))),
                Optional.of(new Position.At(clock.instant().minusNanos(1000))),
                Long.MAX_VALUE,
                3,
                Optional.of("shop/orders/batch=1"),
                List.of(4L, 2L),
                Optional.of(0L),
                clock.instant().minusSeconds(9),
                clock.instant(),
                clock.instant().minusSeconds(3),
                List.of("The source has a new column: größe", ""));
        BatchRecord bare = new BatchRecord(
                table,
                2,
                BatchRecord.Kind.REWIND,
                "run-anna",
                lease.fence(),
                Window.ALL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                clock.instant(),
                clock.instant(),
                clock.instant(),
                List.of());
        store().commit(lease, full, advance(1));
        store().commit(lease, bare, advance(1));

        assertThat(store().findBatch(table, 1)).contains(full);
        assertThat(store().findBatch(table, 2)).contains(bare);
    }

    @Test
    void aCommitThatIsDoneTwiceChangesNothingMore() {
        Lease lease = store().acquire(table, ANNA, TTL);
        store().commit(lease, batch(lease, 1), advance(10));
        TableState after = store().load(table);
        clock.advance(Duration.ofSeconds(1));
        store().commit(lease, batch(lease, 1), advance(10));

        assertThat(store().load(table)).isEqualTo(after);
        assertThat(store().history(table, 10)).hasSize(1);

        store().commit(lease, batch(lease, 2), advance(20));
        store().commit(lease, batch(lease, 1), advance(10));
        assertThat(store().load(table).position()).contains(new Position.Sequence(20));
    }

    @Test
    void aBatchThatIsNotTheNextOneIsRefused() {
        Lease lease = store().acquire(table, ANNA, TTL);
        TableState before = store().load(table);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store().commit(lease, batch(lease, 3), advance(10)))
                .withMessage("Cannot commit batch 3 of table " + table
                        + ". The table's last batch is 0, so the next one is 1.");
        assertThat(store().load(table)).isEqualTo(before);
        assertThat(store().findBatch(table, 3)).isEmpty();
    }

    @Test
    void aCommitWorksAfterTheLeaseExpiredIfNobodyTookIt() {
        Lease lease = store().acquire(table, ANNA, TTL);
        clock.advance(Duration.ofHours(1));
        store().commit(lease, batch(lease, 1), advance(10));

        assertThat(store().load(table).lastBatch()).isEqualTo(1);
    }

    @Test
    void ofManyCommitsOfOneBatchNumberOneEnters() throws Exception {
        Lease lease = store().acquire(table, ANNA, TTL);
        List<Boolean> committed = Race.run(16, number -> {
            try {
                store().commit(lease, batch(lease, 1, "run-" + number), advance(number));
                return true;
            } catch (SluiceException refused) {
                return false;
            }
        });

        assertThat(committed.stream().filter(one -> one)).hasSize(1);
        long winner = IntStream.range(0, 16).filter(committed::get).findFirst().orElseThrow();
        assertThat(store().findBatch(table, 1).map(BatchRecord::runId)).contains("run-" + winner);
        assertThat(store().load(table).position()).contains(new Position.Sequence(winner));
    }

    @Test
    void renewalsDuringACommitDisturbNeither() throws Exception {
        Lease lease = store().acquire(table, ANNA, TTL);
        for (long number = 1; number <= 5; number++) {
            long next = number;
            Race.run(4, contender -> {
                if (contender == 0) {
                    store().commit(lease, batch(lease, next), advance(next));
                } else {
                    store().renew(lease, TTL);
                }
                return contender;
            });
        }

        assertThat(store().load(table).lastBatch()).isEqualTo(5);
    }

    @Test
    void theHistoryShowsTheNewestBatchFirst() {
        Lease lease = store().acquire(table, ANNA, TTL);
        for (long number = 1; number <= 12; number++) {
            store().commit(lease, batch(lease, number), advance(number));
        }

        assertThat(store().history(table, 3)).extracting(BatchRecord::batch).containsExactly(12L, 11L, 10L);
        assertThat(store().history(table, 100))
                .extracting(BatchRecord::batch)
                .containsExactly(12L, 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(store().history(table, 0)).isEmpty();
    }

    // Idle notes

    @Test
    void anIdleNoteMovesTheStateWithoutALease() {
        Lease lease = store().acquire(table, ANNA, TTL);
        store().commit(lease, batch(lease, 1), advance(10));
        store().release(lease, TableState.Work.FINISHED);
        TableState seen = store().load(table);

        assertThat(store().recordIdle(seen, advance(11))).isEqualTo(BookmarkStore.Written.WRITTEN);
        TableState state = store().load(table);
        assertThat(state.position()).contains(new Position.Sequence(11));
        assertThat(state.lastBatch()).isEqualTo(1);
        assertThat(state.fence()).isEqualTo(seen.fence());
        assertThat(store().history(table, 10)).hasSize(1);
    }

    @Test
    void anIdleNoteCanBeATablesFirstEntry() {
        assertThat(store().recordIdle(store().load(table), advance(1))).isEqualTo(BookmarkStore.Written.WRITTEN);
        assertThat(store().load(table).position()).contains(new Position.Sequence(1));
        assertThat(store().acquire(table, ANNA, TTL).fence()).isEqualTo(1);
    }

    @Test
    void anIdleNoteIsOvertakenByWhateverHappenedSinceTheStateWasSeen() {
        TableState seen = store().load(table);
        Lease lease = store().acquire(table, ANNA, TTL);
        assertOvertaken(seen);
        assertOvertaken(store().load(table));

        store().commit(lease, batch(lease, 1), advance(10));
        assertOvertaken(seen);
        assertOvertaken(store().load(table));

        store().release(lease, TableState.Work.FINISHED);
        assertOvertaken(seen);

        store().release(store().acquire(table, BERT, TTL), TableState.Work.UNFINISHED);
        assertOvertaken(store().load(table));
    }

    // Failures

    @Test
    void theLastFailureStaysUntilACommit() {
        Failure first = new Failure(ErrorCode.SOURCE_UNREACHABLE, "Cannot connect", "run-1", clock.instant());
        Failure second = new Failure(ErrorCode.SCHEMA_DRIFT, "Cannot read", "run-2", clock.instant());
        store().recordFailure(table, first);
        store().recordFailure(table, second);
        assertThat(store().load(table).failure()).contains(second);

        Lease lease = store().acquire(table, ANNA, TTL);
        assertThat(lease.fence()).isEqualTo(1);
        assertThat(store().load(table).failure()).contains(second);
        store().commit(lease, batch(lease, 1), advance(1));
        assertThat(store().load(table).failure()).isEmpty();
    }

    @Test
    void anIdleNoteClearsTheFailure() {
        store().recordFailure(table, new Failure(ErrorCode.FAILED, "Cannot read", "run-1", clock.instant()));
        assertThat(store().recordIdle(store().load(table), advance(1))).isEqualTo(BookmarkStore.Written.WRITTEN);

        assertThat(store().load(table).failure()).isEmpty();
    }

    @Test
    void aFailureIsNotedWhileAnotherRunHoldsTheLeaseAndChangesNothingElse() {
        Lease lease = store().acquire(table, ANNA, TTL);
        TableState before = store().load(table);
        Failure failure = new Failure(ErrorCode.LEASE_HELD, "Cannot acquire", "run-bert", clock.instant());
        store().recordFailure(table, failure);

        TableState after = store().load(table);
        assertThat(after.failure()).contains(failure);
        assertThat(after.hold()).isEqualTo(before.hold());
        assertThat(after.fence()).isEqualTo(before.fence());
        assertThatCode(() -> store().commit(lease, batch(lease, 1), advance(1))).doesNotThrowAnyException();
    }

    @Test
    void aFailureWithAnEndlessMessageIsNotedNevertheless() {
        store().recordFailure(
                        table,
                        new Failure(
                                ErrorCode.FAILED, "Cannot read: " + "x".repeat(1_000_000), "run-1", clock.instant()));

        assertThat(store().load(table).failure().orElseThrow().message()).startsWith("Cannot read: xxx");
    }

    // Loads

    @Test
    void loadsAreKeptPerTargetAndNeverFallBack() {
        LoadRecord first = load("warehouse:public.orders", 3, Optional.of(clock.instant()));
        LoadRecord second = load("dataengineering-db:public.orders", 9, Optional.empty());
        store().recordLoad(first);
        store().recordLoad(second);
        store().recordLoad(load("dataengineering-db:public.orders", 8, Optional.empty()));
        assertThat(store().loads(table)).containsExactlyInAnyOrder(first, second);

        clock.advance(Duration.ofHours(-1));
        LoadRecord third = load("dataengineering-db:public.orders", 10, Optional.of(clock.instant()));
        store().recordLoad(third);
        assertThat(store().loads(table)).containsExactlyInAnyOrder(first, third);
    }

    @Test
    void aLaterLoadOfALowerVersionIsThatOfCuratedBuiltAnew() {
        String target = "dataengineering-db:public.orders";
        // Fractions of a second are written in several lengths, none at all among them; each must count for what it is.
        clock.advance(Duration.ofNanos(-clock.instant().getNano()));
        for (Duration later : List.of(Duration.ofMillis(1), Duration.ofNanos(1000), Duration.ofSeconds(1))) {
            store().recordLoad(load(target, 9, Optional.empty()));
            Instant before = clock.instant();
            clock.advance(later);
            LoadRecord anew = load(target, 0, Optional.of(clock.instant()));
            store().recordLoad(anew);
            assertThat(store().loads(table)).containsExactly(anew);

            store().recordLoad(load(target, 9, Optional.empty()));
            clock.advance(later.negated());
            assertThat(clock.instant()).isEqualTo(before);
            store().recordLoad(load(target, 0, Optional.empty()));
            assertThat(store().loads(table))
                    .extracting(LoadRecord::curatedVersion)
                    .containsExactly(9L);
            clock.advance(later);
        }
    }

    private void assertOvertaken(TableState seen) {
        TableState before = store().load(table);
        assertThat(store().recordIdle(seen, advance(99))).isEqualTo(BookmarkStore.Written.OVERTAKEN);
        assertThat(store().load(table)).isEqualTo(before);
    }

    private void assertLost(ThrowingCallable write, String why) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(write)
                .withMessageContaining("run run-anna (process 11 on host-a) no longer has the lease, " + why)
                .withMessageContaining(table.toString())
                .matches(lost -> lost.code() == ErrorCode.LEASE_LOST);
    }

    private BatchRecord batch(Lease lease, long number) {
        return batch(lease, number, lease.holder().runId());
    }

    private BatchRecord batch(Lease lease, long number, String runId) {
        Objects.requireNonNull(lease, "lease");
        Optional<Position> position = Optional.of(new Position.Sequence(number));
        return new BatchRecord(
                table,
                number,
                BatchRecord.Kind.INGEST,
                runId,
                lease.fence(),
                new Window(Optional.empty(), position),
                Optional.empty(),
                position,
                Optional.empty(),
                Optional.empty(),
                100 + number,
                0,
                Optional.empty(),
                List.of(),
                Optional.of(number),
                Instant.parse("2026-03-29T00:30:00Z"),
                Instant.parse("2026-03-29T00:31:00Z"),
                Instant.parse("2026-03-29T00:30:30Z"),
                List.of());
    }

    private static Advance advance(long position) {
        return new Advance(
                Optional.of(new Position.Sequence(position)),
                List.of(new Observation(position + 1, Instant.parse("2026-03-29T00:30:00Z"))),
                TableState.Overlap.NONE,
                Optional.of(Instant.parse("2026-03-29T00:29:59Z")),
                Instant.parse("2026-03-29T00:30:00Z"),
                Optional.of(position),
                List.of(new Column("id", ColumnType.of("bigint"))));
    }

    private LoadRecord load(String target, long version, Optional<Instant> readPoint) {
        return new LoadRecord(table, target, version, readPoint, clock.instant(), 5, 1, "run-load");
    }
}
