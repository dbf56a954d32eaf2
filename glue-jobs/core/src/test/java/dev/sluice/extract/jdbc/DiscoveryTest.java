package dev.sluice.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

    private static TestSource source;
    private static Map<String, Discovered> found;

    @BeforeAll
    static void start() throws Exception {
        source = new TestSource();
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, "customerName" text NOT NULL, price numeric(12,2),
                    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())""",
                "CREATE INDEX ON orders (updated_at)",
                "CREATE TABLE lines (id int, item int, amount numeric, last_modified timestamp, PRIMARY KEY (item, id))",
                "CREATE TABLE notes (id int PRIMARY KEY, created timestamptz NOT NULL, changed timestamptz)",
                "CREATE TABLE stamped (id int PRIMARY KEY, version_time timestamptz NOT NULL)",
                "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN NEW.version_time := now(); RETURN NEW; END'",
                "CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION stamp()",
                "CREATE TABLE plain (id int PRIMARY KEY, label text)",
                "CREATE TABLE keyless (label text, at inet)",
                "CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)",
                "INSERT INTO events (body) SELECT '{}' FROM generate_series(1, 10)",
                "CREATE TABLE parts (id int PRIMARY KEY, updated_at timestamptz NOT NULL) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders (id int PRIMARY KEY)",
                "CREATE VIEW recent AS SELECT * FROM orders",
                "SELECT pg_stat_force_next_flush()");
        Thread.sleep(1500);
        found = new Discovery()
                .discover(TestSource.SOURCE, source.endpoint(), Discovery.Request.ALL_TABLES).stream()
                        .collect(Collectors.toMap(
                                table -> table.settings().name().table(), table -> table));
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
    }

    private static List<String> bookmark(String table) {
        return found.get(table)
                .settings()
                .extract()
                .bookmark()
                .map(BookmarkSettings::columns)
                .orElse(List.of());
    }

    @Test
    void everyTableIsFoundOnceAndPartitionsAndViewsAreNot() {
        assertThat(found.keySet())
                .containsExactlyInAnyOrder(
                        "orders", "lines", "notes", "stamped", "plain", "keyless", "events", "parts", "sales_orders");
    }

    @Test
    void itemsPassTheirOwnRules() {
        for (Discovered table : found.values()) {
            assertThat(SettingsParser.parseTable(SettingsWriter.write(table.settings())))
                    .isEqualTo(table.settings());
        }
    }

    @Test
    void anIndexedUpdatedAtIsTheBookmarkWithItsReason() {
        Discovered orders = found.get("orders");
        assertThat(bookmark("orders")).containsExactly("updated_at");
        assertThat(orders.reason())
                .isEqualTo("Bookmark updated_at: timestamp with time zone, named for changes, indexed, not null,"
                        + " default now()");
        assertThat(orders.warnings()).isEmpty();
        assertThat(orders.settings().curate().mode()).isEqualTo(CurateSettings.Mode.MERGE);
        assertThat(orders.settings().curate().primaryKey()).containsExactly("id");
        assertThat(orders.settings().curate().orderBy()).containsExactly("updated_at");
        ColumnSettings customer = orders.settings().schema().columns().get(1);
        assertThat(customer.name()).isEqualTo("customer_name");
        assertThat(customer.sourceName()).isEqualTo("customerName");
        assertThat(customer.nullable()).isFalse();
        assertThat(orders.settings().schema().columns().get(2).type().ddl()).isEqualTo("decimal(12,2)");
    }

    @Test
    void aNullableBookmarkWithoutAnIndexIsWarnedOf() {
        assertThat(bookmark("lines")).containsExactly("last_modified");
        assertThat(found.get("lines").settings().curate().primaryKey()).containsExactly("item", "id");
        assertThat(found.get("lines").warnings())
                .containsExactly(
                        "No index begins with bookmark column last_modified, so each run scans the table. Create one",
                        "Bookmark column last_modified may be NULL, and rows with NULL are read by every run."
                                + " Make it NOT NULL with a default",
                        "Column amount: numeric without a precision that fits 38 digits is carried as text;"
                                + " declare decimal(p,s) to cast it",
                        "Column last_modified: without time zone: taken as the clock of the source's time-zone");
    }

    @Test
    void aCreationColumnStandsInWhereNothingChangedYet() {
        assertThat(bookmark("notes")).containsExactly("changed", "created");
        assertThat(found.get("notes").reason()).endsWith("it may be NULL, so created stands in for it");
    }

    @Test
    void aColumnThatATriggerSetsIsFoundUnderAnyName() {
        assertThat(bookmark("stamped")).containsExactly("version_time");
        assertThat(found.get("stamped").reason()).contains("set by a trigger");
    }

    @Test
    void withoutABookmarkEverythingIsReadAndMerged() {
        Discovered plain = found.get("plain");
        assertThat(plain.settings().extract().strategy()).isEqualTo(ExtractSettings.Strategy.FULL);
        assertThat(plain.settings().curate().mode()).isEqualTo(CurateSettings.Mode.MERGE);
        assertThat(plain.warnings())
                .containsExactly("There is no bookmark column, so each run reads everything."
                        + " Add an indexed updated_at that a trigger sets, or name extract.bookmark.columns");
    }

    @Test
    void withoutAKeyEverythingIsReplaced() {
        Discovered keyless = found.get("keyless");
        assertThat(keyless.settings().curate().mode()).isEqualTo(CurateSettings.Mode.REPLACE);
        assertThat(keyless.warnings())
                .containsExactly(
                        "There is no primary key. Add one, or name curate.primary-key, to merge changes only",
                        "Column at: inet carried as the text the server writes for it");
    }

    @Test
    void aTableThatHasOnlySeenInsertsIsReadByItsSequence() {
        assertThat(bookmark("events")).containsExactly("id");
        assertThat(found.get("events").reason())
                .isEqualTo("Bookmark id: numbered by a sequence, and the server has counted inserts and no update or"
                        + " delete");
        assertThat(found.get("events").warnings().get(0)).startsWith("Column id does not change when a row is updated");
    }

    @Test
    void patternsChooseAndTheTargetIsWrittenIn() {
        List<Discovered> chosen = new Discovery()
                .discover(
                        TestSource.SOURCE,
                        source.endpoint(),
                        new Discovery.Request(
                                List.of("*order*", "recent", "k?yless"),
                                List.of("sales.*"),
                                Discovery.Relations.TABLES_AND_VIEWS,
                                Optional.of(new Discovery.LoadTarget("warehouse", "app"))));
        assertThat(chosen)
                .extracting(table -> table.relation().toString())
                .containsExactly("public.keyless", "public.orders", "public.recent");
        assertThat(chosen.get(1).settings().loads())
                .containsExactly(new LoadSettings("warehouse", "app", "orders", LoadSettings.Mode.UPSERT));
        assertThat(chosen.get(2).settings().loads())
                .containsExactly(new LoadSettings("warehouse", "app", "recent", LoadSettings.Mode.REPLACE));
    }
}
