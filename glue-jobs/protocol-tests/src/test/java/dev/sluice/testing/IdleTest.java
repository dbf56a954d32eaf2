package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Extractor;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Platform;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What a run over many tables costs when nothing is new. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it counts the jobs of Spark and the transactions of the server")
class IdleTest {

    private static final int TABLES = 12;
    private static final int AT_ONCE = 3;
    private static final List<TableName> ALL = IntStream.range(0, TABLES)
            .mapToObj(number -> Shop.name(String.format("t%02d", number)))
            .toList();

    private Shop shop;

    @BeforeAll
    void ingestOnce(@TempDir Path folder) {
        shop = new Shop(folder).describe(ZoneId.of("UTC"), AT_ONCE);
        // Its workers' transactions count as the database's, too.
        shop.source.execute("ALTER SYSTEM SET autovacuum = off");
        shop.source.execute("SELECT pg_reload_conf()");
        for (TableName table : ALL) {
            boolean keyed = ALL.indexOf(table) % 2 == 0;
            shop.source.execute(
                    """
                    CREATE TABLE %1$s (id bigserial PRIMARY KEY, name text, updated_at timestamptz NOT NULL DEFAULT now());
                    CREATE INDEX ON %1$s (updated_at);
                    INSERT INTO %1$s (name) VALUES ('a'), ('b');
                    """
                            .formatted(table.table()));
            Items item =
                    Items.table(table.toString()).columns("id bigint not null", "name string", "updated_at timestamp");
            shop.register(
                    keyed
                            ? item.incremental("updated_at").merge("id")
                            : item.incremental("id").append());
        }
        Shop.settle();
        assertThat(run(shop.lake, RunListener.NONE).failed()).isEmpty();
    }

    @Test
    void aRunWithNothingNewStartsNoSparkAndWritesOncePerTable() throws TimeoutException {
        // What another test left behind a bound that was held back is read once more.
        Shop.settle();
        run(shop.lake, RunListener.NONE);
        Calls calls = new Calls();
        Watched watched = new Watched(shop.lake, calls);
        AtomicInteger jobs = new AtomicInteger();
        SparkListener counter = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        var spark = TestSpark.session().sparkContext();
        // A listener is also told of what began before it was added and still waits to be told.
        spark.listenerBus().waitUntilEmpty();
        spark.addSparkListener(counter);
        long transactions = transactions();
        RunReport report = run(watched, RunListener.NONE);
        long asked = transactions() - transactions;
        spark.listenerBus().waitUntilEmpty();
        spark.removeSparkListener(counter);

        assertThat(report.tables()).hasSize(TABLES).allSatisfy(outcome -> assertThat(outcome.status())
                .isEqualTo(TableOutcome.Status.IDLE));
        assertThat(jobs).hasValue(0);
        assertThat(calls.of(Platform.class)).doesNotContainKey("spark");
        assertThat(calls.of(BookmarkStore.class)).isEqualTo(Map.of("load", TABLES, "recordIdle", TABLES));
        // The bound tells an append table by itself that nothing can be new.
        assertThat(calls.of(Extraction.class).keySet()).isSubsetOf("fixBound", "hasNews", "notes", "close");
        assertThat(calls.of(Extraction.class)).containsEntry("fixBound", TABLES);
        assertThat(asked).as("transactions in the source").isPositive().isLessThanOrEqualTo(8L * TABLES);
    }

    @Test
    void noMoreTablesRunAtOnceThanTheSourceAllows() {
        Concurrency concurrency = new Concurrency();
        assertThat(run(shop.lake, concurrency).failed()).isEmpty();

        assertThat(concurrency.most).hasValueBetween(2, AT_ONCE);
    }

    @Test
    void aTableThatFailsStopsNoOther() {
        TableName broken = ALL.get(5);
        shop.source.execute("ALTER TABLE t05 RENAME TO gone; INSERT INTO t04 (name) VALUES ('new')");
        RunReport report = run(shop.lake, RunListener.NONE);
        TableOutcome failed = report.tables().get(5);

        assertThat(report.failed()).containsExactly(failed);
        assertThat(failed.table()).isEqualTo(broken);
        assertThat(failed.failure().orElseThrow().code()).isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(failed.failure().orElseThrow().message())
                .startsWith("Cannot")
                .contains("shop/t05");
        assertThat(shop.state("t05").failure()).isEqualTo(failed.failure());
        assertThat(report.tables().get(4).status()).isEqualTo(TableOutcome.Status.INGESTED);
        assertThat(report.tables().get(6).status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(shop.curated("t04", "id", "name")).isEqualTo(shop.query("SELECT id, name FROM t04"));

        shop.source.execute("ALTER TABLE gone RENAME TO t05");
        assertThat(run(shop.lake, RunListener.NONE).failed()).isEmpty();
        assertThat(shop.state("t05").failure()).isEmpty();
    }

    private static RunReport run(Platform platform, RunListener listener) {
        return new Ingest(platform, listener).run(IngestRequest.of(Shop.runId(), ALL));
    }

    /** Transactions of ended sessions, once all have ended; a statement outside a transaction block counts as one. */
    private long transactions() {
        shop.source.execute(
                """
                DO $$ BEGIN
                  WHILE EXISTS (SELECT FROM pg_stat_activity
                                WHERE datname = current_database() AND pid <> pg_backend_pid()) LOOP
                    PERFORM pg_sleep(0.02);
                    PERFORM pg_stat_clear_snapshot();
                  END LOOP;
                END $$""");
        return Long.parseLong(shop.query(
                        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
                .get(0));
    }

    /** How often each method was called, by interface. */
    private static final class Calls {

        private final Map<Class<?>, Map<String, Integer>> counts = new ConcurrentHashMap<>();

        Map<String, Integer> of(Class<?> type) {
            return new TreeMap<>(counts.getOrDefault(type, Map.of()));
        }

        void note(Class<?> type, String method) {
            counts.computeIfAbsent(type, counted -> new ConcurrentHashMap<>()).merge(method, 1, Integer::sum);
        }

        /** The same object, with its calls noted. */
        <T> T watch(Class<T> type, T object) {
            return type.cast(
                    Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                        note(type, method.getName());
                        try {
                            return method.invoke(object, given);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }));
        }
    }

    /** A lake whose bookmark store, extractions and Spark session are watched. */
    private static final class Watched implements Platform {

        private final Lake lake;
        private final Calls calls;

        Watched(Lake lake, Calls calls) {
            this.lake = lake;
            this.calls = calls;
        }

        @Override
        public java.time.Clock clock() {
            return lake.clock();
        }

        @Override
        public org.apache.spark.sql.SparkSession spark() {
            calls.note(Platform.class, "spark");
            return lake.spark();
        }

        @Override
        public dev.sluice.settings.SettingsStore settings() {
            return lake.settings();
        }

        @Override
        public dev.sluice.quality.Secrets secrets() {
            return lake.secrets();
        }

        @Override
        public BookmarkStore bookmarks() {
            return calls.watch(BookmarkStore.class, lake.bookmarks());
        }

        @Override
        public dev.sluice.raw.Zones zones() {
            return lake.zones();
        }

        @Override
        public dev.sluice.database.Connections connections() {
            return lake.connections();
        }

        @Override
        public Extractor extractor(SourceSettings source, TableSettings table) {
            Extractor extractor = lake.extractor(source, table);
            return (given, endpoint, settings) ->
                    calls.watch(Extraction.class, extractor.open(given, endpoint, settings));
        }

        @Override
        public dev.sluice.load.Loader loader(SourceSettings target) {
            return lake.loader(target);
        }

        @Override
        public dev.sluice.catalog.CatalogPublisher catalog() {
            return lake.catalog();
        }

        @Override
        public dev.sluice.bookmark.LeaseHolder holder(String runId) {
            return lake.holder(runId);
        }

        @Override
        public java.time.Duration leaseTtl() {
            return lake.leaseTtl();
        }

        @Override
        public void close() {
            lake.close();
        }
    }

    /** How many tables were at work at once, at most. */
    private static final class Concurrency implements RunListener {

        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @Override
        public void started(TableName table) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        @Override
        public void ended(TableOutcome outcome) {
            now.decrementAndGet();
        }

        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {}
    }
}
