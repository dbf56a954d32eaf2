package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.bookmark.Position;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows that do not pass: what is kept of them, what curated keeps, and how they are taken in again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarantineTest {

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder).describe(ZoneId.of("Europe/Copenhagen"), 4);
    }

    @Test
    void eachRowIsKeptWholeWithEveryReason() {
        shop.source.execute(
                """
                CREATE TABLE odd (id int PRIMARY KEY, a text, d double precision, ts timestamptz, n numeric(10,2),
                    w timestamp, r text, price numeric(10,2));
                INSERT INTO odd SELECT n, '12', 3, '2026-01-01 00:00Z', 1.5, '2026-03-29 01:59:59.999999', 'x', 1
                    FROM generate_series(1, 12) n;
                UPDATE odd SET a = 'abc' WHERE id = 2;
                UPDATE odd SET a = '99999999999' WHERE id = 3;
                UPDATE odd SET a = '1.5' WHERE id = 4;
                UPDATE odd SET d = 1.5 WHERE id = 5;
                UPDATE odd SET ts = 'infinity' WHERE id = 6;
                UPDATE odd SET n = 'NaN' WHERE id = 7;
                UPDATE odd SET w = '2026-03-29 02:30:00' WHERE id = 8;
                UPDATE odd SET r = NULL WHERE id = 9;
                UPDATE odd SET price = -1, a = 'abc' WHERE id = 10;
                UPDATE odd SET d = 9223372036854775808 WHERE id = 11;
                UPDATE odd SET price = NULL, a = ' 7.00 ' WHERE id = 12;
                """);
        shop.register(Items.table("shop/odd")
                .columns(
                        "id int not null",
                        "a int",
                        "d bigint",
                        "ts timestamp",
                        "n decimal(10,2)",
                        "w timestamp",
                        "r string not null",
                        "price decimal(10,2)")
                .rule("price-not-negative", "price >= 0 or a is null and PRICE = -2")
                .merge("id"));
        BatchRecord batch = shop.ingest("odd");

        assertThat(batch.rows()).isEqualTo(12);
        assertThat(batch.quarantined()).isEqualTo(10);
        assertThat(shop.curated("odd", "id", "a", "d", "ts", "n", "w", "r", "price"))
                .containsExactly(
                        "12|7|3|2026-01-01 00:00:00|1.50|2026-03-29 00:59:59.999999|x|∅",
                        "1|12|3|2026-01-01 00:00:00|1.50|2026-03-29 00:59:59.999999|x|1.00");
        Map<Integer, String> reasons = new TreeMap<>();
        for (JsonNode entry : shop.quarantined("odd")) {
            assertThat(entry.path("batch").asLong()).isEqualTo(1);
            JsonNode row = Shop.json(entry.path("row").asText());
            assertThat(row.properties())
                    .extracting(Map.Entry::getKey)
                    .contains("id", "a", "d", "ts", "n", "w", "r", "price");
            StringBuilder text = new StringBuilder();
            entry.path("reasons")
                    .forEach(reason -> text.append(reason.path("rule").asText())
                            .append(" | ")
                            .append(reason.path("column").asText())
                            .append(" | ")
                            .append(reason.path("value").asText("∅"))
                            .append("; "));
            reasons.put(row.path("id").asInt(), text.toString());
        }
        assertThat(reasons)
                .containsExactly(
                        Map.entry(2, "castable to int | a | abc; "),
                        Map.entry(3, "castable to int | a | 99999999999; "),
                        Map.entry(4, "castable to int | a | 1.5; "),
                        Map.entry(5, "castable to bigint | d | 1.5; "),
                        Map.entry(6, "representable as timestamp | ts | infinity; "),
                        Map.entry(7, "representable as decimal(10,2) | n | NaN; "),
                        Map.entry(8, "castable to timestamp | w | 2026-03-29 02:30:00; "),
                        Map.entry(9, "not null | r | ∅; "),
                        Map.entry(10, "castable to int | a | abc; price-not-negative | a, price | NULL, -1.00; "),
                        Map.entry(11, "castable to bigint | d | 9.223372036854776E18; "));
    }

    @Test
    void aFullTableKeepsTheEarlierGoodRowAndShowsOnlyWhatIsBadNow() {
        shop.source.execute(
                "CREATE TABLE stock (id int PRIMARY KEY, n int); INSERT INTO stock VALUES (1, 1), (2, 2), (3, -3)");
        shop.register(Items.table("shop/stock")
                .columns("id int not null", "n int")
                .rule("not-negative", "n >= 0")
                .merge("id"));
        shop.ingest("stock");
        shop.source.execute("UPDATE stock SET n = -2 WHERE id = 2; UPDATE stock SET n = 3 WHERE id = 3");
        BatchRecord batch = shop.ingest("stock");

        assertThat(batch.quarantined()).isEqualTo(1);
        assertThat(shop.curated("stock", "id", "n")).containsExactly("1|1", "2|2", "3|3");
        assertThat(shop.quarantined("stock"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.path("batch").asLong()).isEqualTo(2));
        shop.source.execute("DELETE FROM stock WHERE id = 2");
        shop.ingest("stock");
        assertThat(shop.curated("stock", "id")).containsExactly("1", "3");
        assertThat(shop.quarantined("stock")).isEmpty();
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> replay("stock"))
                .withMessage("Cannot replay the quarantine of table shop/stock: every run reads it in full"
                        + " (extract.strategy) and judges each row anew. Run it instead")
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
    }

    @Test
    void aReplayTakesRowsInOnceTheSettingsAreMendedAndNeverOverANewerRow() {
        for (boolean ordered : List.of(true, false)) {
            String table = ordered ? "mended" : "unordered";
            shop.source.execute(
                    """
                    CREATE TABLE %1$s (id int PRIMARY KEY, code text, local timestamp, ratio double precision, data bytea,
                        updated_at timestamptz NOT NULL DEFAULT now());
                    INSERT INTO %1$s SELECT n, 'c' || n, '2026-01-01 00:00:00.123456', 'NaN', '\\x00ff',
                        '2026-01-01 00:00:00.654321Z' FROM generate_series(1, 3) n;
                    INSERT INTO %1$s VALUES (4, '4', NULL, 0.1, NULL);
                    """
                            .formatted(table));
            shop.register(codes(table, ordered));
            assertThat(shop.ingest(table).quarantined()).isEqualTo(3);
            shop.source.execute("UPDATE " + table + " SET code = '22', updated_at = now() WHERE id = 2");
            assertThat(shop.ingest(table).quarantined()).isZero();
            var before = shop.state(table);
            assertThat(shop.curated(table, "id")).containsExactly("2", "4");

            // Still wrong: the rows stay in quarantine, under the replay's batch.
            BatchRecord failed = replay(table).get(0);
            assertThat(failed.kind()).isEqualTo(Kind.REPLAY);
            assertThat(failed.replays()).containsExactly(1L);
            assertThat(failed.quarantined()).isEqualTo(3);
            assertThat(shop.quarantined(table)).hasSize(3).allSatisfy(entry -> assertThat(
                            entry.path("batch").asLong())
                    .isEqualTo(failed.batch()));

            shop.register(mendedCodes(table, ordered));
            BatchRecord replayed = replay(table).get(0);

            assertThat(replayed.replays()).containsExactly(failed.batch());
            assertThat(replayed.rows()).isEqualTo(3);
            assertThat(replayed.quarantined()).isZero();
            assertThat(replayed.positionAfter()).isEqualTo(before.position());
            assertThat(shop.curated(table, "id", "code", "local", "ratio", "hex"))
                    .containsExactly(
                            "1|1|2025-12-31 23:00:00.123456|NaN|00ff",
                            "2|22|2025-12-31 23:00:00.123456|NaN|00ff",
                            "3|3|2025-12-31 23:00:00.123456|NaN|00ff",
                            "4|4|∅|0.1|∅");
            assertThat(shop.curated(table, "updated_at")).contains("2026-01-01 00:00:00.654321");
            assertThat(shop.quarantined(table)).isEmpty();
            assertThat(replay(table)).isEmpty();
        }
    }

    @Test
    void aReplayOfAnAppendTableAddsEachRowOnce() {
        shop.source.execute(
                """
                CREATE TABLE clicks (id bigserial PRIMARY KEY, n int);
                INSERT INTO clicks (n) VALUES (1), (-2), (3), (-4);
                """);
        shop.register(clicks("n >= 0"));
        shop.ingest("clicks");
        assertThat(shop.curated("clicks", "id", "n")).containsExactly("1|1", "3|3");
        // A replay under other settings would be what the next run compares its own with.
        shop.register(clicks("n >= -2").filter("n <> 3"));
        assertNotReplayed(
                "clicks",
                "extract.filter changed since batch 1. Build the table anew with 'sluice bookmark rewind shop/clicks"
                        + " --to-start', or register the former settings");
        assertThat(shop.fail("clicks").message()).contains("extract.filter changed since batch 1");
        shop.register(clicks("n >= -2"));
        BatchRecord replayed = replay("clicks").get(0);

        assertThat(replayed.quarantined()).isEqualTo(1);
        assertThat(shop.curated("clicks", "id", "n")).containsExactly("1|1", "2|-2", "3|3");
        assertThat(shop.history("clicks").get(0)).isEqualTo(replayed);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> replay("clicks", 1L))
                .withMessage("Cannot replay batch 1 of table shop/clicks: it has no rows in quarantine. See 'sluice"
                        + " quarantine list shop/clicks'")
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);

        // Read again from the middle of the first batch, row 4 is in curated: from quarantine it would come twice.
        shop.register(clicks("true"));
        new Rewind(shop.lake).to(Shop.name("clicks"), Optional.of(new Position.Sequence(3)), Shop.runId());
        shop.register(clicks("true").history(Optional.empty(), "id"));
        assertNotReplayed(
                "clicks",
                "curate.mode changed since batch 2, and its bookmark was set back. Run it first with 'sluice run"
                        + " shop/clicks'");
        shop.register(clicks("true"));
        shop.ingest("clicks");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> replay("clicks"))
                .withMessageStartingWith(
                        "Cannot replay batch 2 of append table shop/clicks: batch 4 has read a part of its"
                                + " window [start, sequence 5) again, so rows would be added twice.")
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
        new Rewind(shop.lake).to(Shop.name("clicks"), Optional.empty(), Shop.runId());
        shop.ingest("clicks");
        assertThat(shop.quarantined("clicks")).isEmpty();
        assertThat(replay("clicks")).isEmpty();
        assertThat(shop.curated("clicks", "id", "n")).isEqualTo(shop.query("SELECT id, n FROM clicks"));
    }

    private void assertNotReplayed(String table, String why) {
        long before = shop.state(table).lastBatch();
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> replay(table))
                .withMessage("Cannot replay the quarantine of table shop/" + table + ": " + why)
                .matches(refused -> refused.code() == ErrorCode.SETTINGS_INVALID);
        assertThat(shop.state(table).lastBatch()).isEqualTo(before);
    }

    private static Items codes(String table, boolean ordered) {
        Items item = Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id int not null", "code int", "local timestamp", "ratio double", "updated_at timestamp")
                .column(new ColumnSettings(
                        "hex", ColumnType.of("string"), true, "data", Optional.empty(), Optional.empty()))
                .merge("id");
        return ordered ? item.orderBy("updated_at") : item;
    }

    /** The settings with the letter before the number left out. */
    private static Items mendedCodes(String table, boolean ordered) {
        Items item = Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id int not null")
                .column(new ColumnSettings(
                        "code",
                        ColumnType.of("int"),
                        true,
                        "code",
                        Optional.empty(),
                        Optional.of("cast(replace(code, 'c', '') as int)")))
                .columns("local timestamp", "ratio double", "updated_at timestamp")
                .column(new ColumnSettings(
                        "hex", ColumnType.of("string"), true, "data", Optional.empty(), Optional.empty()))
                .merge("id");
        return ordered ? item.orderBy("updated_at") : item;
    }

    private static Items clicks(String condition) {
        return Items.table("shop/clicks")
                .incremental("id")
                .columns("id bigint not null", "n int")
                .rule("n-allowed", condition)
                .append();
    }

    private List<BatchRecord> replay(String table) {
        return new Replay(shop.lake, RunListener.NONE).run(Shop.name(table), Optional.empty(), Shop.runId());
    }

    private List<BatchRecord> replay(String table, long batch) {
        return new Replay(shop.lake, RunListener.NONE).run(Shop.name(table), Optional.of(batch), Shop.runId());
    }
}
