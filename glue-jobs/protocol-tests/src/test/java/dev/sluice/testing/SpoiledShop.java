package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.TableState;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;

/**
 * A table to be spoiled, {@link #ORDERS}, and a bystander of another source and another target that no spoiling may reach.
 * Every endpoint carries a password in its credentials and another in its URL, which no message may hold.
 */
final class SpoiledShop {

    static final TableName ORDERS = TableName.parse("shop/orders");
    static final TableName BYSTANDER = TableName.parse("office/customers");

    private static final String PASSWORD = "hunter2";
    private static final String PASSWORD_IN_URL = "swordfish";

    final Database source = PostgresServer.newDatabase("bad");
    final Database target = PostgresServer.newDatabase("badtarget");
    final Database office = PostgresServer.newDatabase("office");
    final Lake lake;
    private int round;

    SpoiledShop(Path folder) {
        lake = Lake.in(folder);
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2),
                    updated_at timestamptz NOT NULL DEFAULT now())
                """);
        office.execute("CREATE TABLE customers (id int PRIMARY KEY, name text,"
                + " updated_at timestamptz NOT NULL DEFAULT now())");
        connectWell();
        register(orders());
        register(Items.table(BYSTANDER.toString())
                .incremental("updated_at")
                .columns("id int not null", "name string", "updated_at timestamp")
                .merge("id")
                .load("reports", LoadSettings.Mode.UPSERT));
        change();
        runWell();
        loadWell();
    }

    /** The good item; what is added to it spoils it. */
    static Items orders() {
        return Items.table(ORDERS.toString())
                .incremental("updated_at")
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .merge("id")
                .orderBy("updated_at")
                .load("target", LoadSettings.Mode.UPSERT);
    }

    void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    void connectWell() {
        lake.connect("shop", secret(source.endpoint()))
                .connect("target", secret(target.endpoint()))
                .connect("office", secret(office.endpoint()))
                .connect("reports", secret(office.endpoint()));
    }

    static JdbcEndpoint secret(JdbcEndpoint open) {
        return new JdbcEndpoint(open.url() + "?password=" + PASSWORD_IN_URL, open.user(), Optional.of(PASSWORD));
    }

    /** New and changed rows in both tables. */
    void change() {
        round++;
        source.execute(
                """
                INSERT INTO orders SELECT n, 'new', n FROM generate_series(%1$d, %1$d + 4) n;
                UPDATE orders SET status = 'round %2$d', updated_at = now() WHERE id < 5
                """
                        .formatted(1000 * round, round));
        office.execute("INSERT INTO customers VALUES (%1$d, 'customer %1$d')".formatted(round));
    }

    RunReport run(RunListener listener, TableName... tables) {
        List<TableName> wanted = tables.length == 0 ? List.of(ORDERS, BYSTANDER) : Arrays.asList(tables);
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), wanted));
    }

    /** Runs both tables, of which the first fails alone, leaving everything of it as it was. */
    Failure runFails(ErrorCode code, String... said) {
        Held before = held();
        RunReport report = run(RunListener.NONE);
        Failure failure = outcome(report, ORDERS).failure().orElseThrow(() -> new AssertionError("nothing failed"));
        assertSaid(failure, code, said);
        assertThat(held()).isEqualTo(before);
        assertThat(outcome(report, BYSTANDER).failure()).isEmpty();
        assertThat(RowsOf.curated(lake, BYSTANDER.toString(), "id", "name"))
                .isEqualTo(RowsOf.query(office, "SELECT id, name FROM customers"));
        return failure;
    }

    /** Loads both tables, of which the first fails alone, leaving everything of it as it was. */
    Failure loadFails(ErrorCode code, String... said) {
        Held before = held();
        LoadReport report = load();
        Failure failure = report.targets().stream()
                .filter(outcome -> outcome.table().equals(ORDERS))
                .flatMap(outcome -> outcome.failure().stream())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing failed"));
        assertSaid(failure, code, said);
        assertThat(held()).isEqualTo(before);
        assertThat(report.failed()).allMatch(outcome -> outcome.table().equals(ORDERS));
        return failure;
    }

    static void assertSaid(Failure failure, ErrorCode code, String... said) {
        assertThat(failure.message())
                .startsWith("Cannot ")
                .contains(said)
                .doesNotContain(PASSWORD, PASSWORD_IN_URL)
                .doesNotContain("\n\tat ");
        assertThat(failure.code()).as(failure.message()).isEqualTo(code);
    }

    RunReport runWell() {
        RunReport report = run(RunListener.NONE);
        assertThat(report.failed()).isEmpty();
        return report;
    }

    LoadReport load() {
        return new LoadRun(lake, RunListener.NONE).run("load-" + UUID.randomUUID(), List.of(ORDERS, BYSTANDER));
    }

    void loadWell() {
        assertThat(load().failed()).isEmpty();
    }

    /** What a run and a load do once the cause is mended. */
    void assertMended() {
        runWell();
        loadWell();
        List<String> rows = RowsOf.query(source, "SELECT id, status, price FROM orders");
        assertThat(RowsOf.curated(lake, ORDERS.toString(), "id", "status", "price"))
                .isEqualTo(rows);
        assertThat(RowsOf.query(target, "SELECT id, status, price FROM orders")).isEqualTo(rows);
    }

    /** Reads a batch to raw and dies there. */
    void leaveABatchInRaw() {
        change();
        run(new DiesAfter(Step.COMMIT_MANIFEST), ORDERS);
    }

    /** Takes back what this process remembers of Delta's logs, as a new process has it. */
    static void forgetDeltaLogs() {
        DeltaLog.clearCache();
    }

    static TableOutcome outcome(RunReport report, TableName table) {
        return report.tables().stream()
                .filter(outcome -> outcome.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    /** The files of the spoiled table in a zone, newest name last. */
    List<Path> files(String zone) {
        Path folder = lake.folder().resolve(zone).resolve(ORDERS.toString());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Everything a failed run has to leave alone. */
    record Held(
            Map<String, Integer> zones,
            List<Object> bookmark,
            List<BatchRecord> history,
            List<String> target,
            List<String> loaded) {}

    Held held() {
        Map<String, Integer> zones = new TreeMap<>();
        for (String zone : List.of("raw", "curated", "quarantine")) {
            for (Path file : files(zone)) {
                try {
                    zones.put(file.toString(), Arrays.hashCode(Files.readAllBytes(file)));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }
        TableState state = lake.bookmarks().load(ORDERS);
        return new Held(
                zones,
                List.of(
                        state.lastBatch(),
                        state.position(),
                        state.observations(),
                        state.overlap(),
                        state.readPoint(),
                        state.curatedVersion(),
                        state.columns(),
                        state.hold()),
                lake.bookmarks().history(ORDERS, 1000),
                RowsOf.query(target, "SELECT * FROM orders"),
                RowsOf.query(
                        target,
                        "SELECT source_table, curated_version FROM sluice.load_bookmark UNION ALL SELECT tablename, 0"
                                + " FROM pg_tables WHERE schemaname = 'sluice'"));
    }

    /** Ends a run by an exception once a step is durable. */
    record DiesAfter(Step step) implements RunListener {

        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step here) {}

        @Override
        public void after(TableName table, Step here) {
            if (here == step) {
                throw new IllegalStateException("died after " + here);
            }
        }
    }
}
