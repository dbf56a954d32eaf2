package dev.sluice.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.InvalidSettingsException;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbSettingsStoreTest {

    private static final String TABLE_NAME =
            "settings-" + UUID.randomUUID().toString().substring(0, 8);
    private static DynamoDbClient client;
    private static DynamoDbSettingsStore store;

    @BeforeAll
    static void createTable() {
        client = LocalDynamoDb.client();
        store = new DynamoDbSettingsStore(client, TABLE_NAME);
        store.createTableIfAbsent();
    }

    @AfterAll
    static void closeClient() {
        client.deleteTable(request -> request.tableName(TABLE_NAME));
        client.close();
    }

    @Test
    void whatWasRegisteredIsFoundAsItWas() {
        SourceSettings source = source("found", "jdbc:postgresql://host/shop");
        TableSettings table = table("found", "orders", 4);
        store.register(source, Existing.REFUSE);
        store.register(table, Existing.REFUSE);

        assertThat(store.findSource("found")).contains(source);
        assertThat(store.findTable(table.name())).contains(table);
    }

    @Test
    void whatIsNotRegisteredIsNotFound() {
        assertThat(store.findSource("absent")).isEmpty();
        assertThat(store.findTable(new TableName("absent", "orders"))).isEmpty();
        assertThat(store.tables("absent")).isEmpty();
    }

    @Test
    void namesAreListedInOrderAndASourceIsNoTable() {
        store.register(source("list-b", "jdbc:postgresql://host/b"), Existing.REFUSE);
        store.register(source("list-a", "jdbc:postgresql://host/a"), Existing.REFUSE);
        store.register(table("list-a", "orders", 1), Existing.REFUSE);
        store.register(table("list-a", "customers", 1), Existing.REFUSE);
        store.register(table("list-b", "parts", 1), Existing.REFUSE);

        assertThat(store.sources()).containsSubsequence("list-a", "list-b");
        assertThat(store.tables("list-a"))
                .containsExactly(new TableName("list-a", "customers"), new TableName("list-a", "orders"));
    }

    @Test
    void aViewStandsBesideTablesUnderANameOfItsOwn() {
        ViewSettings view = view("views", "big", "SELECT id FROM views.orders");
        store.register(source("views", "jdbc:postgresql://host/shop"), Existing.REFUSE);
        store.register(table("views", "orders", 1), Existing.REFUSE);
        store.register(view, Existing.REFUSE);

        assertThat(store.findView(view.name())).contains(view);
        assertThat(store.findTable(view.name())).isEmpty();
        assertThat(store.findView(new TableName("views", "orders"))).isEmpty();
        assertThat(store.views("views")).containsExactly(view.name());
        assertThat(store.tables("views")).containsExactly(new TableName("views", "orders"));
        assertThat(item("views", "big").get("sql").s()).isEqualTo("SELECT id FROM views.orders");

        ViewSettings changed = view("views", "big", "SELECT id FROM views.orders WHERE id > 1");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.register(changed, Existing.REFUSE))
                .withMessageEndingWith("already. Compare the two, then register again with --replace.");
        store.register(changed, Existing.REPLACE);
        assertThat(store.findView(view.name())).contains(changed);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.register(table("views", "big", 1), Existing.REPLACE))
                .withMessageEndingWith(
                        "It is of another kind, and a table and a view do not share a name: choose another.");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.register(view("views", "orders", "SELECT 1 AS id"), Existing.REPLACE))
                .withMessageStartingWith("Cannot register view views/orders:");

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.removeView(new TableName("views", "orders")))
                .withMessageStartingWith("Cannot remove view views/orders: no view of that name is in DynamoDB table");
        store.removeView(view.name());
        assertThat(store.findView(view.name())).isEmpty();
        assertThat(store.tables("views")).hasSize(1);
    }

    @Test
    void aSecondRegistrationIsRefusedAndLeavesTheFirst() {
        TableSettings first = table("twice", "orders", 1);
        store.register(source("twice", "jdbc:postgresql://host/one"), Existing.REFUSE);
        store.register(first, Existing.REFUSE);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.register(table("twice", "orders", 2), Existing.REFUSE))
                .withMessage("Cannot register table twice/orders: an item of that name is in DynamoDB table "
                        + TABLE_NAME + " already. Compare the two, then register again with --replace.")
                .matches(refused -> refused.code() == ErrorCode.SETTINGS_EXIST);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.register(source("twice", "jdbc:postgresql://host/two"), Existing.REFUSE))
                .withMessageStartingWith("Cannot register source twice: an item of that name is in DynamoDB table")
                .matches(refused -> refused.code() == ErrorCode.SETTINGS_EXIST);
        assertThat(store.findTable(first.name())).contains(first);
    }

    @Test
    void aRegistrationMayReplace() {
        TableSettings second = table("replaced", "orders", 2);
        store.register(table("replaced", "orders", 1), Existing.REPLACE);
        store.register(second, Existing.REPLACE);

        assertThat(store.findTable(second.name())).contains(second);
    }

    @Test
    void anItemThatWasEditedInTheConsoleIsReadWithNumbersAsDynamoDbKeepsThem() {
        store.register(table("edited", "orders", 1), Existing.REFUSE);
        edit("edited", "orders", "parallelism", AttributeValue.fromN("8"));

        assertThat(store.findTable(new TableName("edited", "orders"))
                        .orElseThrow()
                        .extract()
                        .parallelism())
                .hasValue(8);
    }

    @Test
    void anItemThatCannotBeUsedIsReportedWithAllItsProblems() {
        store.register(table("broken", "orders", 1), Existing.REFUSE);
        edit("broken", "orders", "parallelism", AttributeValue.fromS("many"));
        edit("broken", "orders", "paralellism", AttributeValue.fromN("3"));

        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> store.findTable(new TableName("broken", "orders")))
                .withMessageContaining("extract.parallelism")
                .withMessageContaining("extract.paralellism")
                .matches(invalid -> invalid.code() == ErrorCode.SETTINGS_INVALID);
        assertThat(store.tables("broken")).containsExactly(new TableName("broken", "orders"));
    }

    @Test
    void settingsAreNativeMaps() {
        store.register(table("native", "orders", 3), Existing.REFUSE);

        Map<String, AttributeValue> item = item("native", "orders");
        assertThat(item.get("extract").m().get("relation").s()).isEqualTo("public.orders");
        assertThat(item.get("extract").m().get("parallelism").n()).isEqualTo("3");
        assertThat(item.get("version").n()).isEqualTo("1");
    }

    private static void edit(String source, String table, String key, AttributeValue value) {
        Map<String, AttributeValue> item = new HashMap<>(item(source, table));
        Map<String, AttributeValue> extract = new HashMap<>(item.get("extract").m());
        extract.put(key, value);
        item.put("extract", AttributeValue.fromM(extract));
        client.putItem(request -> request.tableName(TABLE_NAME).item(item));
    }

    private static Map<String, AttributeValue> item(String source, String table) {
        return client.getItem(request -> request.tableName(TABLE_NAME)
                        .key(Map.of("source", AttributeValue.fromS(source), "table", AttributeValue.fromS(table))))
                .item();
    }

    private static SourceSettings source(String name, String url) {
        return SettingsParser.parseSource(
                Map.of("source", name, "version", 1, "kind", "postgresql", "connection", Map.of("jdbc-url", url)));
    }

    private static ViewSettings view(String source, String name, String sql) {
        return SettingsParser.parseView(Map.of(
                "source",
                source,
                "view",
                name,
                "version",
                1,
                "sql",
                sql,
                "columns",
                List.of(Map.of("name", "id", "type", "bigint")),
                "tables",
                List.of("views/orders")));
    }

    private static TableSettings table(String source, String name, int parallelism) {
        return SettingsParser.parseTable(Map.of(
                "source",
                source,
                "table",
                name,
                "version",
                1,
                "extract",
                Map.of("relation", "public.orders", "strategy", "full", "parallelism", parallelism),
                "schema",
                Map.of("columns", List.of(Map.of("name", "id", "type", "bigint", "nullable", false))),
                "curate",
                Map.of("mode", "merge", "primary-key", List.of("id"))));
    }
}
