package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.load.LoadOutcome;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the source does to its columns, from end to end: raw keeps everything, curated and the target follow the policy, and
 * the reports say what changed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaEvolutionTest {

    private static final String COLUMNS = "id, amount, price, big, label";

    private final Database warehouse = PostgresServer.newDatabase("warehouse");
    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
        shop.lake.connect("warehouse", warehouse.endpoint());
    }

    /** One table to which a source does everything at once; each policy in its turn, then the settings that follow. */
    @Test
    void aSourceThatAddsWidensNarrowsRenamesAndDropsIsFollowedAsThePoliciesSay() {
        shop.source.execute(
                """
                CREATE TABLE orders (id int PRIMARY KEY, amount int, price numeric(6,2), big bigint, label text, old text,
                    updated_at timestamptz DEFAULT now());
                INSERT INTO orders SELECT n, n * 10, n / 4.0, n, 'label ' || n, 'old', now() - interval '1 hour'
                    FROM generate_series(1, 2) n;
                """);
        shop.register(item());
        shop.ingest("orders");
        assertThat(load().changes()).as("a table that is made is not changed").isEmpty();
        shop.source.execute(
                """
                ALTER TABLE orders ADD note text, ALTER amount TYPE bigint, ALTER price TYPE numeric(12,4),
                    ALTER big TYPE int, DROP old;
                ALTER TABLE orders RENAME label TO title;
                INSERT INTO orders (id, amount, price, big, title, note)
                    VALUES (3, 3000000000, 12345678.1234, 3, 'three', 'n'), (4, 40, 4.5, 4, 'four', 'n');
                """);

        shop.register(item().newColumns(NewColumns.FAIL));
        assertThat(refused())
                .as("all at once, and nothing of what still fits")
                .contains(
                        "column label is missing in the source (schema.missing-columns: fail)",
                        "column old is missing in the source (schema.missing-columns: fail)",
                        "column amount changed from integer to bigint, which does not fit int"
                                + " (schema.changed-columns: fail); declare the new type",
                        "column price changed from numeric(6,2) to numeric(12,4), which does not fit decimal(6,2)",
                        "column note is new in the source (schema.new-columns: fail)",
                        "column title is new in the source (schema.new-columns: fail)")
                .doesNotContain("column big");

        shop.register(reporting(item()));
        Shop.settle();
        BatchRecord reported = shop.ingest("orders");
        assertThat(reported.notes())
                .containsExactlyInAnyOrder(
                        "column label is missing in the source; label gets its default or NULL",
                        "column old is missing in the source; old gets its default or NULL",
                        "column amount changed from integer to bigint; rows that do not fit int are quarantined",
                        "column price changed from numeric(6,2) to numeric(12,4); rows that do not fit decimal(6,2) are"
                                + " quarantined",
                        "column big changed from bigint to integer, which still fits bigint",
                        "column note is new in the source; it is in raw only",
                        "column title is new in the source; it is in raw only");
        assertThat(raw(reported)).contains("note", "title", "amount").doesNotContain("label", "old");
        assertThat(shop.quarantined("orders")).singleElement().satisfies(entry -> assertThat(entry.toString())
                .contains("castable to int", "3000000000", "castable to decimal(6,2)", "12345678.1234"));
        List<String> rows = List.of("1|10|0.25|1|label 1|old", "2|20|0.50|2|label 2|old", "4|40|4.50|4|∅|∅");
        assertThat(shop.curated("orders", "id", "amount", "price", "big", "label", "old"))
                .as("what was read before stays")
                .isEqualTo(rows);
        load();
        assertThat(RowsOf.query(warehouse, "SELECT " + COLUMNS + ", old FROM orders"))
                .isEqualTo(rows);

        shop.register(reporting(following()));
        shop.source.execute("INSERT INTO orders (id, amount, title) VALUES (5, 5000000000, 'five')");
        Shop.settle();
        assertThat(widenedWhileRunsDie().notes())
                .containsExactlyInAnyOrder(
                        "column old is missing in the source; old gets its default or NULL",
                        "column amount is widened from int to bigint; curated is rewritten once",
                        "column price is widened from decimal(6,2) to decimal(12,4); curated is rewritten once");
        shop.register(following());
        assertThat(new Replay(shop.lake, RunListener.NONE).run(Shop.name("orders"), Optional.empty(), Shop.runId()))
                .as("what the rows lacked when they were read is no drift")
                .hasSize(1);
        assertThat(shop.quarantined("orders")).isEmpty();
        targetFollowsWhileLoadsDie();

        shop.register(reporting(following()).newColumns(NewColumns.ADD));
        shop.source.execute("INSERT INTO orders (id, title, note) VALUES (6, 'six', 'm')");
        assertThat(shop.ingest("orders").notes())
                .as("told once: what was reported before, and what was replayed, is known")
                .containsExactlyInAnyOrder(
                        "column old is missing in the source; old gets its default or NULL",
                        "curated gains [note]; the table is read from the start once to fill them");
        assertThat(load().changes())
                .singleElement()
                .asString()
                .startsWith("ALTER TABLE ")
                .contains(" ADD COLUMN ", "note", " text");
        assertEverywhereEqual("note");

        shop.source.execute("ALTER TABLE orders DROP note; INSERT INTO orders (id, title) VALUES (7, 'seven')");
        shop.register(following("int").newColumns(NewColumns.ADD));
        assertThat(refused())
                .contains(
                        "column note is missing in the source (schema.missing-columns: fail)",
                        "curated has column big as bigint, the settings declare int; rebuild the table with");
        shop.register(reporting(following()).newColumns(NewColumns.ADD));
        assertThat(shop.ingest("orders").notes())
                .contains("column note is missing in the source; note stays as it was");
        assertThat(load().changes()).isEmpty();
        assertThat(RowsOf.query(warehouse, "SELECT id, note FROM orders"))
                .isEqualTo(shop.curated("orders", "id", "note"))
                .containsExactly("1|∅", "2|∅", "3|n", "4|n", "5|∅", "6|m", "7|∅");
        assertEverywhereEqual();
    }

    /** The rewrite that widens and the batch are two commits: whichever a run dies at, the next one finds its place. */
    private BatchRecord widenedWhileRunsDie() {
        for (Crash.Side side : Crash.Side.values()) {
            Crash crash = new Crash(new Crash.Point(Step.COMMIT_CURATED, side));
            new Ingest(shop.lake, crash).run(IngestRequest.of(Shop.runId(), List.of(Shop.name("orders"))));
            assertThat(crash.happened()).isTrue();
            assertThat(shop.curated("orders", "id")).hasSize(side == Crash.Side.BEFORE ? 3 : 4);
        }
        return shop.ingest("orders");
    }

    /** The target's columns change with its rows, or not at all. */
    private void targetFollowsWhileLoadsDie() {
        for (Crash.Side side : Crash.Side.values()) {
            Crash crash = new Crash(new Crash.Point(Step.COMMIT_LOAD, side));
            LoadReport died = new LoadRun(shop.lake, crash).run(Shop.runId(), List.of(Shop.name("orders")));
            assertThat(crash.happened()).as(died.toString()).isTrue();
            assertThat(RowsOf.query(
                            warehouse,
                            "SELECT data_type, (SELECT count(*) FROM orders) FROM information_schema.columns"
                                    + " WHERE table_name = 'orders' AND column_name = 'amount'"))
                    .containsExactly(side == Crash.Side.BEFORE ? "integer|3" : "bigint|5");
        }
        assertThat(load().how()).isEqualTo(LoadOutcome.How.NOTHING);
        assertThat(RowsOf.query(warehouse, "SELECT id, amount, price FROM orders"))
                .isEqualTo(shop.query("SELECT id, amount, price FROM orders"));
    }

    @Test
    void numbersAreWidenedInAHistoryToo() {
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
    void anAppendedTargetIsNotAppendedToAnewAfterCuratedWasWidened() {
        shop.source.execute("CREATE TABLE log (id int PRIMARY KEY, amount int, at timestamptz);"
                + "INSERT INTO log VALUES (1, 1, now() - interval '1 hour')");
        shop.register(log("int"));
        shop.ingest("log");
        assertThat(new LoadRun(shop.lake, RunListener.NONE)
                        .run(Shop.runId(), List.of(Shop.name("log")))
                        .failed())
                .isEmpty();
        shop.source.execute(
                "ALTER TABLE log ALTER amount TYPE bigint;" + "INSERT INTO log VALUES (2, 3000000000, now())");
        shop.register(log("bigint"));
        Shop.settle();
        shop.ingest("log");
        Failure refused = new LoadRun(shop.lake, RunListener.NONE)
                .run(Shop.runId(), List.of(Shop.name("log")))
                .failed()
                .get(0)
                .failure()
                .orElseThrow();
        assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(refused.message()).contains("appending everything to a table that has rows could");
        assertThat(RowsOf.query(warehouse, "SELECT id, amount FROM log")).containsExactly("1|1");
        assertThat(shop.curated("log", "id", "amount")).containsExactly("1|1", "2|3000000000");
    }

    private static Items log(String amount) {
        return Items.table("shop/log")
                .incremental("at")
                .columns("id int not null", "amount " + amount, "at timestamp")
                .append()
                .load("warehouse", LoadSettings.Mode.APPEND);
    }

    private static Items item() {
        return item("int", "decimal(6,2)", "bigint", "label");
    }

    /** The settings that follow the source. */
    private static Items following() {
        return following("bigint");
    }

    private static Items following(String big) {
        return item("bigint", "decimal(12,4)", big, "title");
    }

    private static Items item(String amount, String price, String big, String label) {
        return Items.table("shop/orders")
                .incremental("updated_at")
                .columns("id int not null", "amount " + amount, "price " + price, "big " + big)
                .column(new ColumnSettings(
                        "label", ColumnType.of("string"), true, label, Optional.empty(), Optional.empty()))
                .columns("old string", "updated_at timestamp")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT);
    }

    private static Items reporting(Items item) {
        return item.missingColumns(Drift.REPORT).changedColumns(Drift.REPORT);
    }

    private static Items prices(String type) {
        return Items.table("shop/prices")
                .incremental("at")
                .columns("id int not null", "price " + type, "at timestamp not null")
                .history(Optional.of("at"), "id");
    }

    /** What a run says that leaves everything as it was. */
    private String refused() {
        Failure failure = shop.fail("orders");
        assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        return failure.message();
    }

    private LoadOutcome load() {
        LoadReport report = new LoadRun(shop.lake, RunListener.NONE).run(Shop.runId(), List.of(Shop.name("orders")));
        assertThat(report.failed()).isEmpty();
        return report.targets().get(0).outcome().orElseThrow();
    }

    /** The columns of a batch in raw. */
    private List<String> raw(BatchRecord batch) {
        return List.of(TestSpark.session()
                .read()
                .parquet(shop.lake
                        .zones()
                        .raw()
                        .uri(String.format("shop/orders/batch=%012d/attempt=%d", batch.batch(), batch.fence())))
                .columns());
    }

    private void assertEverywhereEqual(String... more) {
        String also = more.length == 0 ? "" : ", " + String.join(", ", more);
        List<String> rows = shop.query("SELECT id, amount, price, big, title" + also + " FROM orders");
        assertThat(shop.curated("orders", (COLUMNS + also).split(", "))).isEqualTo(rows);
        assertThat(RowsOf.query(warehouse, "SELECT " + COLUMNS + also + " FROM orders"))
                .isEqualTo(rows);
        assertThat(new Verification(shop.lake)
                        .verify(Shop.name("orders"), EnumSet.allOf(Scope.class))
                        .verdict())
                .isEqualTo(Verdict.EQUAL);
    }
}
