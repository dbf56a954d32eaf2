package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Failure;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SchemaSettings.Drift;
import dev.sluice.settings.SchemaSettings.NewColumns;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A source whose columns change under a registered table, and settings that change over a source. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftTest {

    private static final String NOT_THOSE = ": its columns are not those of the settings. ";

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void aNewColumnStaysInRawAndIsReported() {
        ingested("reported", item("reported"));
        shop.source.execute("ALTER TABLE reported ADD note text DEFAULT 'old'");
        BatchRecord batch = ingestNews("reported");

        assertThat(batch.notes()).containsExactly("column note is new in the source; it is in raw only");
        assertThat(batch.rows()).isEqualTo(1);
        assertThat(columns("reported")).containsExactly("id bigint", "amount int", "updated_at timestamp");
        assertThat(ingestNews("reported").notes()).as("told once").isEmpty();
    }

    @Test
    void aNewColumnIsAddedAndFilledForTheRowsThatWereThere() {
        ingested("added", item("added").newColumns(NewColumns.ADD));
        shop.source.execute("ALTER TABLE added ADD note text DEFAULT 'old'");
        BatchRecord batch = ingestNews("added");

        assertThat(batch.notes())
                .containsExactly(
                        "column note is new in the source and was added as note string",
                        "curated gains [note]; the table is read from the start once to fill them");
        assertThat(batch.window().from()).isEmpty();
        assertThat(columns("added")).containsExactly("id bigint", "amount int", "updated_at timestamp", "note string");
        assertThat(shop.curated("added", "id", "amount", "note"))
                .isEqualTo(shop.query("SELECT id, amount, note FROM added"))
                .contains("1|10|old");
        assertThat(ingestNews("added").rows()).as("from the bookmark again").isEqualTo(1);
    }

    @Test
    void aNewColumnWithoutValuesCostsNoReadFromTheStart() {
        ingested("empty", item("empty").newColumns(NewColumns.ADD));
        shop.source.execute("ALTER TABLE empty ADD note text");
        BatchRecord batch = ingestNews("empty");

        assertThat(batch.rows()).isEqualTo(1);
        assertThat(batch.notes()).containsExactly("column note is new in the source and was added as note string");
        assertThat(shop.curated("empty", "id", "note")).isEqualTo(shop.query("SELECT id, note FROM empty"));
    }

    @Test
    void aNewColumnIsRefused() {
        ingested("strict", item("strict").newColumns(NewColumns.FAIL));
        shop.source.execute("ALTER TABLE strict ADD note text");
        Failure failure = failOnNews("strict");

        assertThat(failure.message())
                .isEqualTo("Cannot read table shop/strict" + NOT_THOSE
                        + "column note is new in the source (schema.new-columns: fail); declare it in schema.columns, or"
                        + " set new-columns: report to leave it in raw");
        shop.register(item("strict").columns("note string").newColumns(NewColumns.FAIL));
        shop.ingest("strict");
        assertThat(shop.curated("strict", "id", "note")).isEqualTo(shop.query("SELECT id, note FROM strict"));
    }

    @Test
    void anAppendTableGainsAColumnForItsNewRows() {
        shop.source.execute(
                "CREATE TABLE log (id bigserial PRIMARY KEY, name text); INSERT INTO log (name) VALUES ('a')");
        shop.register(Items.table("shop/log")
                .incremental("id")
                .columns("id bigint not null", "name string")
                .newColumns(NewColumns.ADD)
                .append());
        shop.ingest("log");
        shop.source.execute("ALTER TABLE log ADD note text DEFAULT 'old'; INSERT INTO log (name) VALUES ('b')");
        BatchRecord batch = shop.ingest("log");

        assertThat(batch.notes())
                .containsExactly(
                        "column note is new in the source and was added as note string",
                        "curated gains [note]; earlier rows keep NULL there until 'sluice bookmark rewind shop/log"
                                + " --to-start'");
        assertThat(shop.curated("log", "id", "name", "note")).containsExactly("1|a|∅", "2|b|old");
    }

    @Test
    void aMissingColumnIsRefusedOrGoesOnWithoutValues() {
        ingested("missing", item("missing"));
        shop.source.execute("ALTER TABLE missing DROP amount");
        Failure failure = failOnNews("missing");
        assertThat(failure.message())
                .isEqualTo("Cannot read table shop/missing" + NOT_THOSE
                        + "column amount is missing in the source (schema.missing-columns: fail); remove it from"
                        + " schema.columns, or set missing-columns: report to go on with its default or NULL");

        shop.register(item("missing").missingColumns(Drift.REPORT));
        shop.source.execute("INSERT INTO missing VALUES (100)");
        BatchRecord batch = shop.ingest("missing");
        assertThat(batch.notes())
                .containsExactly("column amount is missing in the source; amount gets its default or NULL");
        assertThat(shop.curated("missing", "id", "amount")).contains("100|∅", "2|20");
    }

    @Test
    void aMissingColumnThatAllowsNoNullIsRefusedAnyway() {
        ingested(
                "needed",
                Items.table("shop/needed")
                        .incremental("updated_at")
                        .columns("id bigint not null", "amount int not null", "updated_at timestamp")
                        .missingColumns(Drift.REPORT)
                        .merge("id"));
        shop.source.execute("ALTER TABLE needed DROP amount");
        assertThat(failOnNews("needed").message())
                .isEqualTo("Cannot read table shop/needed" + NOT_THOSE
                        + "column amount is missing in the source and amount allows no NULL; give it a default");
    }

    @Test
    void aTypeThatStillFitsGoesOn() {
        ingested(
                "widened",
                "smallint",
                Items.table("shop/widened")
                        .incremental("updated_at")
                        .columns("id bigint not null", "amount bigint", "updated_at timestamp")
                        .merge("id"));
        shop.source.execute("ALTER TABLE widened ALTER amount TYPE int; UPDATE widened SET amount = 2000000000");
        BatchRecord batch = ingestNews("widened");

        assertThat(batch.notes())
                .containsExactly("column amount changed from smallint to integer, which still fits bigint");
        assertThat(shop.curated("widened", "id", "amount")).contains("3|2000000000");
        assertThat(batch.quarantined()).isZero();
    }

    @Test
    void aTypeThatNoLongerFitsIsRefusedOrItsRowsAreQuarantined() {
        ingested("changed", item("changed"));
        shop.source.execute("ALTER TABLE changed ALTER amount TYPE text");
        assertThat(failOnNews("changed").message())
                .isEqualTo("Cannot read table shop/changed" + NOT_THOSE
                        + "column amount changed from integer to text, which does not fit int (schema.changed-columns:"
                        + " fail); declare the new type, or set changed-columns: report to quarantine the rows that do"
                        + " not fit");

        shop.register(item("changed").changedColumns(Drift.REPORT));
        shop.source.execute("INSERT INTO changed VALUES (100, 'many'), (101, '7')");
        BatchRecord batch = shop.ingest("changed");
        assertThat(batch.notes())
                .containsExactly(
                        "column amount changed from integer to text; rows that do not fit int are quarantined");
        assertThat(batch.quarantined()).isEqualTo(1);
        assertThat(shop.curated("changed", "id", "amount"))
                .contains("101|7", "2|20")
                .doesNotContain("100|∅");
        assertThat(shop.quarantined("changed")).singleElement().satisfies(entry -> assertThat(entry.toString())
                .contains("\"rule\":\"castable to int\"", "\"column\":\"amount\"", "\"value\":\"many\""));
    }

    @Test
    void columnsThatTheSettingsGainAreFilledForTheRowsThatWereThere() {
        ingested("declared", item("declared"));
        shop.source.execute("ALTER TABLE declared ADD note text; UPDATE declared SET note = 'n' WHERE id = 1");
        shop.register(item("declared")
                .columns("note string")
                .column(new ColumnSettings(
                        "twice", ColumnType.of("bigint"), true, "twice", Optional.empty(), Optional.of("amount * 2")))
                .column(new ColumnSettings(
                        "grade", ColumnType.of("string"), false, "note", Optional.of("none"), Optional.empty())));
        BatchRecord batch = ingestNews("declared");

        assertThat(batch.notes())
                .containsExactly(
                        "curated gains [note, twice, grade]; the table is read from the start once to fill them");
        assertThat(shop.curated("declared", "id", "amount", "note", "twice", "grade"))
                .isEqualTo(shop.query("SELECT id, amount, note, amount * 2, coalesce(note, 'none') FROM declared"))
                .contains("1|10|n|20|n", "2|20|∅|40|none");
    }

    @Test
    void everythingThatIsRefusedIsToldAtOnce() {
        ingested("twofold", item("twofold").newColumns(NewColumns.FAIL));
        shop.source.execute("ALTER TABLE twofold DROP amount; ALTER TABLE twofold ADD note text");
        assertThat(failOnNews("twofold").message())
                .contains("column amount is missing in the source")
                .contains("; column note is new in the source");
    }

    private void ingested(String table, Items item) {
        ingested(table, "int", item);
    }

    private void ingested(String table, String amount, Items item) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id bigint PRIMARY KEY, amount %2$s, updated_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO %1$s SELECT n, n * 10, now() - interval '1 hour' FROM generate_series(1, 3) n;
                """
                        .formatted(table, amount));
        shop.register(item);
        shop.ingest(table);
    }

    private static Items item(String table) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id bigint not null", "amount int", "updated_at timestamp")
                .merge("id");
    }

    private BatchRecord ingestNews(String table) {
        Shop.settle();
        shop.source.execute("UPDATE " + table + " SET updated_at = now() WHERE id = 3");
        return shop.ingest(table);
    }

    private Failure failOnNews(String table) {
        shop.source.execute("UPDATE " + table + " SET updated_at = now() WHERE id = 3");
        Failure failure = shop.fail(table);
        assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        return failure;
    }

    private java.util.List<String> columns(String table) {
        return shop.state(table).columns().stream()
                .map((Column column) -> column.name() + " " + column.type())
                .toList();
    }
}
