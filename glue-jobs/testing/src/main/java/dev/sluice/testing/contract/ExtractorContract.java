package dev.sluice.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.bookmark.Position;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Bound.Guarantee;
import dev.sluice.extract.Extraction;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Difference;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every database that tables are read from, through whole runs: late commits, ties, crashes, idle ticks and
 * verification. A kind of database says how it makes the tables.
 */
public abstract class ExtractorContract {

    private static final TableName KEYED = TableName.parse("shop/orders");
    private static final TableName APPENDED = TableName.parse("shop/events");
    private static final TableName TICKS = TableName.parse("shop/ticks");
    private static final int LATE_RUNS = 2;
    private static final long POLL_MILLIS = 50;

    private Database source;
    private Lake lake;

    /** A new database with three tables, whose stamps are in microseconds and set by the server where none is given:
     * {@code orders (id bigint primary key, status, price decimal(12,2), updated_at)}, {@code events (id numbered by the
     * server, payload)} and {@code ticks (id int, at)}. */
    protected abstract Database newSource();

    /** A literal of a stamp's type. */
    protected abstract String literal(Instant stamp);

    /** The kind's guarantee for a role that may see what it needs. */
    protected Guarantee guarantee() {
        return Guarantee.OPEN_TRANSACTIONS;
    }

    @BeforeEach
    void register(@TempDir Path folder) {
        source = newSource();
        lake = Lake.in(folder).connect("shop", source.endpoint());
        register(Items.table(KEYED.toString())
                .relation(source.table("orders"))
                .incremental("updated_at")
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .merge("id")
                .orderBy("updated_at"));
        register(Items.table(APPENDED.toString())
                .relation(source.table("events"))
                .incremental("id")
                .columns("id bigint not null", "payload string")
                .append());
        register(Items.table(TICKS.toString())
                .relation(source.table("ticks"))
                .incremental("at")
                .columns("id int", "at timestamp")
                .append());
        source.execute(
                "INSERT INTO orders (id, status, price) VALUES (1, 'early', 1), (2, 'early', 2), (3, 'early', 3);"
                        + "INSERT INTO events (payload) VALUES ('early'), ('early');"
                        + "INSERT INTO ticks (id) VALUES (1), (2)");
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

    private void assertCuratedEqualsSource() {
        assertThat(RowsOf.curated(lake, "shop/orders", "id", "status", "price"))
                .isEqualTo(RowsOf.query(source, "SELECT id, status, price FROM orders"));
        assertThat(RowsOf.curated(lake, "shop/events", "id", "payload"))
                .isEqualTo(RowsOf.query(source, "SELECT id, payload FROM events"));
    }

    /** Waits until a bound fixed now lies above every stamp there is. */
    private void settle() {
        Instant begun = bound().readPoint();
        Instant settled;
        do {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while stamps settle", interrupted);
            }
            settled = ((Position.At) bound().position().orElseThrow()).instant();
        } while (!settled.isAfter(begun));
    }

    private Bound bound() {
        try (Extraction extraction = open(TICKS)) {
            return extraction.fixBound(Optional.empty(), List.of());
        }
    }

    private Extraction open(TableName name) {
        var shop = lake.settings().findSource("shop").orElseThrow();
        var settings = lake.settings().findTable(name).orElseThrow();
        return lake.extractor(shop, settings).open(shop, lake.connections(), settings);
    }

    private Connection begin(String... statements) throws SQLException {
        Connection connection = source.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return connection;
    }

    @Test
    void thePromiseNamesTheGuarantee() {
        try (Extraction extraction = open(KEYED)) {
            assertThat(extraction.promise().guarantee()).isEqualTo(guarantee());
        }
    }

    /** Rows below the greatest stamp and number commit after each run: what loses them with a plain watermark. */
    @Test
    void noLateCommitIsLost() throws SQLException {
        Set<String> plain = new HashSet<>();
        String watermark = literal(Instant.parse("2000-01-01T00:00:00Z"));
        for (int run = 1; run <= LATE_RUNS; run++) {
            try (Connection late = begin(
                    "INSERT INTO orders (id, status, price) VALUES (" + (100 + run) + ", 'late', 1)",
                    "INSERT INTO events (payload) VALUES ('late')")) {
                source.execute("INSERT INTO orders (id, status, price) VALUES (" + (200 + run) + ", 'swift', 1);"
                        + "INSERT INTO events (payload) VALUES ('swift')");
                runWell(KEYED, APPENDED);
                plain.addAll(RowsOf.query(source, "SELECT id FROM orders WHERE updated_at > " + watermark));
                watermark = "(SELECT max(updated_at) FROM orders WHERE id = " + (200 + run) + ")";
                late.commit();
            }
        }
        settle();
        runWell(KEYED, APPENDED);
        settle();
        runWell(KEYED, APPENDED);
        assertCuratedEqualsSource();
        plain.addAll(RowsOf.query(source, "SELECT id FROM orders WHERE updated_at > " + watermark));
        assertThat(RowsOf.query(source, "SELECT id FROM orders").size() - plain.size())
                .as("rows that a plain watermark loses, so the test can see loss")
                .isEqualTo(LATE_RUNS);
    }

    @Test
    void rowsThatShareTheBookmarkWithTheBoundAreReadOnce() {
        settle();
        runWell(TICKS);
        Instant bound = ((Position.At) lake.bookmarks().load(TICKS).position().orElseThrow()).instant();
        source.execute("INSERT INTO ticks (id, at) VALUES (3, " + literal(bound) + "), (4, " + literal(bound) + ")");
        settle();
        runWell(TICKS);
        runWell(TICKS);
        assertThat(RowsOf.curated(lake, "shop/ticks", "id")).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aRunThatDiesIsFinishedByTheNext() {
        runWell(KEYED, APPENDED);
        // Of each list, every run dies one step later than the one before; then one is left to finish.
        List<List<Step>> deaths = List.of(
                List.of(Step.ACQUIRE_LEASE, Step.FIX_BOUND, Step.OPEN_SNAPSHOT, Step.WRITE_RAW),
                List.of(
                        Step.COMMIT_MANIFEST,
                        Step.REMOVE_LEFTOVERS,
                        Step.WRITE_QUARANTINE,
                        Step.COMMIT_CURATED,
                        Step.PUBLISH_CATALOG),
                List.of(Step.ADVANCE_BOOKMARK),
                List.of(Step.RELEASE_LEASE));
        // A database has no files to keep as they are.
        Set<Step> all = EnumSet.range(Step.ACQUIRE_LEASE, Step.RELEASE_LEASE);
        all.remove(Step.KEEP_ORIGINALS);
        assertThat(deaths.stream().flatMap(List::stream)).containsExactlyElementsOf(all);
        for (List<Step> steps : deaths) {
            int id = 10 + steps.get(0).ordinal();
            source.execute("INSERT INTO orders (id, status, price) VALUES (" + id + ", 'new', 9);"
                    + "UPDATE orders SET status = 'round " + id + "', updated_at = now() WHERE id = 1;"
                    + "INSERT INTO events (payload) VALUES ('round " + id + "')");
            for (Step step : steps) {
                assertThat(run(new DyingAfter(step), KEYED, APPENDED).failed())
                        .as("tables that die after %s", step)
                        .extracting(TableOutcome::table)
                        .containsExactlyInAnyOrder(KEYED, APPENDED);
            }
            runWell(KEYED, APPENDED);
            assertCuratedEqualsSource();
        }
    }

    @Test
    void anIdleTickStartsNoSparkAndLeavesNoBatch() {
        settle();
        runWell(KEYED, APPENDED, TICKS);
        AtomicInteger jobs = new AtomicInteger();
        SparkListener counter = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        var context = TestSpark.session().sparkContext();
        context.addSparkListener(counter);
        long batch = lake.bookmarks().load(KEYED).lastBatch();
        RunReport report = runWell(KEYED, APPENDED, TICKS);
        context.removeSparkListener(counter);
        assertThat(report.tables())
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(TableOutcome.Status.IDLE));
        assertThat(jobs).hasValue(0);
        assertThat(lake.bookmarks().load(KEYED).lastBatch()).isEqualTo(batch);
    }

    @Test
    void verifyFindsARowThatChangedUnseen() {
        settle();
        runWell(KEYED);
        assertThat(verify().verdict()).isEqualTo(Verdict.EQUAL);
        source.execute("UPDATE orders SET status = 'silent' WHERE id = 3");
        Comparison comparison = verify();
        assertThat(comparison.verdict()).isNotEqualTo(Verdict.EQUAL);
        assertThat(comparison.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Difference.Kind.DIFFERENT);
            assertThat(difference.key()).isEqualTo(Map.of("id", "3"));
            assertThat(difference.toString()).contains("silent", "early");
        });
    }

    private Comparison verify() {
        return new Verification(lake)
                .verify(KEYED, Set.of(Scope.CURATED))
                .comparisons()
                .get(0);
    }

    /** Dies after a step, in every table. */
    private record DyingAfter(Step step) implements RunListener {

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
}
