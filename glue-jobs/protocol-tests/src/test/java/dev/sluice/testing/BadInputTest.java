package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.TableState;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Settings and databases that cannot be used. Each gives an error with code, table, key and remedy, leaves zones, ledger,
 * target and the other table alone, and is forgotten once its cause is mended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

    private SpoiledShop shop;

    @BeforeAll
    void ingestOnce(@TempDir Path folder) {
        shop = new SpoiledShop(folder);
    }

    @AfterEach
    void mend() {
        shop.register(SpoiledShop.orders());
        shop.connectWell();
    }

    @Test
    void anUnknownSourceIsNamedAndLeavesNoTraceInTheLedger() {
        TableName table = TableName.parse("nowhere/orders");
        shop.register(Items.table("nowhere/orders").columns("id bigint not null"));
        Failure failure = failureOf(table);
        SpoiledShop.assertSaid(
                failure, ErrorCode.SETTINGS_MISSING, "table nowhere/orders", "no source nowhere", "sluice register");
        assertThat(shop.lake.bookmarks().load(table)).isEqualTo(TableState.initial(table));
    }

    @Test
    void anUnknownTableIsNamedAndLeavesNoTraceInTheLedger() {
        TableName table = TableName.parse("shop/nothing");
        Failure failure = failureOf(table);
        SpoiledShop.assertSaid(
                failure, ErrorCode.SETTINGS_MISSING, "Cannot find table shop/nothing", "sluice register");
        assertThat(shop.lake.bookmarks().load(table)).isEqualTo(TableState.initial(table));
    }

    @Test
    void aTableIsRegisteredOnce() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> shop.lake
                        .settings()
                        .register(SpoiledShop.orders().append().build(), SettingsStore.Existing.REFUSE))
                .withMessageContaining("shop/orders")
                .matches(failure -> failure.code() == ErrorCode.SETTINGS_EXIST);
        assertThat(shop.lake.settings().findTable(SpoiledShop.ORDERS))
                .contains(SpoiledShop.orders().build());
    }

    @Test
    void aTableThatIsNamedTwiceRunsOnce() {
        shop.change();
        RunReport report = shop.run(RunListener.NONE, SpoiledShop.ORDERS, SpoiledShop.ORDERS, SpoiledShop.BYSTANDER);
        assertThat(report.failed()).isEmpty();
        assertThat(report.tables()).hasSize(2);
        shop.assertMended();
    }

    @Test
    void anUnreachableDatabaseIsNamed() {
        shop.change();
        shop.lake.connect("shop", nowhere());
        shop.runFails(
                ErrorCode.SOURCE_UNREACHABLE,
                "Cannot run table shop/orders: cannot connect to database: jdbc:postgresql://127.0.0.1:1/nowhere.",
                "Check connection.jdbc-url");
        shop.connectWell();
        shop.assertMended();
    }

    @Test
    void aWrongPasswordIsNamedByItsSetting() throws InterruptedException {
        shop.change();
        String rules = shop.source.ask("SHOW hba_file");
        shop.source.execute("CREATE ROLE picky LOGIN SUPERUSER PASSWORD 'right'");
        shop.source.execute(
                "COPY (VALUES ('host all picky all scram-sha-256'), ('host all all all trust')) TO '" + rules + "'");
        shop.source.execute("SELECT pg_reload_conf()");
        Thread.sleep(300);
        JdbcEndpoint open = shop.source.endpoint();
        shop.lake.connect(
                "shop", SpoiledShop.secret(new JdbcEndpoint(open.url(), Optional.of("picky"), Optional.of("wrong"))));
        shop.runFails(
                ErrorCode.CREDENTIALS_REJECTED,
                "table shop/orders",
                "rejects the credentials. Check the secret that connection.secret names");
        shop.lake.connect("shop", new JdbcEndpoint(open.url(), Optional.of("picky"), Optional.of("right")));
        shop.connectWell();
    }

    @Test
    void aMissingRelationIsNamed() {
        shop.change();
        shop.source.execute("ALTER TABLE orders RENAME TO hidden");
        shop.runFails(
                ErrorCode.RELATION_MISSING,
                "Cannot read table shop/orders: the source has no relation public.orders. Check extract.relation");
        shop.source.execute("ALTER TABLE hidden RENAME TO orders");
        shop.assertMended();
    }

    @Test
    void aRelationThatMayNotBeReadNamesTheGrant() {
        shop.change();
        shop.source.execute("CREATE ROLE outsider LOGIN");
        JdbcEndpoint open = shop.source.endpoint();
        shop.lake.connect(
                "shop", SpoiledShop.secret(new JdbcEndpoint(open.url(), Optional.of("outsider"), Optional.empty())));
        shop.runFails(
                ErrorCode.RELATION_MISSING,
                "Cannot read table shop/orders: the role may not read public.orders. Grant SELECT on it");
        shop.source.execute("GRANT SELECT ON orders TO outsider; GRANT pg_read_all_stats TO outsider");
        shop.connectWell();
    }

    @Test
    void aMissingBookmarkColumnIsNamed() {
        shop.change();
        shop.source.execute("ALTER TABLE orders RENAME updated_at TO touched");
        shop.runFails(
                ErrorCode.COLUMN_MISSING,
                "Cannot read table shop/orders: the source has no bookmark column updated_at."
                        + " Check extract.bookmark.columns");
        shop.source.execute("ALTER TABLE orders RENAME touched TO updated_at");
    }

    @Test
    void aMissingColumnIsNamed() {
        shop.change();
        shop.source.execute("ALTER TABLE orders RENAME status TO state");
        shop.runFails(
                ErrorCode.SCHEMA_DRIFT,
                "Cannot read table shop/orders",
                "column status is missing in the source (schema.missing-columns: fail)",
                "set missing-columns: report");
        shop.source.execute("ALTER TABLE orders RENAME state TO status");
    }

    @Test
    void aBookmarkColumnOfAnUnusableTypeIsNamedWithItsType() {
        Items item = fresh("unordered");
        newTableFails(
                item.incremental("status"),
                ErrorCode.BOOKMARK_UNUSABLE,
                "table shop/unordered by bookmark column status: its type is text",
                "extract.bookmark.columns");
        assertMended(item.incremental("updated_at"));
    }

    @Test
    void aQueryThatTheSourceRefusesIsNamedByItsKey() {
        queryFails("SELEC * FROM orders", ErrorCode.SETTINGS_INVALID, "syntax error at or near");
        queryFails("SELECT nothing FROM orders", ErrorCode.COLUMN_MISSING, "column \"nothing\" does not exist");
        queryFails("SELECT * FROM parcels", ErrorCode.RELATION_MISSING, "relation \"parcels\" does not exist");
        queryFails("SELECT *, id / 0 AS half FROM orders", ErrorCode.FAILED, "division by zero");
        assertMended(fresh("queried"));
    }

    private void queryFails(String query, ErrorCode code, String said) {
        newTableFails(fresh("queried").query(query), code, "table shop/queried", "extract.query", said);
    }

    @Test
    void aFilterThatTheSourceRefusesIsNamedByItsKey() {
        filterFails("price >", ErrorCode.SETTINGS_INVALID, "syntax error at or near");
        filterFails("weight > 1", ErrorCode.COLUMN_MISSING, "column \"weight\" does not exist");
        filterFails("price", ErrorCode.SETTINGS_INVALID, "must be type boolean");
        assertMended(fresh("filtered").filter("price IS NOT NULL"));
    }

    private void filterFails(String filter, ErrorCode code, String said) {
        newTableFails(fresh("filtered").filter(filter), code, "table shop/filtered", "extract.filter", said);
    }

    @Test
    void aQualityRuleThatSparkRefusesIsNamedByItsKey() {
        shop.change();
        ruleFails("price >", "Syntax error");
        ruleFails("weight > 1", "weight");
        ruleFails("price + 1", "BOOLEAN");
        ruleFails("sum(price) > 1", "GROUP BY");
        ruleFails("cleverness(price)", "cleverness");
        shop.register(SpoiledShop.orders());
        shop.assertMended();
    }

    private void ruleFails(String condition, String said) {
        shop.register(SpoiledShop.orders().rule("sane", condition));
        shop.runFails(
                ErrorCode.SETTINGS_INVALID,
                "table shop/orders",
                "cannot evaluate curate.quality[sane].condition: " + condition,
                said,
                "Correct curate.quality[sane].condition");
    }

    @Test
    void anExpressionThatSparkRefusesIsNamedByItsKey() {
        shop.change();
        expressionFails("price *", "Syntax error");
        expressionFails("cleverness(price)", "cleverness");
        shop.register(SpoiledShop.orders().column(gross("weight * 2")));
        shop.runFails(
                ErrorCode.SCHEMA_DRIFT,
                "table shop/orders",
                "column weight, which the expression of gross asks for, is missing in the source",
                "correct the expression");
        shop.register(SpoiledShop.orders());
        shop.assertMended();
    }

    private static ColumnSettings gross(String expression) {
        return new ColumnSettings(
                "gross", ColumnType.of("double"), true, "gross", Optional.empty(), Optional.of(expression));
    }

    private void expressionFails(String expression, String said) {
        shop.register(SpoiledShop.orders().column(gross(expression)));
        shop.runFails(
                ErrorCode.SETTINGS_INVALID,
                "table shop/orders",
                "cannot evaluate schema.columns[gross].expression: " + expression,
                said,
                "Correct schema.columns[gross].expression");
    }

    @Test
    void aTargetTableOfAnotherShapeIsNamedWithItsColumns() {
        shop.change();
        shop.runWell();
        shop.target.execute("ALTER TABLE orders RENAME price TO cost");
        shop.target.execute(
                "ALTER TABLE orders ALTER status TYPE int USING 0; ALTER TABLE orders ADD note text NOT NULL"
                        + " DEFAULT 'x'; ALTER TABLE orders ALTER note DROP DEFAULT");
        shop.loadFails(
                ErrorCode.TARGET_MISMATCH, "Cannot load table shop/orders into target:", "status", "note", "integer");
        shop.target.execute("DROP TABLE orders");
        shop.assertMended();
    }

    @Test
    void anUnreachableTargetIsNamed() {
        shop.change();
        shop.runWell();
        shop.lake.connect("target", nowhere());
        shop.loadFails(
                ErrorCode.SOURCE_UNREACHABLE,
                "table shop/orders",
                "jdbc:postgresql://127.0.0.1:1/nowhere",
                "connection.jdbc-url");
        shop.connectWell();
    }

    @Test
    void anUnknownTargetIsNamedByItsKey() {
        shop.change();
        shop.runWell();
        shop.register(Items.table("shop/orders")
                .columns("id bigint not null")
                .merge("id")
                .load("elsewhere", LoadSettings.Mode.UPSERT));
        shop.loadFails(
                ErrorCode.SETTINGS_MISSING,
                "Cannot load table shop/orders to elsewhere:public.orders: no source elsewhere is registered",
                "loads[].target");
        shop.register(SpoiledShop.orders());
    }

    /** An item that has never run. */
    private static Items fresh(String name) {
        return Items.table("shop/" + name)
                .query("SELECT * FROM orders")
                .incremental("updated_at")
                .columns("id bigint not null", "status string", "updated_at timestamp")
                .merge("id");
    }

    private void newTableFails(Items item, ErrorCode code, String... said) {
        TableName table = item.build().name();
        shop.register(item);
        SpoiledShop.assertSaid(failureOf(table), code, said);
        TableState state = shop.lake.bookmarks().load(table);
        assertThat(state.lastBatch()).isZero();
        assertThat(state.position()).isEmpty();
        assertThat(state.hold()).isEmpty();
        assertThat(shop.lake.zones().raw().list(table.toString())).isEmpty();
        assertThat(shop.lake.zones().curated().list(table.toString())).isEmpty();
    }

    private void assertMended(Items item) {
        TableName table = item.build().name();
        shop.register(item);
        assertThat(shop.run(RunListener.NONE, table).failed()).isEmpty();
        assertThat(RowsOf.curated(shop.lake, table.toString(), "id", "status"))
                .isEqualTo(RowsOf.query(shop.source, "SELECT id, status FROM orders"));
    }

    private Failure failureOf(TableName table) {
        SpoiledShop.Held before = shop.held();
        RunReport report = shop.run(RunListener.NONE, table, SpoiledShop.BYSTANDER);
        assertThat(report.failed()).hasSize(1);
        assertThat(shop.held()).isEqualTo(before);
        return SpoiledShop.outcome(report, table).failure().orElseThrow();
    }

    private static JdbcEndpoint nowhere() {
        return SpoiledShop.secret(
                new JdbcEndpoint("jdbc:postgresql://127.0.0.1:1/nowhere", Optional.of("u"), Optional.empty()));
    }
}
