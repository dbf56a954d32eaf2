package dev.sluice.testing.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.jdbc.Discovered;
import dev.sluice.extract.jdbc.Discovery;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.Relation;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.MariaDbServer;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the catalog tells of tables, and how a source says no. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MysqlDiscoveryTest {

    private static final ZoneId UTC = ZoneId.of("UTC");

    private MysqlSource source;

    @BeforeAll
    void start() {
        source = new MysqlSource();
        source.database.execute(
                """
                CREATE TABLE orders (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, paid tinyint(1) NOT NULL, price decimal(12,2),
                    updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
                    uid uuid, INDEX (updated_at));
                CREATE TABLE touched (id int PRIMARY KEY, touched datetime);
                CREATE TRIGGER touch BEFORE UPDATE ON touched FOR EACH ROW SET NEW.`touched` = now();
                CREATE TABLE order_lines (order_id bigint, line int, PRIMARY KEY (line, order_id));
                CREATE TABLE heap (a int, `B b` text);
                CREATE VIEW cheap AS SELECT * FROM orders WHERE price < 10;
                """);
    }

    private List<Discovered> discover(Discovery.Relations relations) {
        String schema = source.database.table("x").schema();
        return new Discovery()
                .discover(
                        MysqlSource.settings(UTC),
                        source.database.endpoint(),
                        new Discovery.Request(List.of(schema + ".*"), List.of(), relations, Optional.empty()));
    }

    private Discovered discovered(String table) {
        return discover(Discovery.Relations.TABLES_AND_VIEWS).stream()
                .filter(found -> found.settings().name().table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTableThatTheServerStampsIsReadByThatColumn() {
        Discovered orders = discovered("orders");
        assertThat(orders.settings().extract().bookmark().map(BookmarkSettings::columns))
                .contains(List.of("updated_at"));
        assertThat(orders.reason())
                .isEqualTo(
                        "Bookmark updated_at: timestamp(6), named for changes, set at every update, indexed, not null,"
                                + " default current_timestamp(6)");
        assertThat(orders.settings().curate().primaryKey()).containsExactly("id");
        assertThat(orders.settings().schema().columns())
                .extracting(ColumnSettings::name, column -> column.type().ddl())
                .extracting(Object::toString)
                .containsExactly(
                        "(\"id\", \"decimal(20,0)\")",
                        "(\"paid\", \"boolean\")",
                        "(\"price\", \"decimal(12,2)\")",
                        "(\"updated_at\", \"timestamp\")",
                        "(\"uid\", \"string\")");
    }

    @Test
    void aColumnThatATriggerSetsIsABookmarkWithWarnings() {
        Discovered touched = discovered("touched");
        assertThat(touched.reason()).startsWith("Bookmark touched: datetime, set by a trigger");
        assertThat(touched.warnings())
                .anyMatch(warning -> warning.startsWith("No index begins with bookmark column touched"))
                .anyMatch(warning -> warning.startsWith("Bookmark column touched may be NULL"));
    }

    @Test
    void keysKeepTheirOrderAndTablesWithoutOneAreReplaced() {
        assertThat(discovered("order_lines").settings().curate().primaryKey()).containsExactly("line", "order_id");
        assertThat(discovered("heap").settings().curate().mode()).isEqualTo(CurateSettings.Mode.REPLACE);
        assertThat(discovered("heap").settings().schema().columns())
                .extracting(ColumnSettings::name, ColumnSettings::sourceName)
                .extracting(Object::toString)
                .containsExactly("(\"a\", \"a\")", "(\"b_b\", \"B b\")");
    }

    @Test
    void tablesOfTheUrlsDatabaseKeepTheirNamesAndViewsComeWhenAskedFor() {
        assertThat(discover(Discovery.Relations.TABLES))
                .extracting(found -> found.settings().name().table())
                .contains("heap", "order_lines", "orders", "touched")
                .doesNotContain("cheap");
        assertThat(discover(Discovery.Relations.TABLES_AND_VIEWS))
                .extracting(found -> found.settings().name().table())
                .contains("cheap");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> opening(Items item, Database as) {
        return assertThatThrownBy(() -> MysqlSource.open(item, as, UTC).close());
    }

    private static void hasCode(Throwable failure, ErrorCode code) {
        assertThat(((SluiceException) failure).code()).isEqualTo(code);
    }

    @Test
    void anUnreachableServerIsNamedWithoutItsParameters() {
        Database nowhere = new Database(new JdbcEndpoint(
                "jdbc:mysql://127.0.0.1:1/shop?password=hunter2", Optional.of("reader"), Optional.of("s3cret")));
        opening(source.item("orders"), nowhere)
                .hasMessage("Cannot connect to database: jdbc:mysql://127.0.0.1:1/shop. It does not answer."
                        + " Check connection.jdbc-url, the network and that the server runs")
                .satisfies(failure -> hasCode(failure, ErrorCode.SOURCE_UNREACHABLE));
    }

    @Test
    void rejectedCredentialsPointToTheSecret() {
        Database stranger = new Database(
                new JdbcEndpoint(source.database.endpoint().url(), Optional.of("nobody"), Optional.of("s3cret")));
        opening(source.item("orders"), stranger)
                .hasMessageEndingWith("It rejects the credentials. Check the secret that connection.secret names")
                .hasMessageNotContaining("s3cret")
                .satisfies(failure -> hasCode(failure, ErrorCode.CREDENTIALS_REJECTED));
    }

    @Test
    void missingThingsAreNamed() {
        opening(source.item("parcels"), source.database)
                .hasMessageContaining("Cannot read table shop/parcels: the source has no relation "
                        + source.database.table("parcels"))
                .satisfies(failure -> hasCode(failure, ErrorCode.RELATION_MISSING));
        opening(source.item("orders").relation(new Relation.Table("public", "orders")), source.database)
                .hasMessageContaining("Check extract.relation, which is the database and the table");
        opening(source.item("orders").incremental("changed"), source.database)
                .hasMessageContaining("the source has no bookmark column changed")
                .satisfies(failure -> hasCode(failure, ErrorCode.COLUMN_MISSING));
        opening(source.item("orders").incremental("uid"), source.database)
                .hasMessageContaining("by bookmark column uid: its type is uuid")
                .satisfies(failure -> hasCode(failure, ErrorCode.BOOKMARK_UNUSABLE));
        opening(source.item("q").query("SELECT nothing FROM " + source.database.table("orders")), source.database)
                .hasMessageContaining("the source refuses the SQL of extract.query")
                .satisfies(failure -> hasCode(failure, ErrorCode.COLUMN_MISSING));
        opening(source.item("q").query("SELECT 1 AS a, 2 AS a"), source.database)
                .hasMessageContaining("the source refuses the SQL of extract.query");
    }

    @Test
    void aTruncationWaitsForTheSnapshotToEnd() {
        source.database.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1), (2)");
        try (Extraction extraction = source.open(source.item("kept"));
                var snapshot = extraction.openSnapshot()) {
            assertThat(snapshot.table().columns()).hasSize(1);
            assertThatThrownBy(() -> source.database.execute("SET lock_wait_timeout = 1; TRUNCATE kept"))
                    .hasMessageContaining("Cannot execute")
                    .hasStackTraceContaining("Lock wait timeout");
        }
        source.database.execute("TRUNCATE kept");
    }

    @Test
    void rowsWithoutABookmarkAreCountedAndRefused() {
        source.database.execute(
                "CREATE TABLE logged (id int, a datetime, b datetime); INSERT INTO logged VALUES"
                        + " (1, '2026-01-01', NULL), (2, NULL, NULL), (3, '2026-01-01', '2026-01-05'), (4, NULL, '2026-01-03')");
        try (Extraction extraction = source.open(source.item("logged").incremental("a", "b"))) {
            // The greatest of both, of which either may be NULL.
            assertThat(extraction.advice()).anyMatch(advice -> advice.startsWith("Rows have NULL in a and b"));
            assertThat(extraction.advice())
                    .anyMatch(advice ->
                            advice.contains("Create one: ALTER TABLE") && advice.contains("ADD INDEX (`a`)."));
        }
    }
}
