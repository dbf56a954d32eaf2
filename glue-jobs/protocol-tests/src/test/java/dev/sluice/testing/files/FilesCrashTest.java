package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Tidiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs over files that die after every step, and runs that meet: each file's rows are in curated once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FilesCrashTest {

    private static final TableName[] TABLES = {Landing.name("orders"), Landing.name("events")};
    private static final Set<Step> OF_LOADS = EnumSet.of(Step.STAGE_LOAD, Step.COMMIT_LOAD, Step.RECORD_LOAD);

    private final Set<String> orders = new TreeSet<>();
    private final Set<String> events = new TreeSet<>();
    private Landing landing;
    private int round;

    /** Deaths that follow each other before a run lives: those before a batch is complete in raw, and those after. */
    static List<List<Step>> deaths() {
        return List.of(
                List.of(Step.ACQUIRE_LEASE, Step.FIX_BOUND, Step.OPEN_SNAPSHOT, Step.KEEP_ORIGINALS, Step.WRITE_RAW),
                List.of(
                        Step.COMMIT_MANIFEST,
                        Step.REMOVE_LEFTOVERS,
                        Step.WRITE_QUARANTINE,
                        Step.COMMIT_CURATED,
                        Step.PUBLISH_CATALOG),
                List.of(Step.ADVANCE_BOOKMARK),
                List.of(Step.RELEASE_LEASE));
    }

    @Test
    void everyStepOfARunIsOneThatItDiesAfter() {
        assertThat(deaths().stream().flatMap(List::stream))
                .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.copyOf(OF_LOADS)));
    }

    @BeforeAll
    void begin(@TempDir Path home) {
        landing = new Landing(home).register(Landing.orders()).register(Landing.events());
        land();
        runWell();
    }

    /** Files for both tables, one of them written again, one malformed. */
    private void land() {
        round++;
        landing.file(
                "orders/r%d.csv".formatted(round),
                "id,status,price,version\n%1$d,new,1,1\n0,round %1$d,0,%1$d\n%1$d,bad,-1,9\nx\n".formatted(round));
        landing.file("events/r%d.json".formatted(round), "{\"id\":%d,\"payload\":\"new\"}\nx\n".formatted(round));
        landing.file("events/again.json", "{\"id\":0,\"payload\":\"round %d\"}\n".formatted(round));
        orders.add("%d|new|1.00".formatted(round));
        orders.removeIf(row -> row.startsWith("0|"));
        orders.add("0|round %d|0.00".formatted(round));
        events.add("%1$d|new|events/r%1$d.json".formatted(round));
        events.removeIf(row -> row.startsWith("0|"));
        events.add("0|round %d|events/again.json".formatted(round));
    }

    private RunReport run(RunListener listener, TableName... tables) {
        return new Ingest(landing.lake, listener)
                .run(IngestRequest.of(Landing.runId(), List.of(tables.length == 0 ? TABLES : tables)));
    }

    private void runWell() {
        assertThat(run(RunListener.NONE).failed()).isEmpty();
    }

    private void assertEveryFileCountsOnce() {
        assertThat(landing.orderRows()).containsExactlyElementsOf(orders);
        assertThat(landing.eventRows()).containsExactlyElementsOf(events);
        for (TableName table : TABLES) {
            Tidiness.assertNothingIsLeftOver(landing.lake, table);
            assertThat(landing.history(table.table()).stream()
                            .filter(batch -> batch.kind() == BatchRecord.Kind.INGEST)
                            .mapToLong(BatchRecord::quarantined)
                            .sum())
                    .isEqualTo((table.table().equals("orders") ? 2L : 1L) * round);
        }
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void runsThatDieAfterAnyStepLoseAndDoubleNothing(List<Step> steps) {
        land();
        // What follows the commit to curated is the same for both tables.
        TableName[] dying = steps.contains(Step.WRITE_RAW) || steps.contains(Step.COMMIT_CURATED)
                ? TABLES
                : new TableName[] {TABLES[0]};
        for (Step step : steps) {
            assertThat(run(new Dying(step), dying).failed())
                    .as("tables that die after %s", step)
                    .hasSize(dying.length);
        }
        runWell();
        assertEveryFileCountsOnce();
        assertThat(run(RunListener.NONE).tables())
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(TableOutcome.Status.IDLE));
    }

    /** A batch that a rewind discards has taken nothing, though its manifest may still lie in raw. */
    @Test
    void filesOfADiscardedBatchAreNewAgain() throws IOException {
        land();
        run(new Dying(Step.COMMIT_MANIFEST));
        TableName table = TABLES[1];
        long discarded = landing.state(table.table()).lastBatch() + 1;
        Path batch = landing.lake.folder().resolve("raw/" + table + "/batch=%012d/_manifest.json".formatted(discarded));
        byte[] manifest = Files.readAllBytes(batch);
        new Rewind(landing.lake).to(table, landing.state(table.table()).position(), Landing.runId());
        assertThat(batch).doesNotExist();
        // As if the rewind had died before it cleaned up.
        Files.createDirectories(batch.getParent());
        Files.write(batch, manifest);
        runWell();
        assertThat(landing.orderRows()).containsExactlyElementsOf(orders);
        assertThat(landing.eventRows()).containsExactlyElementsOf(events);
    }

    /** The first run stalls once it has copied the files; the second takes them, and the first must notice. */
    @Test
    void twoRunsThatTakeTheSameFilesBringThemOnce() throws InterruptedException {
        land();
        CountDownLatch copied = new CountDownLatch(1);
        CountDownLatch overtaken = new CountDownLatch(1);
        List<RunReport> first = new ArrayList<>();
        Thread stalled = new Thread(() -> first.add(new Ingest(landing.lake, new Stalling(copied, overtaken))
                .run(IngestRequest.of(Landing.runId(), List.of(TABLES[1])))));
        stalled.start();
        assertThat(copied.await(60, TimeUnit.SECONDS)).isTrue();
        landing.lake.bookmarks().unlock(TABLES[1]);
        runWell();
        overtaken.countDown();
        stalled.join();
        assertThat(first.get(0).failed()).hasSize(1);
        assertThat(landing.eventRows()).containsExactlyElementsOf(events);
        runWell();
        assertEveryFileCountsOnce();
    }

    private record Dying(Step step) implements RunListener {

        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step before) {}

        @Override
        public void after(TableName table, Step after) {
            if (after == step) {
                throw new IllegalStateException("died after " + step);
            }
        }
    }

    private record Stalling(CountDownLatch copied, CountDownLatch overtaken) implements RunListener {

        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step before) {}

        @Override
        public void after(TableName table, Step after) {
            if (after == Step.KEEP_ORIGINALS) {
                copied.countDown();
                try {
                    overtaken.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
