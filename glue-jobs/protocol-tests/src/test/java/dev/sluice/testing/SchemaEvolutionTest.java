package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.load.LoadOutcome;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.Replay;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SchemaSettings.Drift;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the source does to its columns, from end to end: raw keeps everything, curated and the target follow the policy, and
 * the history of batches says what changed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaEvolutionTest {

    private final Database warehouse = PostgresServer.newDatabase("warehouse");
    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
        shop.lake.connect("warehouse", warehouse.endpoint());
    }

    @Test
    void anAddedColumnStaysInRawOrGoesOnToTheTarget() {
        begin("added");
        shop.source.execute(
                "ALTER TABLE added ADD note text; INSERT INTO added (id, amount, note) VALUES (3, 30, 'n')");
        shop.register(item("added").newColumns(NewColumns.FAIL));
        assertThat(refused("added")).contains("column note is new in the source (schema.new-columns: fail)");

        shop.register(item("added"));
        BatchRecord reported = shop.ingest("added");
        assertThat(reported.notes()).containsExactly("column note is new in the source; it is in raw only");
        assertThat(raw("added", reported)).contains("note");
        assertEverywhereEqual("added", "id", "amount");

        shop.register(item("added").newColumns(NewColumns.ADD));
        shop.source.execute("INSERT INTO added (id, amount, note) VALUES (4, 40, 'm')");
        shop.ingest("added");
        assertEverywhereEqual("added", "id", "amount", "note");
    }

    @Test
    void aWidenedColumnIsRefusedQuarantinedOrWidenedUpToTheTarget() {
        begin("widened");
        shop.source.execute("ALTER TABLE widened ALTER amount TYPE bigint;"
                + "INSERT INTO widened (id, amount) VALUES (3, 3000000000), (4, 40)");
        assertThat(refused("widened"))
                .contains("column amount changed from integer to bigint, which does not fit int"
                        + " (schema.changed-columns: fail); declare the new type");

        shop.register(item("widened").changedColumns(Drift.REPORT));
        BatchRecord reported = shop.ingest("widened");
        assertThat(reported.notes())
                .containsExactly(
                        "column amount changed from integer to bigint; rows that do not fit int are quarantined");
        assertThat(reported.quarantined()).isEqualTo(1);
        assertThat(shop.curated("widened", "id", "amount")).containsExactly("1|10", "2|20", "4|40");
        load("widened");

        shop.register(item("widened", "bigint"));
        shop.source.execute("INSERT INTO widened (id, amount) VALUES (5, 5000000000)");
        assertThat(shop.ingest("widened").notes())
                .containsExactly("column amount is widened from int to bigint; curated is rewritten once");
        assertThat(new Replay(shop.lake, RunListener.NONE).run(Shop.name("widened"), Optional.empty(), Shop.runId()))
                .hasSize(1);
        assertThat(shop.quarantined("widened")).isEmpty();
        assertEverywhereEqual("widened", "id", "amount");
        assertThat(RowsOf.query(
                        warehouse,
                        "SELECT data_type FROM information_schema.columns WHERE table_name = 'widened' AND column_name"
                                + " = 'amount'"))
                .containsExactly("bigint");
        shop.source.execute("INSERT INTO widened (id, amount) VALUES (6, 60)");
        assertThat(shop.ingest("widened").notes()).as("once").isEmpty();
        assertThat(load("widened").upserted()).isEqualTo(1);
    }

    @Test
    void decimalsAreWidenedInAHistoryToo() {
        shop.source.execute(
                "CREATE TABLE prices (id int PRIMARY KEY, price numeric(6,2), at timestamptz DEFAULT now());"
                        + "INSERT INTO prices VALUES (1, 1.25)");
        shop.register(prices("decimal(6,2)"));
        shop.ingest("prices");
        shop.source.execute("ALTER TABLE prices ALTER price TYPE numeric(12,4);"
                + "UPDATE prices SET price = 12345678.1234, at = now()");
        shop.register(prices("decimal(12,4)"));
        assertThat(shop.ingest("prices").notes())
                .contains("column price is widened from decimal(6,2) to decimal(12,4); curated is rewritten once");
        assertThat(shop.curated("prices", "id", "price", "_is_current"))
                .containsExactly("1|1.2500|false", "1|12345678.1234|true");
    }

    @Test
    void aNarrowedColumnStillFitsAndIsNotNarrowedBehind() {
        shop.source.execute("CREATE TABLE narrowed (id int PRIMARY KEY, amount bigint, updated_at timestamptz DEFAULT"
                + " now()); INSERT INTO narrowed VALUES (1, 10), (2, 20)");
        shop.register(item("narrowed", "bigint"));
        shop.ingest("narrowed");
        load("narrowed");
        shop.source.execute("ALTER TABLE narrowed ALTER amount TYPE int; INSERT INTO narrowed VALUES (3, 30)");
        assertThat(shop.ingest("narrowed").notes())
                .containsExactly("column amount changed from bigint to integer, which still fits bigint");
        assertEverywhereEqual("narrowed", "id", "amount");
        shop.register(item("narrowed"));
        shop.source.execute("INSERT INTO narrowed VALUES (4, 40)");
        assertThat(refused("narrowed"))
                .contains("curated has column amount as bigint, the settings declare int; rebuild the table with");
    }

    @Test
    void aRenamedColumnIsMissingAndNewUntilTheItemSaysWhereItIsNow() {
        begin("renamed");
        shop.source.execute(
                "ALTER TABLE renamed RENAME amount TO total; INSERT INTO renamed (id, total) VALUES (3, 30)");
        shop.register(item("renamed").newColumns(NewColumns.FAIL));
        assertThat(refused("renamed"))
                .contains("column amount is missing in the source")
                .contains("; column total is new in the source");

        shop.register(Items.table("shop/renamed")
                .incremental("updated_at")
                .columns("id int not null")
                .column(new ColumnSettings(
                        "amount", ColumnType.of("int"), true, "total", Optional.empty(), Optional.empty()))
                .columns("updated_at timestamp")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT));
        BatchRecord batch = shop.ingest("renamed");
        assertThat(raw("renamed", batch)).contains("total").doesNotContain("amount");
        load("renamed");
        assertThat(shop.curated("renamed", "id", "amount"))
                .isEqualTo(shop.query("SELECT id, total FROM renamed"))
                .isEqualTo(RowsOf.query(warehouse, "SELECT id, amount FROM renamed"));
        assertVerified("renamed");
    }

    @Test
    void aDroppedColumnIsRefusedOrGoesOnEmpty() {
        begin("dropped");
        shop.source.execute("ALTER TABLE dropped DROP amount; INSERT INTO dropped (id) VALUES (3)");
        assertThat(refused("dropped"))
                .contains("column amount is missing in the source (schema.missing-columns: fail)");

        shop.register(item("dropped").missingColumns(Drift.REPORT));
        assertThat(shop.ingest("dropped").notes())
                .containsExactly("column amount is missing in the source; amount gets its default or NULL");
        load("dropped");
        List<String> expected = List.of("1|10", "2|20", "3|∅");
        assertThat(shop.curated("dropped", "id", "amount"))
                .as("what was read before stays")
                .isEqualTo(expected)
                .isEqualTo(RowsOf.query(warehouse, "SELECT id, amount FROM dropped"));
    }

    private void begin(String table) {
        shop.source.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, amount int, updated_at timestamptz DEFAULT"
                + " now()); INSERT INTO " + table
                + " VALUES (1, 10, now() - interval '1 hour'), (2, 20, now() - interval '1 hour')");
        shop.register(item(table));
        shop.ingest(table);
        load(table);
    }

    private static Items item(String table) {
        return item(table, "int");
    }

    private static Items item(String table, String amount) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id int not null", "amount " + amount, "updated_at timestamp")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT);
    }

    private static Items prices(String type) {
        return Items.table("shop/prices")
                .incremental("at")
                .columns("id int not null", "price " + type, "at timestamp not null")
                .history(Optional.of("at"), "id");
    }

    /** What a run says that leaves everything as it was. */
    private String refused(String table) {
        Failure failure = shop.fail(table);
        assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        return failure.message();
    }

    private LoadOutcome load(String table) {
        LoadReport report = new LoadRun(shop.lake, RunListener.NONE).run(Shop.runId(), List.of(Shop.name(table)));
        assertThat(report.failed()).isEmpty();
        return report.targets().get(0).outcome().orElseThrow();
    }

    /** The columns of a batch in raw. */
    private Stream<String> raw(String table, BatchRecord batch) {
        return Stream.of(TestSpark.session()
                .read()
                .parquet(shop.lake
                        .zones()
                        .raw()
                        .uri(String.format("shop/%s/batch=%012d/attempt=%d", table, batch.batch(), batch.fence())))
                .columns());
    }

    private void assertEverywhereEqual(String table, String... columns) {
        load(table);
        List<String> rows = shop.query("SELECT " + String.join(", ", columns) + " FROM " + table);
        assertThat(shop.curated(table, columns)).isEqualTo(rows);
        assertThat(RowsOf.query(warehouse, "SELECT " + String.join(", ", columns) + " FROM " + table))
                .isEqualTo(rows);
        assertVerified(table);
    }

    private void assertVerified(String table) {
        assertThat(new Verification(shop.lake)
                        .verify(Shop.name(table), EnumSet.allOf(Scope.class))
                        .verdict())
                .isEqualTo(Verdict.EQUAL);
    }
}
