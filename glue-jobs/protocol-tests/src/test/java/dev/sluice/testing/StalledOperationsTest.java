package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.bookmark.Position;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.Reconciliation.Progress;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash.Point;
import dev.sluice.testing.Crash.Side;
import dev.sluice.testing.contract.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Rewinds and replays that meet a run, or each other, after one of them outslept its lease. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StalledOperationsTest {

    private static final Duration TTL = Duration.ofHours(1);

    private final Database source = PostgresServer.newDatabase("shop");
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-29T00:30:00Z"));
    private Path folder;
    private Lake lake;
    private int tables;

    @BeforeAll
    void open(@TempDir Path zones) {
        folder = zones;
        // The lease outlasts the test, so that no renewal tells of its loss before a commit does.
        lake = Lake.in(folder)
                .with(clock, TTL)
                .with(new InMemoryBookmarkStore(clock, Duration.ZERO, holder -> false))
                .connect("shop", source.endpoint());
    }

    /** When the sleeper wakes, counted from the rewind. */
    enum Woken {
        AFTER_THE_REWIND,
        AFTER_THE_NEXT_RUN
    }

    @ParameterizedTest
    @CsvSource({
        "COMMIT_MANIFEST, AFTER_THE_REWIND",
        "COMMIT_CURATED, AFTER_THE_REWIND",
        "ADVANCE_BOOKMARK, AFTER_THE_REWIND",
        "COMMIT_MANIFEST, AFTER_THE_NEXT_RUN",
        "COMMIT_CURATED, AFTER_THE_NEXT_RUN"
    })
    void aRunThatWakesAfterARewindLosesItsLeaseAndDoesNoHarm(Step step, Woken woken) {
        TableName table = appended();
        runWell(table);
        source.execute("UPDATE %1$s SET n = 10 * n WHERE id = 4; INSERT INTO %1$s (n) VALUES (6), (-6)"
                .formatted(table.table()));
        Stall stall = new Stall(new Point(step, Side.BEFORE), 1);
        CompletableFuture<TableOutcome> sleeper = asleep(stall, () -> run(table, stall));
        rewind(table);
        if (woken == Woken.AFTER_THE_NEXT_RUN) {
            runWell(table);
        }
        List<BatchRecord> before = history(table);
        stall.wake();

        assertThat(sleeper.join().failure()).hasValueSatisfying(failure -> {
            assertThat(failure.code()).as(failure.message()).isEqualTo(ErrorCode.LEASE_LOST);
            assertThat(failure.message()).contains(table.toString()).contains("no longer has the lease");
        });
        assertThat(history(table)).isEqualTo(before);
        if (woken == Woken.AFTER_THE_REWIND) {
            runWell(table);
        }
        assertCurated(table, "n >= 0");
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"COMMIT_MANIFEST", "COMMIT_CURATED", "ADVANCE_BOOKMARK"})
    void aReplayThatLosesItsLeaseAddsNothingToWhatItsSuccessorDid(Step step) {
        TableName table = appended();
        runWell(table);
        register(table, "n >= -2");
        Stall stall = new Stall(new Point(step, Side.BEFORE), 1);
        CompletableFuture<List<BatchRecord>> sleeper = asleep(stall, () -> replay(table, stall));
        runWell(table);
        List<BatchRecord> successor = replay(table, RunListener.NONE);
        List<BatchRecord> before = history(table);
        stall.wake();

        assertLost(table, sleeper);
        assertThat(history(table)).isEqualTo(before).anyMatch(batch -> batch.kind() == Kind.REPLAY);
        assertThat(successor).isNotEmpty();
        assertCurated(table, "n >= -2");
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    /** The row that it found gone is there again, and in curated, when it wakes. */
    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"COMMIT_MANIFEST", "COMMIT_CURATED", "ADVANCE_BOOKMARK"})
    void aReconciliationThatLosesItsLeaseRemovesNothingThatCameBack(Step step) {
        TableName table = Shop.name("t" + ++tables);
        source.execute(
                """
                CREATE TABLE %1$s (id int PRIMARY KEY, n bigserial);
                INSERT INTO %1$s (id) SELECT generate_series(1, 5);
                """
                        .formatted(table.table()));
        lake.settings()
                .register(
                        Items.table(table.toString())
                                .incremental("n")
                                .columns("id int not null", "n bigint")
                                .merge("id")
                                .reconcile(ReconcileSettings.DEFAULT)
                                .build(),
                        SettingsStore.Existing.REPLACE);
        runWell(table);
        source.execute("DELETE FROM " + table.table() + " WHERE id = 3");
        Stall stall = new Stall(new Point(step, Side.BEFORE), 1);
        CompletableFuture<Reconciled> sleeper = asleep(stall, () -> new Reconciliation(lake, stall, Progress.NONE)
                .run(new ReconcileRequest(
                        Shop.runId(),
                        List.of(table),
                        ReconcileRequest.Which.ALL,
                        ReconcileRequest.Effect.COMMIT,
                        OptionalDouble.of(0.5),
                        Duration.ZERO))
                .tables()
                .get(0));
        source.execute("INSERT INTO " + table.table() + " (id) VALUES (3)");
        runWell(table);
        List<BatchRecord> before = history(table);
        stall.wake();

        assertThat(sleeper.join().failure())
                .hasValueSatisfying(failure ->
                        assertThat(failure.code()).as(failure.message()).isEqualTo(ErrorCode.LEASE_LOST));
        assertThat(history(table)).isEqualTo(before);
        assertCurated(table, "true");
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    @Test
    void aReplayThatWakesAfterARewindLeavesItsRowsInQuarantine() {
        TableName table = appended();
        runWell(table);
        register(table, "n >= -2");
        Stall stall = new Stall(new Point(Step.COMMIT_MANIFEST, Side.BEFORE), 1);
        CompletableFuture<List<BatchRecord>> sleeper = asleep(stall, () -> replay(table, stall));
        rewindToTheEnd(table);
        stall.wake();

        assertLost(table, sleeper);
        runWell(table);
        replay(table, RunListener.NONE);
        assertCurated(table, "n >= -2");
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    @Test
    void aRewindIsRefusedWhileARowOfAReplayMayBeInCurated() {
        TableName table = appended();
        runWell(table);
        register(table, "n >= -2");
        Stall stall = new Stall(new Point(Step.ADVANCE_BOOKMARK, Side.BEFORE), 1);
        CompletableFuture<List<BatchRecord>> sleeper = asleep(stall, () -> replay(table, stall));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> rewindToTheEnd(table))
                .withMessage(
                        "Cannot rewind table " + table + " to sequence 6: a replay of its quarantine left batch 2 half"
                                + " done, and its rows may be in curated. Finish it first with 'sluice run " + table
                                + "', or build the table anew with --to-start")
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
        runWell(table);
        rewindToTheEnd(table);
        stall.wake();

        assertLost(table, sleeper);
        runWell(table);
        assertThat(replay(table, RunListener.NONE)).hasSize(1);
        assertCurated(table, "n >= -2");
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    @Test
    void whatAKilledRunLeftBesideTheLastBatchGoesWithTheNextOne() throws IOException {
        TableName table = appended();
        runWell(table);
        leave("quarantine", table, 1);
        leave("raw", table, 1);
        source.execute("INSERT INTO " + table.table() + " (n) VALUES (6)");
        runWell(table);
        Tidiness.assertNothingIsLeftOver(lake, table);

        rewind(table);
        leave("raw", table, 3);
        leave("quarantine", table, 3);
        runWell(table);
        Tidiness.assertNothingIsLeftOver(lake, table);

        rewind(table);
        leave("raw", table, 5);
        rewind(table);
        Tidiness.assertNothingIsLeftOver(lake, table);
        runWell(table);
        assertCurated(table, "n >= 0");
    }

    /** Rows 1 to 5, two of which break the rule. */
    private TableName appended() {
        TableName table = Shop.name("t" + ++tables);
        source.execute(
                """
                CREATE TABLE %1$s (id bigserial PRIMARY KEY, n int);
                INSERT INTO %1$s (n) VALUES (1), (-2), (3), (4), (-5);
                """
                        .formatted(table.table()));
        register(table, "n >= 0");
        return table;
    }

    private void register(TableName table, String rule) {
        lake.settings()
                .register(
                        Items.table(table.toString())
                                .incremental("id")
                                .columns("id bigint not null", "n int")
                                .rule("n-allowed", rule)
                                .append()
                                .build(),
                        SettingsStore.Existing.REPLACE);
    }

    /** Starts work that stands still, and lets its lease run out. */
    private <T> CompletableFuture<T> asleep(Stall stall, Supplier<T> work) {
        CompletableFuture<T> sleeper = CompletableFuture.supplyAsync(work);
        stall.await();
        clock.advance(TTL.plusSeconds(1));
        return sleeper;
    }

    private TableOutcome run(TableName table, RunListener listener) {
        return new Ingest(lake, listener)
                .run(IngestRequest.of(Shop.runId(), List.of(table)))
                .tables()
                .get(0);
    }

    private void runWell(TableName table) {
        assertThat(run(table, RunListener.NONE).failure()).isEmpty();
    }

    private List<BatchRecord> replay(TableName table, RunListener listener) {
        return new Replay(lake, listener).run(table, Optional.empty(), Shop.runId());
    }

    private void rewind(TableName table) {
        new Rewind(lake).to(table, Optional.of(new Position.Sequence(4)), Shop.runId());
    }

    /** Nothing that was read is read again: what lies before stays as it is in curated. */
    private void rewindToTheEnd(TableName table) {
        new Rewind(lake).to(table, lake.bookmarks().load(table).position(), Shop.runId());
    }

    private List<BatchRecord> history(TableName table) {
        return lake.bookmarks().history(table, Integer.MAX_VALUE);
    }

    private void leave(String zone, TableName table, long batch) throws IOException {
        Path attempt = folder.resolve(zone)
                .resolve(table.toString())
                .resolve(String.format("batch=%012d", batch))
                .resolve("attempt=99");
        Files.createDirectories(attempt);
        Files.writeString(attempt.resolve(zone.equals("raw") ? "part-0.parquet" : "part-0.json"), "left");
    }

    private void assertCurated(TableName table, String rule) {
        assertThat(RowsOf.curated(lake, table.toString(), "id", "n"))
                .isEqualTo(RowsOf.query(source, "SELECT id, n FROM " + table.table() + " WHERE " + rule));
    }

    private static void assertLost(TableName table, CompletableFuture<?> sleeper) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(sleeper::join)
                .havingCause()
                .isInstanceOf(SluiceException.class)
                .withMessageContaining(table.toString())
                .withMessageContaining("no longer has the lease")
                .matches(lost -> ((SluiceException) lost).code() == ErrorCode.LEASE_LOST);
    }
}
