package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.Failure;
import dev.sluice.raw.RawZone;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash.Point;
import dev.sluice.testing.Crash.Side;
import dev.sluice.testing.contract.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that meet on a table: at once, after one of them stood still beyond its lease, and with clocks that disagree. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoRunsTest {

    private static final Duration TTL = Duration.ofHours(1);

    private final Orders orders = new Orders();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-29T00:30:00Z"));
    private final InMemoryBookmarkStore ledger = new InMemoryBookmarkStore(clock, Duration.ZERO, holder -> false);
    private Lake lake;
    private int round;

    /** Where a run may stand still that has not yet entered its batch in the ledger; one for each thing it may have left. */
    /** Around the manifest runs meet in the extractors' contract. */
    static List<Point> pointsBeforeTheLedger() {
        return List.of(
                new Point(Step.WRITE_RAW, Side.BEFORE),
                new Point(Step.COMMIT_CURATED, Side.BEFORE),
                new Point(Step.ADVANCE_BOOKMARK, Side.BEFORE));
    }

    @BeforeAll
    void ingestOnce(@TempDir Path folder) {
        orders.source.execute(
                """
                INSERT INTO orders SELECT n, 'new', n FROM generate_series(1, 20) n;
                INSERT INTO events (payload) SELECT 'event ' || n FROM generate_series(1, 20) n;
                INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 20) n;
                """);
        // The lease outlasts the test, so that no renewal tells a run of its loss before its next commit does.
        lake = orders.register(Lake.in(folder).with(clock, TTL).with(ledger));
        Orders.runWell(lake);
    }

    @Test
    void aSecondRunIsRefusedByTheNameOfTheFirst() {
        change();
        Stall stall = new Stall(new Point(Step.COMMIT_CURATED, Side.BEFORE), 3);
        CompletableFuture<RunReport> first = CompletableFuture.supplyAsync(() -> Orders.run(lake, stall));
        stall.await();
        RunReport second = Orders.run(lake, dev.sluice.run.RunListener.NONE);
        stall.wake();
        RunReport done = first.join();

        assertThat(second.failed()).hasSize(3).allSatisfy(outcome -> {
            Failure failure = outcome.failure().orElseThrow();
            assertThat(failure.code()).isEqualTo(ErrorCode.LEASE_HELD);
            assertThat(failure.message())
                    .startsWith("Cannot acquire the lease of table " + outcome.table() + ": run " + done.runId()
                            + " (process ")
                    .endsWith("sluice bookmark unlock " + outcome.table());
        });
        assertThat(done.failed()).isEmpty();
        orders.assertCuratedEqualsSource(lake);
        for (TableName table : Orders.ALL) {
            assertThat(ledger.load(table).failure()).as("failure of " + table).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("pointsBeforeTheLedger")
    void aRunThatOutsleepsItsLeaseChangesNothingWhenItWakes(Point point) {
        change();
        Stall stall = new Stall(point, 3);
        CompletableFuture<RunReport> sleeper = CompletableFuture.supplyAsync(() -> Orders.run(lake, stall));
        stall.await();
        clock.advance(TTL.plusSeconds(1));
        Orders.runWell(lake);
        change();
        Orders.runWell(lake);
        List<String> before = everythingThatCounts();
        stall.wake();
        RunReport woken = sleeper.join();

        assertThat(woken.tables()).allSatisfy(TwoRunsTest::assertLost);
        assertThat(everythingThatCounts()).isEqualTo(before);
        orders.assertCuratedEqualsSource(lake);
        orders.assertNothingIsLeftOver(lake);
    }

    @Test
    void aRunThatOutsleepsItsLeaseAfterTheLedgerHasDoneItsWork() {
        change();
        Stall stall = new Stall(new Point(Step.ADVANCE_BOOKMARK, Side.AFTER), 3);
        CompletableFuture<RunReport> sleeper = CompletableFuture.supplyAsync(() -> Orders.run(lake, stall));
        stall.await();
        clock.advance(TTL.plusSeconds(1));
        change();
        Orders.runWell(lake);
        List<String> before = everythingThatCounts();
        stall.wake();

        assertThat(sleeper.join().failed()).isEmpty();
        assertThat(everythingThatCounts()).isEqualTo(before);
        orders.assertCuratedEqualsSource(lake);
        orders.assertNothingIsLeftOver(lake);
    }

    @Test
    void aContenderWhoseClockIsAnHourAheadLosesAndDoublesNothing() {
        change();
        Stall early = new Stall(new Point(Step.COMMIT_MANIFEST, Side.BEFORE), 3);
        CompletableFuture<RunReport> robbed = CompletableFuture.supplyAsync(() -> Orders.run(lake, early));
        early.await();
        change();
        SettableClock ahead = new SettableClock(clock.instant().plus(TTL).plusSeconds(1));
        Lake skewed = lake.with(ahead, TTL).with(ledger.as(ahead, Duration.ZERO, holder -> false));
        Stall late = new Stall(new Point(Step.COMMIT_CURATED, Side.BEFORE), 3);
        CompletableFuture<RunReport> robber = CompletableFuture.supplyAsync(() -> Orders.run(skewed, late));
        late.await();
        early.wake();
        assertThat(robbed.join().tables()).allSatisfy(TwoRunsTest::assertLost);
        late.wake();

        assertThat(robber.join().failed()).isEmpty();
        // Both had read the same batch; the manifest of the first to commit it is the batch, so the rest comes next.
        Orders.runWell(lake);
        orders.assertCuratedEqualsSource(lake);
        orders.assertNothingIsLeftOver(lake);
    }

    private static void assertLost(TableOutcome outcome) {
        Failure failure = outcome.failure().orElseThrow(() -> new AssertionError("did not fail: " + outcome));
        assertThat(failure.code()).as(failure.message()).isEqualTo(ErrorCode.LEASE_LOST);
        assertThat(failure.message())
                .contains(outcome.table().toString())
                .contains(failure.runId())
                .contains("no longer has the lease");
    }

    private void change() {
        round++;
        orders.source.execute(
                """
                INSERT INTO orders SELECT n, 'new', n FROM generate_series(%1$d, %1$d + 4) n;
                UPDATE orders SET status = 'round %2$d', updated_at = now() WHERE id <= 5;
                INSERT INTO orders VALUES (%1$d + 500, 'bad', -1);
                INSERT INTO events (payload) SELECT 'round %2$d' FROM generate_series(1, 5);
                INSERT INTO customers VALUES (%1$d, 'round %2$d');
                UPDATE customers SET name = 'round %2$d' WHERE id = 20;
                DELETE FROM customers WHERE id = %2$d;
                """
                        .formatted(1000 * round, round));
    }

    /** Ledger, history, manifests and the versions of curated. */
    private List<String> everythingThatCounts() {
        List<String> lines = new ArrayList<>();
        RawZone raw = new RawZone(lake.zones().raw());
        for (TableName table : Orders.ALL) {
            lines.add(ledger.load(table).toString());
            ledger.history(table, Integer.MAX_VALUE).forEach(batch -> {
                lines.add(batch.toString());
                lines.add(raw.findManifest(table, batch.batch()).toString());
            });
            lake.zones().curated().list(table + "/_delta_log").stream()
                    .filter(file -> file.path().endsWith(".json"))
                    .forEach(file -> lines.add(file.path()));
        }
        return lines;
    }
}
