package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Planner;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.Masking;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What is masked is in raw, in plain, and nowhere a reader of the lake or the target can see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it hears every logger")
class MaskingTest {

    /** In every plain value of a masked column, so that one look for it finds a leak of any. */
    private static final String SECRET = "zz9plural";

    private final Database target = PostgresServer.newDatabase("target");
    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
        shop.lake.connect("target", target.endpoint());
    }

    @Test
    void nothingOfAMaskedColumnLeaves() {
        people("people");
        Items item = item("people").load("target", LoadSettings.Mode.UPSERT);
        shop.register(item);
        BatchRecord batch;
        try (Said said = Said.begin()) {
            batch = shop.ingest("people");
            Orders.loadWell(shop.lake, Shop.name("people"));
            assertThat(said.text()).contains("org.apache.spark.scheduler").doesNotContain(SECRET);
        }
        assertThat(shop.curated("people", "id", "email", "name", "born"))
                .containsExactly("1|" + hmac(SECRET + "@a.example") + "|zz9|1970-01-01", "2|∅|∅|∅");
        assertThat(RowsOf.query(target, "SELECT id, email, name, born FROM people"))
                .isEqualTo(shop.curated("people", "id", "email", "name", "born"));
        assertThat(RowsOf.query(
                        target, "SELECT column_name FROM information_schema.columns WHERE table_name = 'people'"))
                .containsExactlyInAnyOrder("id", "email", "name", "born", "updated_at");
        assertThat(batch.quarantined()).isEqualTo(3);

        List<JsonNode> listed = shop.quarantined("people");
        assertThat(listed).hasSize(3).allSatisfy(entry -> assertThat(entry.toString())
                .doesNotContain(SECRET)
                .doesNotContain("1977-07-07"));
        assertThat(listed.toString())
                .contains("\"rule\":\"has-at\",\"column\":\"email\",\"value\":\"(masked)\"")
                .contains("\"rule\":\"castable to date\",\"column\":\"born\",\"value\":\"(masked)\"")
                .contains("\\\"email\\\":\\\"(masked)\\\"")
                .contains("\\\"phone\\\":\\\"(masked)\\\"");
        assertThat(batch.toString() + shop.state("people") + shop.history("people"))
                .doesNotContain(SECRET);
        assertThat(RowsOf.query(target, "SELECT people::text FROM people").toString())
                .doesNotContain(SECRET);
        assertThat(contents(shop.lake.zones().curated(), "shop/people")).doesNotContain(SECRET);

        VerificationReport report = new Verification(shop.lake).verify(Shop.name("people"), EnumSet.allOf(Scope.class));
        assertThat(report.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(report.comparisons().get(0).notCompared().toString())
                .contains("email")
                .contains("masked");
        assertThat(report.toString()).doesNotContain(SECRET);
    }

    /** A database and an expression that refuse a value quote it. */
    @Test
    void aRunThatFailsTellsNothingOfAMaskedColumn() {
        people("refused");
        shop.register(Items.table("shop/by_database")
                .query("SELECT id, born::date AS born FROM refused")
                .columns("id int not null")
                .column(ColumnSettings.plain("born", ColumnType.of("date")).masked(Masking.TRUNCATE))
                .merge("id"));
        shop.register(Items.table("shop/by_expression")
                .relation(new Relation.Table("public", "refused"))
                .columns("id int not null")
                .column(new ColumnSettings(
                                "number",
                                ColumnType.of("string"),
                                true,
                                "number",
                                Optional.empty(),
                                Optional.of("string(to_number(email, '999'))"))
                        .masked(Masking.HASH))
                .maskingSecret("people")
                .merge("id"));
        shop.register(Items.table("shop/by_filter")
                .relation(new Relation.Table("public", "refused"))
                .filter("born::date > '1900-01-01'")
                .columns("id int not null")
                .column(ColumnSettings.plain("born", ColumnType.of("string")).masked(Masking.OMIT))
                .merge("id"));
        assertThatThrownBy(() -> new Planner(shop.lake).plan(Shop.name("by_filter")))
                .as("a plan that counts what the filter leaves")
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("shop/by_filter")
                .hasMessageContaining("a value is refused, in words that may quote it and are not shown")
                .hasMessageNotContaining(SECRET)
                .hasNoCause();
        try (Said said = Said.begin()) {
            for (String table : List.of("by_database", "by_expression")) {
                Failure failure = shop.fail(table);
                assertThat(failure.message())
                        .contains("shop/" + table)
                        .contains("a value is refused, in words that may quote it and are not shown")
                        .doesNotContain(SECRET);
                assertThat(failure + shop.state(table).toString()).doesNotContain(SECRET);
            }
            // Spark notes of a task that failed what it failed with.
            assertThat(said.text(line -> !line.logger().startsWith("org.apache.spark.")))
                    .contains("Table shop/by_database failed")
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void aQuarantinedRowIsTakenInAgainAndMaskedThen() {
        people("again");
        shop.register(item("again"));
        shop.ingest("again");
        shop.register(plain("again"));
        new Replay(shop.lake, RunListener.NONE).run(Shop.name("again"), Optional.empty(), Shop.runId());
        assertThat(shop.curated("again", "id", "email"))
                .contains("3|" + hmac(SECRET))
                .noneMatch(line -> line.contains(SECRET));
        assertThat(shop.quarantined("again").toString()).doesNotContain(SECRET);
    }

    @Test
    void maskingThatIsAddedLaterNeedsARebuildSoThatNoPlainValueStays() {
        people("later");
        shop.register(base("later").column(ColumnSettings.plain("phone", ColumnType.of("string"))));
        shop.ingest("later");
        shop.register(base("later")
                .column(ColumnSettings.plain("phone", ColumnType.of("string")).masked(Masking.OMIT)));
        Failure refused = shop.fail("later");
        assertThat(refused.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
        assertThat(refused.message())
                .startsWith(
                        "Cannot read on from the bookmark of table shop/later: schema.columns[].masking changed since"
                                + " batch 1");
        new Rewind(shop.lake).to(Shop.name("later"), Optional.empty(), Shop.runId());
        shop.ingest("later");
        assertThat(shop.state("later").columns())
                .extracting(column -> column.name())
                .doesNotContain("phone");
    }

    @Test
    void anOmittedColumnThatIsRenamedIsMissingAndBringsNoPlainValue() {
        people("renamed");
        Items item = plain("renamed").newColumns(SchemaSettings.NewColumns.ADD);
        shop.register(item);
        shop.ingest("renamed");
        shop.source.execute("ALTER TABLE renamed RENAME phone TO telephone; UPDATE renamed SET updated_at = now()");
        Failure refused = shop.fail("renamed");
        assertThat(refused.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        assertThat(refused.message())
                .contains("column phone is missing in the source (schema.missing-columns: fail); if it has another name"
                        + " now, declare that as its source and keep the masking");
        assertThat(contents(shop.lake.zones().curated(), "shop/renamed")).doesNotContain(SECRET);

        shop.register(item.newColumns(SchemaSettings.NewColumns.REPORT).missingColumns(SchemaSettings.Drift.REPORT));
        assertThat(shop.ingest("renamed").notes())
                .contains(
                        "column phone is missing in the source; phone is left out as before",
                        "column telephone is new in the source; it is in raw only");
        assertThat(contents(shop.lake.zones().curated(), "shop/renamed")).doesNotContain(SECRET);
    }

    private void people(String table) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id int PRIMARY KEY, email text, name text, born text, phone text,
                    updated_at timestamptz NOT NULL DEFAULT '2026-01-01 00:00Z');
                INSERT INTO %1$s VALUES (1, '%2$s@a.example', '%2$s', '1970-06-05', '%2$s'), (2, NULL, NULL, NULL, NULL),
                    (3, '%2$s', 'Ann', '1977-07-07', '%2$s'), (4, '%2$s@b.example', '%2$s', '%2$s', NULL),
                    (5, '%2$s', NULL, NULL, NULL);
                """
                        .formatted(table, SECRET));
    }

    private static Items item(String table) {
        return plain(table).rule("has-at", "email LIKE '%@%'");
    }

    private static Items plain(String table) {
        return base(table)
                .column(text("email").masked(Masking.HASH))
                .column(text("name").masked(Masking.TRUNCATE))
                .column(ColumnSettings.plain("born", ColumnType.of("date")).masked(Masking.TRUNCATE))
                .column(text("phone").masked(Masking.OMIT))
                .maskingSecret("people");
    }

    private static Items base(String table) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id int not null", "updated_at timestamp not null")
                .merge("id")
                .orderBy("updated_at");
    }

    private static ColumnSettings text(String name) {
        return ColumnSettings.plain(name, ColumnType.of("string"));
    }

    private static String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("people".repeat(16).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** All bytes of a folder; statistics of the log are part of it. */
    private static String contents(ZoneFiles zone, String folder) {
        StringBuilder text = new StringBuilder();
        for (ZoneFiles.ZoneFile file : zone.list(folder)) {
            text.append(new String(zone.read(file.path()).orElseThrow(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
