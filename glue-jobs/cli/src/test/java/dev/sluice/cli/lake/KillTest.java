package dev.sluice.cli.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.cli.lake.RunProcess.Moment;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.kafka.HandMade;
import dev.sluice.testing.kafka.KafkaServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM that runs a local lake's tables dies by SIGKILL, and another finishes at once what it left. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {

    private static final TableName ORDERS = TableName.parse("shop/orders");
    private static final TableName EVENTS = TableName.parse("shop/events");
    private static final TableName BULK = TableName.parse("shop/bulk");
    private static final TableName CHANGES = TableName.parse("stream/changes");
    private static final String TOPIC = "changes";
    private static final int HEAP_MEGABYTES = 768;
    /** The least heap that Spark starts with, and less than the table's values. */
    private static final int SMALL_HEAP_MEGABYTES = 512;

    private static final int BULK_ROWS = 150_000;

    private Home home;
    private LocalPlatform platform;
    private Database source;
    private Database target;
    private int round;

    @BeforeAll
    void registerAll(@TempDir(cleanup = CleanupMode.NEVER) Path folder) {
        home = new Home(folder);
        platform = new LocalPlatform(home, Map.of());
        source = database("shop");
        target = database("target");
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, status text, updated_at timestamptz NOT NULL DEFAULT now());
                CREATE TABLE events (id bigserial PRIMARY KEY, payload text)
                """);
        for (String name : List.of("shop", "target")) {
            platform.settings()
                    .register(
                            new SourceSettings(
                                    name,
                                    1,
                                    SourceKind.POSTGRESQL,
                                    new ConnectionSettings.Jdbc("jdbc:postgresql://embedded/" + name, Optional.empty()),
                                    ZoneId.of("UTC"),
                                    2),
                            SettingsStore.Existing.REFUSE);
        }
        // While the database says so, each row takes its time, so that a write to raw can be met half done.
        String slow = "(current_setting('kill.slow', true) IS DISTINCT FROM 'on' OR pg_sleep(0.05) IS NOT NULL)";
        register(Items.table("shop/orders")
                .incremental("updated_at")
                .filter(slow)
                .fetchSize(10)
                .columns("id bigint not null", "status string", "updated_at timestamp")
                .merge("id")
                .orderBy("updated_at")
                .load("target", LoadSettings.Mode.UPSERT));
        register(Items.table("shop/events")
                .incremental("id")
                .columns("id bigint not null", "payload string")
                .append()
                .load("target", LoadSettings.Mode.APPEND));
        // As after a first batch that failed here: what Delta holds in this process is that there is no table.
        for (TableName table : List.of(ORDERS, EVENTS)) {
            DeltaLog.forTable(
                    platform.spark(),
                    home.curated().resolve(table.toString()).toUri().toString());
        }
    }

    @AfterAll
    void stop() {
        platform.close();
        dev.sluice.embedded.Servers.stop(home.folder());
    }

    @ParameterizedTest
    // The first makes a table that this process has seen without one.
    @CsvSource({
        "COMMIT_CURATED, AFTER",
        "WRITE_RAW, DURING",
        "COMMIT_MANIFEST, AFTER",
        "COMMIT_CURATED, DURING",
        "STAGE_LOAD, AFTER",
        "COMMIT_LOAD, AFTER"
    })
    void aRunThatIsKilledLosesAndDoublesNothingAndKeepsNobodyWaiting(Step step, Moment moment) throws Exception {
        change();
        slow(step == Step.WRITE_RAW);

        RunProcess.Ended ended =
                RunProcess.run(home, HEAP_MEGABYTES, List.of(ORDERS, EVENTS), Optional.of(step), moment);
        assertThat(ended.exit()).as(ended.output()).isEqualTo(RunProcess.KILLED);

        slow(false);
        // What comes after is put on top of what the killed process committed, which this one has not seen.
        change();
        finish();

        assertThat(curated("shop/orders", "id", "status"))
                .isEqualTo(RowsOf.query(source, "SELECT id, status FROM orders"))
                .isEqualTo(RowsOf.query(target, "SELECT id, status FROM orders"));
        assertThat(curated("shop/events", "id", "payload"))
                .isEqualTo(RowsOf.query(source, "SELECT id, payload FROM events"))
                .isEqualTo(RowsOf.query(target, "SELECT id, payload FROM events"));
        assertNothingIsLeftOver(ORDERS);
        assertNothingIsLeftOver(EVENTS);
    }

    @Test
    void aTableBiggerThanTheHeapPassesThrough() throws IOException, InterruptedException {
        register(Items.table("shop/bulk")
                .query("SELECT id::bigint AS id, repeat(md5(id::text), 128) AS payload FROM generate_series(1, "
                        + BULK_ROWS + ") AS id")
                .columns("id bigint not null", "payload string")
                .load("target", LoadSettings.Mode.REPLACE));

        RunProcess.Ended ended =
                RunProcess.run(home, SMALL_HEAP_MEGABYTES, List.of(BULK), Optional.empty(), Moment.AFTER);

        assertThat(ended.exit()).as(ended.output()).isZero();
        assertThat(RowsOf.query(
                        target,
                        "SELECT count(*), sum(length(payload)) / 1000000, bool_and(payload = repeat(md5(id::text), 128))"
                                + " FROM bulk"))
                .containsExactly(BULK_ROWS + "|" + BULK_ROWS * 4096L / 1_000_000 + "|t");
    }

    /** Curated has the batch and the bookmark does not know it yet; offsets that were not read are the next batch's. */
    @Test
    void aTopicsRunThatIsKilledLosesAndDoublesNothing() throws IOException, InterruptedException {
        KafkaServer.createTopic(TOPIC, 2);
        platform.settings()
                .register(
                        new SourceSettings(
                                CHANGES.source(),
                                1,
                                SourceKind.KAFKA,
                                new ConnectionSettings.Kafka(
                                        KafkaServer.broker().bootstrapServers(),
                                        ConnectionSettings.Kafka.Security.PLAINTEXT,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()),
                                ZoneId.of("UTC"),
                                2),
                        SettingsStore.Existing.REFUSE);
        register(Items.table(CHANGES.toString())
                .topic(TOPIC, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string")
                .append());
        Set<String> events = new TreeSet<>(writeEvents(1, 20));

        RunProcess.Ended ended =
                RunProcess.run(home, HEAP_MEGABYTES, List.of(CHANGES), Optional.of(Step.COMMIT_CURATED), Moment.AFTER);
        assertThat(ended.exit()).as(ended.output()).isEqualTo(RunProcess.KILLED);
        assertThat(platform.bookmarks().load(CHANGES).position()).isEmpty();

        events.addAll(writeEvents(21, 30));
        ingestWell(List.of(CHANGES));
        assertThat(curated(CHANGES.toString(), "id", "status", "_sluice_partition", "_sluice_offset"))
                .containsExactlyElementsOf(events);
        assertNothingIsLeftOver(CHANGES);
    }

    /** The rows that changes of these keys, in two partitions by turns, are in an append table. */
    private static List<String> writeEvents(long first, long last) {
        List<String> rows = new ArrayList<>();
        List<KafkaServer.Message> messages = new ArrayList<>();
        for (long id = first; id <= last; id++) {
            int partition = (int) (id % 2);
            messages.add(HandMade.orders().change(partition, "c", 10 * id, 10 * id, id, "status " + id));
            rows.add(id + "|status " + id + "|" + partition + "|" + (id - 1) / 2);
        }
        KafkaServer.write(TOPIC, messages.toArray(KafkaServer.Message[]::new));
        return rows;
    }

    private Database database(String name) {
        JdbcEndpoint admin = platform.servers().database("postgres");
        new Database(admin).execute("CREATE DATABASE " + name);
        return new Database(platform.servers().database(name));
    }

    private void register(Items item) {
        platform.settings().register(item.build(), SettingsStore.Existing.REFUSE);
    }

    private void change() {
        round++;
        source.execute(
                """
                INSERT INTO orders SELECT n, 'new' FROM generate_series(%1$d, %1$d + 39) n;
                UPDATE orders SET status = 'round %2$d', updated_at = now() WHERE id %% 40 < 3;
                INSERT INTO events (payload) SELECT 'round %2$d' FROM generate_series(1, 20)
                """
                        .formatted(1000 * round, round));
    }

    private void slow(boolean on) {
        source.execute("ALTER DATABASE shop SET kill.slow = '" + (on ? "on" : "off") + "'");
    }

    /** Runs and loads in this JVM, without waiting for any lease. */
    private void finish() {
        List<TableName> tables = List.of(ORDERS, EVENTS);
        ingestWell(tables);
        assertThat(new LoadRun(platform, RunListener.NONE)
                        .run("load-" + UUID.randomUUID(), tables)
                        .failed())
                .isEmpty();
    }

    /** What a killed batch had read is committed first; a second run reads what was not in it. */
    private void ingestWell(List<TableName> tables) {
        for (int run = 1; run <= 2; run++) {
            assertThat(new Ingest(platform, RunListener.NONE)
                            .run(IngestRequest.of("run-" + UUID.randomUUID(), tables))
                            .failed())
                    .isEmpty();
        }
    }

    private List<String> curated(String table, String... columns) {
        return platform
                .spark()
                .read()
                .format("delta")
                .load(home.curated().resolve(table).toUri().toString())
                .select(functions.concat_ws(
                        "|",
                        java.util.Arrays.stream(columns)
                                .map(name -> functions.col(name).cast("string"))
                                .toArray(org.apache.spark.sql.Column[]::new)))
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private void assertNothingIsLeftOver(TableName table) {
        RawZone raw = new RawZone(platform.zones().raw());
        Set<String> named = new TreeSet<>();
        for (long batch = 1; batch <= platform.bookmarks().load(table).lastBatch(); batch++) {
            raw.findManifest(table, batch).map(Manifest::files).orElse(List.of()).stream()
                    .map(ZoneFiles.ZoneFile::path)
                    .forEach(named::add);
        }
        assertThat(platform.zones().raw().list(table.toString()).stream()
                        .map(ZoneFiles.ZoneFile::path)
                        .filter(path -> path.endsWith(".parquet")))
                .as("raw files of " + table)
                .containsExactlyInAnyOrderElementsOf(named);
        assertThat(platform.bookmarks().load(table).hold()).isEmpty();
        assertThat(RowsOf.query(
                        target,
                        "SELECT tablename FROM pg_tables WHERE schemaname = 'sluice' AND tablename <> 'load_bookmark'"))
                .as("staging tables in the target")
                .isEmpty();
    }
}
