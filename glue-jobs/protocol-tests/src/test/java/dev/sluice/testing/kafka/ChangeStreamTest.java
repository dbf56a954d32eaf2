package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.bookmark.Position;
import dev.sluice.kafka.Connector;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import dev.sluice.testing.Tidiness;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL through Debezium and Kafka to curated: a snapshot, then changes of every kind, while runs die after every step
 * and Debezium is killed between them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeStreamTest {

    /** Two, so that a round has a table for each of two steps. */
    private static final List<TableName> STATES = IntStream.rangeClosed(1, 2)
            .mapToObj(number -> TableName.parse("shop/orders_" + number))
            .toList();

    private static final TableName STATE = STATES.get(0);
    private static final TableName LOG = TableName.parse("shop/order_log");

    private final ChangeStream stream = ChangeStream.of(Connector.Format.JSON);
    private Lake lake;
    private int round;

    @BeforeAll
    void ingestTheSnapshot(@TempDir Path folder) {
        stream.database()
                .execute(
                        """
                        CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2),
                            updated_at timestamptz NOT NULL DEFAULT now());
                        INSERT INTO orders SELECT n, 'before', n / 4.0 FROM generate_series(1, 60) n;
                        """);
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        STATES.forEach(state -> register(Items.table(state.toString())
                .topic(stream.topic("orders"), EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .merge("id")));
        register(Items.table(LOG.toString())
                .topic(stream.topic("orders"), EventFormat.DEBEZIUM_JSON)
                .columns("id bigint", "status string")
                .append());
        stream.start();
        // No gap and no overlap between the snapshot and this.
        stream.database().execute("UPDATE orders SET status = 'while the snapshot is read' WHERE id % 7 = 0");
        stream.catchUp();
        runWell(STATES.get(0), STATES.get(1), LOG);
        STATES.forEach(this::assertCuratedEqualsSource);
    }

    @AfterAll
    void stop() {
        stream.close();
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private RunReport run(RunListener listener, TableName... tables) {
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(tables)));
    }

    private RunReport runWell(TableName... tables) {
        RunReport report = run(RunListener.NONE, tables);
        assertThat(report.failed()).isEmpty();
        return report;
    }

    private void assertCuratedEqualsSource(TableName state) {
        assertThat(RowsOf.curated(lake, state.toString(), "id", "status", "price"))
                .isEqualTo(RowsOf.query(stream.database(), "SELECT id, status, price FROM orders"));
    }

    private Dataset<Row> delta(TableName table) {
        return TestSpark.session()
                .read()
                .format("delta")
                .load("file://"
                        + lake.folder()
                                .resolve("curated")
                                .resolve(table.toString())
                                .toAbsolutePath());
    }

    /** Of the steps of an ingest, as many at once as there are tables to die at them. */
    static List<List<Step>> rounds() {
        List<Step> steps = Stream.of(Step.values())
                .filter(step -> step.compareTo(Step.RELEASE_LEASE) <= 0)
                // Records have no originals beside what raw has of them.
                .filter(step -> step != Step.KEEP_ORIGINALS)
                .toList();
        return IntStream.range(0, (steps.size() + STATES.size() - 1) / STATES.size())
                .mapToObj(round ->
                        steps.subList(round * STATES.size(), Math.min(steps.size(), (round + 1) * STATES.size())))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void aRunThatDiesAfterAnyStepLosesAndDoublesNothing(List<Step> steps) {
        change();
        if (round % 2 == 0) {
            stream.kill();
            stream.start();
        }
        stream.catchUp();
        Map<TableName, Step> deaths = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            deaths.put(STATES.get(i), steps.get(i));
        }
        Stream.of(Step.COMMIT_MANIFEST, Step.COMMIT_CURATED)
                .filter(steps::contains)
                .forEach(step -> deaths.put(LOG, step));
        TableName[] tables = deaths.keySet().toArray(TableName[]::new);
        RunReport died = run(new DyingAfter(deaths), tables);
        assertThat(died.failed()).hasSameSizeAs(deaths.keySet()).allSatisfy(failed -> assertThat(
                        failed.failure().orElseThrow().message())
                .contains("died after " + deaths.get(failed.table())));

        runWell(tables);

        STATES.stream().filter(deaths::containsKey).forEach(state -> {
            assertCuratedEqualsSource(state);
            Tidiness.assertNothingIsLeftOver(lake, state);
        });
    }

    /** Ends each table's turn after the step it is to die at. */
    private record DyingAfter(Map<TableName, Step> deaths) implements RunListener {
        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {
            if (step == deaths.get(table)) {
                throw new IllegalStateException("died after " + step);
            }
        }
    }

    @Test
    void aTransactionThatIsSplitOverBatchesArrivesWhole() {
        runWell(STATE, LOG);
        CompletableFuture<Void> large = CompletableFuture.runAsync(() -> stream.database()
                .execute("INSERT INTO orders SELECT n, 'large', 1 FROM generate_series(100000, 106000) n;"
                        + "UPDATE orders SET status = 'larger' WHERE id >= 100000 AND id % 2 = 0;"
                        + "DELETE FROM orders WHERE id >= 103000"));
        int batches = 0;
        while (!large.isDone() || batches == 0) {
            batches += batchOf(runWell(STATE));
        }
        stream.catchUp();
        batches += batchOf(runWell(STATE));
        assertCuratedEqualsSource(STATE);
        assertThat(batches).isGreaterThan(1);
    }

    private static int batchOf(RunReport report) {
        return report.tables().get(0).status() == TableOutcome.Status.INGESTED ? 1 : 0;
    }

    /** Raw and the table of events have each record of the topic, and none twice. */
    @Test
    void everyRecordIsInRawOnceAndEveryChangeInTheLogOnce() {
        change();
        stream.catchUp();
        runWell(STATE, LOG);
        Position.Offsets end =
                (Position.Offsets) lake.bookmarks().load(STATE).position().orElseThrow();
        Dataset<Row> raw = TestSpark.session()
                .read()
                .parquet("file://"
                        + lake.folder().resolve("raw").resolve(STATE.toString()).toAbsolutePath() + "/*/*/*.parquet");
        assertThat(raw.count()).isEqualTo(end.total());
        assertThat(raw.select("partition", "offset").distinct().count()).isEqualTo(end.total());
        Dataset<Row> log = delta(LOG);
        assertThat(log.select("_sluice_partition", "_sluice_offset").distinct().count())
                .isEqualTo(log.count())
                .isEqualTo(raw.filter("value IS NOT NULL").count());
    }

    @Test
    void anIdleTickLeavesNoBatch() {
        stream.catchUp();
        runWell(STATE);
        long before = lake.bookmarks().load(STATE).lastBatch();
        assertThat(runWell(STATE).tables().get(0).status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(lake.bookmarks().load(STATE).lastBatch()).isEqualTo(before);
    }

    /** Inserts, updates, deletes, key changes, a rollback and interleaved transactions; a truncation now and then. */
    private void change() {
        round++;
        int base = 1000 * round;
        if (round % 3 == 0) {
            stream.database().execute("INSERT INTO orders VALUES (" + (base + 900) + ", 'gone', 1); TRUNCATE orders");
        }
        stream.database()
                .execute(
                        """
                        INSERT INTO orders SELECT n, 'new', n / 4.0 FROM generate_series(%1$d, %1$d + 9) n;
                        UPDATE orders SET status = 'round %2$d', updated_at = now() WHERE id %% 5 = 0;
                        DELETE FROM orders WHERE id %% 11 = 3;
                        UPDATE orders SET id = id + 500 WHERE id = %1$d + 1;
                        """
                                .formatted(base, round));
        stream.database()
                .execute("BEGIN; DELETE FROM orders; ROLLBACK; BEGIN; DELETE FROM orders WHERE id = " + (base + 2)
                        + "; INSERT INTO orders VALUES (" + (base + 2) + ", 'again', 2); COMMIT");
        try (var one = stream.database().connect();
                var other = stream.database().connect()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            one.createStatement().execute("UPDATE orders SET status = 'one' WHERE id = " + base);
            other.createStatement().execute("UPDATE orders SET status = 'other' WHERE id = " + (base + 4));
            other.commit();
            one.createStatement().execute("UPDATE orders SET status = 'one' WHERE id = " + (base + 4));
            one.commit();
        } catch (java.sql.SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
