package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Servers;
import dev.sluice.settings.TableName;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The commands, one after the other as a person would run them, on one lake with embedded servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalLakeTest {

    private static final String SOURCES =
            """
            source: shop
            version: 1
            kind: postgresql
            connection: {jdbc-url: "jdbc:postgresql://embedded/shop"}
            ---
            source: warehouse
            version: 1
            kind: postgresql
            connection: {jdbc-url: "jdbc:postgresql://embedded/warehouse"}
            """;

    private static final String ITEMS =
            """
            source: shop
            table: items
            version: 1
            extract: {relation: public.items, strategy: incremental, bookmark: {columns: [updated_at]}}
            schema:
              columns:
                - {name: id, type: bigint, nullable: false}
                - {name: price, type: "decimal(10,2)"}
                - {name: updated_at, type: timestamp, nullable: false}
            curate:
              mode: merge
              primary-key: [id]
              quality: [{name: price-not-negative, condition: price >= 0}]
            loads: [{target: warehouse, table: public.items, mode: upsert}]
            """;

    @TempDir
    private static Path home;

    @TempDir
    private static Path files;

    private LocalServers servers;

    @BeforeAll
    void fillTheSource() throws Exception {
        servers = new LocalServers(new Home(home));
        execute("postgres", "CREATE DATABASE shop");
        execute("postgres", "CREATE DATABASE warehouse");
        execute(
                "shop",
                "CREATE TABLE items (id bigint PRIMARY KEY, price numeric(10,2),"
                        + " updated_at timestamptz NOT NULL DEFAULT now())");
        execute("shop", "INSERT INTO items SELECT n, n FROM generate_series(1, 100) AS n");
        Files.writeString(files.resolve("sources.yaml"), SOURCES);
        Files.writeString(files.resolve("items.yaml"), ITEMS);
        Thread.sleep(1200);
    }

    @AfterAll
    void stopTheServers() {
        servers.close();
        Servers.stop(home);
    }

    @Test
    @Order(1)
    void registersFilesOnce() {
        CommandRun alone = sluice("register", files.resolve("items.yaml").toString());
        assertThat(alone.code()).isEqualTo(3);
        assertThat(alone.err())
                .contains("Table shop/items names the source shop (source).")
                .contains("Register the source item first, or together with the tables.");

        CommandRun first = sluice("register", files.toString());
        assertThat(first.code()).isZero();
        assertThat(first.out()).contains("registered shop", "registered warehouse", "registered shop/items");

        CommandRun again = sluice("register", files.toString());
        assertThat(again.code()).isEqualTo(3);
        assertThat(again.err()).contains("Cannot register shop, warehouse, shop/items: registered already.");
        assertThat(sluice("register", "--replace", files.toString()).code()).isZero();
    }

    @Test
    @Order(2)
    void saysWhatARunWouldDo() throws Exception {
        CommandRun plan = sluice("plan", "--json");
        assertThat(plan.code()).isZero();
        assertThat(table(plan))
                .containsEntry("action", "initial")
                .containsEntry("guarantee", "open-transactions")
                .containsEntry("error", null);
        assertThat(sluice("status").out()).contains("never run");
    }

    @Test
    @Order(3)
    void asksTheSourceWhenValidating() {
        CommandRun run = sluice("validate", "--connect", files.toString());
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("guarantee: open transactions. All open transactions are seen")
                .contains("No index begins with updated_at, so each run scans the whole table.");
    }

    @Test
    @Order(4)
    void runsAndLoadsAndQuarantines() throws Exception {
        execute("shop", "INSERT INTO items VALUES (101, -1)");
        Thread.sleep(1200);
        CommandRun run = sluice("run", "shop", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        Map<?, ?> ingested = (Map<?, ?>) ((List<?>) at(run.json(), "ingest", "tables")).get(0);
        assertThat(ingested.get("status")).isEqualTo("ingested");
        assertThat(at(ingested, "batch", "rows")).isEqualTo(101);
        assertThat(at(ingested, "batch", "quarantined")).isEqualTo(1);
        Map<?, ?> loaded = (Map<?, ?>) ((List<?>) at(run.json(), "load", "targets")).get(0);
        assertThat(loaded.get("upserted")).isEqualTo(100);
        assertThat(count("warehouse", "SELECT count(*) FROM items")).isEqualTo(100);
        assertThat(home.resolve("catalog/shop/items.json")).content().contains("\"format\" : \"delta\"");
    }

    @Test
    @Order(5)
    void secondRunFindsNothingNew() throws Exception {
        CommandRun run = sluice("run", "shop/items");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("idle").contains("nothing new");
        assertThat(table(sluice("status", "--json"))).containsEntry("late", false);
        assertThat(sluice("status").out()).contains("ok");
    }

    @Test
    @Order(6)
    void showsTheLedgerAndTheQuarantine() throws Exception {
        assertThat(sluice("bookmark", "show", "shop/items").out()).contains("last batch       1");
        CommandRun history = sluice("bookmark", "history", "shop/items", "--json");
        assertThat((List<?>) at(history.json(), "batches")).hasSize(1);
        CommandRun quarantine = sluice("quarantine", "list", "shop", "--json");
        assertThat((List<?>) at(quarantine.json(), "rows"))
                .singleElement()
                .extracting("row")
                .extracting("id", "price")
                .containsExactly(101, new BigDecimal("-1.00"));
    }

    @Test
    @Order(6)
    void readsATableAsItWas() throws Exception {
        String now = java.time.Instant.now().toString();
        CommandRun maintained = sluice("maintain", "shop/items", "--json");
        assertThat(maintained.code()).isZero();
        assertThat(maintained.json().toString()).contains("action=compact", "action=vacuum");
        assertThat(sluice("maintain", "shop/items").out())
                .contains("bytes before")
                .containsPattern("shop/items +remove orphans +[0-9,]+ +[0-9,]+ +[0-9,]+ +[0-9,]+");
        CommandRun shown = sluice("as-of", "shop/items", now, "--limit", "3", "--json");
        assertThat(shown.code()).isZero();
        assertThat((List<?>) at(shown.json(), "rows")).hasSize(3);
        assertThat(at(shown.json(), "as-of")).isEqualTo(now);
        assertThat(sluice("as-of", "shop/items", now, "--limit", "3").out())
                .startsWith("shop/items at version ")
                .contains("id", "price", "updated_at")
                .contains("At most 3 rows shown");
        Path export = files.resolve("export");
        CommandRun exported = sluice("as-of", "shop/items", now, "--output", export.toString(), "--format", "csv");
        assertThat(exported.code()).isZero();
        assertThat(exported.out()).contains("written to " + export + " as csv.");
        CommandRun again = sluice("as-of", "shop/items", now, "--output", export.toString());
        assertThat(again.code()).isNotZero();
        assertThat(again.err()).contains("Cannot export into " + export + ": it is not empty. Name a new folder");
        assertThat(sluice("as-of", "shop/items", "2020-01-01").err())
                .contains(
                        "Cannot read table shop/items as of 2020-01-01T00:00:00Z: the earliest time that can be read is 20");
        assertThat(sluice("as-of", "shop/items", "last week").err()).contains("Cannot read time: last week.");
    }

    @Test
    @Order(7)
    void verifiesAndFindsADifference() throws Exception {
        CommandRun equal = sluice("verify", "shop/items");
        assertThat(equal.code()).as(equal.out() + equal.err()).isZero();
        execute("warehouse", "UPDATE items SET price = 0 WHERE id = 7");
        CommandRun different = sluice("verify", "--scope", "targets", "shop/items");
        assertThat(different.code()).isEqualTo(1);
        assertThat(different.out()).contains("{id=7} differs: price 7.00 | 0.00");
        execute("warehouse", "UPDATE items SET price = 7 WHERE id = 7");
    }

    @Test
    @Order(8)
    void replaysTheQuarantineAfterAFix() throws Exception {
        Files.writeString(files.resolve("items.yaml"), ITEMS.replace("price >= 0", "price >= -1"));
        assertThat(sluice("register", "--replace", files.toString()).code()).isZero();
        CommandRun replay = sluice("quarantine", "replay", "shop/items");
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.out()).contains("batch 2: 1 row taken in again, 0 of them back in quarantine");
        assertThat(sluice("quarantine", "list").out()).contains("Nothing is in quarantine.");
        assertThat(sluice("load").code()).isZero();
        assertThat(count("warehouse", "SELECT count(*) FROM items WHERE id = 101"))
                .isEqualTo(1);
    }

    @Test
    @Order(9)
    void backfillsARangeAndRewinds() throws Exception {
        Object before = at(sluice("bookmark", "show", "shop/items", "--json").json(), "position");
        CommandRun backfill = sluice("run", "shop/items", "--no-load", "--backfill-from", "2000-01-01", "--json");
        assertThat(backfill.code()).as(backfill.err()).isZero();
        assertThat(at(sluice("bookmark", "show", "shop/items", "--json").json(), "position"))
                .isEqualTo(before);
        CommandRun rewind = sluice("bookmark", "rewind", "shop/items", "--to", "2000-01-01T00:00:00Z");
        assertThat(rewind.code()).as(rewind.err()).isZero();
        assertThat(at(sluice("bookmark", "show", "shop/items", "--json").json(), "position"))
                .isEqualTo("instant 2000-01-01T00:00:00Z");
    }

    @Test
    @Order(10)
    void namesTheHolderOfALeaseAndUnlocks() {
        TableName table = new TableName("shop", "items");
        execute("shop", "INSERT INTO items VALUES (102, 5)");
        try (LocalPlatform other = new LocalPlatform(new Home(home), Map.of())) {
            other.bookmarks().acquire(table, new LeaseHolder("their-run", "elsewhere", 1), Duration.ofMinutes(5));
        }
        CommandRun run = sluice("run", "shop/items");
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.out()).contains("failed (lease-held)", "their-run", "elsewhere");
        assertThat(sluice("status").out()).contains("held by run their-run (process 1 on elsewhere)");
        assertThat(sluice("bookmark", "unlock", "shop/items").out())
                .contains("Took the lease on shop/items from run their-run (process 1 on elsewhere).");
        assertThat(sluice("bookmark", "unlock", "shop/items").out()).contains("Nobody holds shop/items");
    }

    @Test
    @Order(11)
    void unreachableSourceAndMissingSecretHaveTheirCode() throws Exception {
        Path broken = Files.createDirectories(files.resolve("broken"));
        Files.writeString(
                broken.resolve("down.yaml"),
                SOURCES.substring(0, SOURCES.indexOf("---"))
                                .replace("source: shop", "source: down")
                                .replace("embedded/shop", "127.0.0.1:1/shop")
                        + "---\n" + ITEMS.replace("source: shop", "source: down"));
        assertThat(sluice("register", broken.toString()).code()).isZero();
        CommandRun run = sluice("run", "down");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).contains("failed (source-unreachable)");
        assertThat(sluice("run", "nobody").code()).isEqualTo(3);
    }

    @Test
    @Order(12)
    void discoversTablesThatCanBeRegistered() throws Exception {
        execute("shop", "CREATE TABLE notes (id bigint PRIMARY KEY, text text)");
        Path written = files.resolve("discovered");
        CommandRun run = sluice("discover", "--source", "shop", "--write", written.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("Bookmark updated_at", "There is no bookmark column");
        assertThat(Files.readString(written.resolve("notes.yaml"))).startsWith("# public.notes: ");
        assertThat(sluice("validate", written.toString()).code()).isZero();
        assertThat(sluice("register", written.resolve("notes.yaml").toString()).code())
                .isZero();
        assertThat(sluice("discover", "--source", "shop", "--write", written.toString())
                        .err())
                .contains("the file exists");
    }

    @Test
    @Order(13)
    void showsATableWhoseSettingsAreBroken() throws Exception {
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(servers.dynamoDb())
                .region(Region.of("local"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            client.updateItem(update -> update.tableName("sluice-settings")
                    .key(Map.of("source", AttributeValue.fromS("shop"), "table", AttributeValue.fromS("items")))
                    .updateExpression("REMOVE curate"));
        }
        CommandRun status = sluice("status", "--check", "shop/items");
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out())
                .contains("settings invalid")
                .contains("Cannot use the settings of table shop/items: 1 problem.")
                .contains("curate: Is missing.");
        Map<String, Object> table = table(sluice("status", "--json", "shop/items"));
        assertThat(at(table, "settings-error", "code")).isEqualTo("settings-invalid");
        assertThat(at(table, "last-batch", "batch")).as("the ledger's part").isNotNull();
    }

    private CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--home");
        all.add(home.toString());
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static Map<String, Object> table(CommandRun run) throws Exception {
        @SuppressWarnings("unchecked")
        Map<String, Object> table = (Map<String, Object>) ((List<?>) at(run.json(), "tables")).get(0);
        return table;
    }

    private static Object at(Object document, String... path) {
        Object value = document;
        for (String key : path) {
            value = ((Map<?, ?>) value).get(key);
        }
        return value;
    }

    private void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private long count(String database, String sql) throws Exception {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private Connection connect(String database) throws SQLException {
        JdbcEndpoint endpoint = servers.database(database);
        return DriverManager.getConnection(
                endpoint.url(),
                endpoint.user().orElseThrow(),
                endpoint.password().orElseThrow());
    }
}
