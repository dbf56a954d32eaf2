package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every version of a row with the time it held, whatever comes late, twice or out of order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryTest {

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void anUpdateEndsTheVersionBeforeAndAnUnchangedRowMakesNone() {
        stamped("updated", "(1, 'a', '2026-01-01 00:00Z'), (2, 'b', '2026-01-02 00:00Z')");
        shop.ingest("updated");
        shop.source.execute("UPDATE updated SET name = 'a2', updated_at = now() WHERE id = 1");
        String second = stamp("updated", 1);
        BatchRecord batch = shop.ingest("updated");

        assertThat(versions("updated"))
                .containsExactly(
                        "1|a2|" + second + "|∅|true",
                        "1|a|2026-01-01 00:00:00|" + second + "|false",
                        "2|b|2026-01-02 00:00:00|∅|true");
        assertThat(batch.rows()).isEqualTo(1);

        new Rewind(shop.lake)
                .to(Shop.name("updated"), Optional.of(Position.parse("instant 2026-01-01T00:00:00Z")), Shop.runId());
        List<String> before = recorded("updated");
        assertThat(shop.ingest("updated").rows()).isEqualTo(2);
        assertThat(recorded("updated")).isEqualTo(before);
        assertThat(shop.run("updated").status()).isEqualTo(TableOutcome.Status.IDLE);
    }

    @Test
    void lateAndOutOfOrderChangesLandInTheirInterval() {
        log("late");
        happened("late", "(1, 'c', '2026-01-03 00:00Z'), (1, 'a', '2026-01-01 00:00Z')");
        shop.ingest("late");
        assertThat(versions("late"))
                .containsExactly("1|a|2026-01-01 00:00:00|2026-01-03 00:00:00|false", "1|c|2026-01-03 00:00:00|∅|true");
        happened("late", "(1, 'b', '2026-01-02 00:00Z'), (1, 'z', '2025-12-31 00:00Z'), (2, 'n', '2026-01-01 00:00Z')");
        shop.ingest("late");
        assertThat(versions("late"))
                .containsExactly(
                        "1|a|2026-01-01 00:00:00|2026-01-02 00:00:00|false",
                        "1|b|2026-01-02 00:00:00|2026-01-03 00:00:00|false",
                        "1|c|2026-01-03 00:00:00|∅|true",
                        "1|z|2025-12-31 00:00:00|2026-01-01 00:00:00|false",
                        "2|n|2026-01-01 00:00:00|∅|true");
    }

    @Test
    void ofOneBeginningTheLastReadWinsAndInOneBatchTheLastInOrder() {
        log("ties");
        happened("ties", "(1, 'first', '2026-01-01 00:00Z'), (1, 'second', '2026-01-01 00:00Z')");
        shop.ingest("ties");
        assertThat(versions("ties")).containsExactly("1|second|2026-01-01 00:00:00|∅|true");
        happened("ties", "(1, 'third', '2026-01-01 00:00Z')");
        shop.ingest("ties");
        assertThat(versions("ties")).containsExactly("1|third|2026-01-01 00:00:00|∅|true");
    }

    /** The history is the same however the changes are dealt out to batches. */
    @Test
    void anyOrderOfArrivalLeadsToOneHistory() {
        log("shuffled");
        Random random = new Random(20260101);
        List<String> events = new ArrayList<>();
        for (int event = 0; event < 120; event++) {
            events.add("(%d, 'v%d', '2026-01-01 00:00Z'::timestamptz + interval '%d hours')"
                    .formatted(random.nextInt(7), event, event));
        }
        Collections.shuffle(events, random);
        for (int from = 0; from < events.size(); from += 24) {
            happened("shuffled", String.join(", ", events.subList(from, from + 24)));
            shop.ingest("shuffled");
        }
        assertThat(versions("shuffled"))
                .hasSize(120)
                .isEqualTo(
                        shop.query(
                                """
                                SELECT key, name, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                                    to_char(lead(at) OVER w AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                                    CASE WHEN lead(at) OVER w IS NULL THEN 'true' ELSE 'false' END
                                FROM shuffled WINDOW w AS (PARTITION BY key ORDER BY at)
                                """));
    }

    @Test
    void aFullReadEndsWhatTheSourceNoLongerHas() {
        shop.source.execute(
                "CREATE TABLE full_read (id int PRIMARY KEY, name text); INSERT INTO full_read VALUES (1, 'a'), (2, 'b')");
        shop.register(Items.table("shop/full_read")
                .columns("id int not null", "name string")
                .history(Optional.empty(), "id"));
        BatchRecord first = shop.ingest("full_read");
        shop.source.execute("DELETE FROM full_read WHERE id = 1");
        BatchRecord second = shop.ingest("full_read");
        shop.source.execute("INSERT INTO full_read VALUES (1, 'a')");
        BatchRecord third = shop.ingest("full_read");
        shop.source.execute("UPDATE full_read SET name = 'b2' WHERE id = 2");
        BatchRecord fourth = shop.ingest("full_read");
        shop.ingest("full_read");

        assertThat(versions("full_read"))
                .containsExactly(
                        "1|a|" + at(first) + "|" + at(second) + "|false",
                        "1|a|" + at(third) + "|∅|true",
                        "2|b2|" + at(fourth) + "|∅|true",
                        "2|b|" + at(first) + "|" + at(fourth) + "|false");
    }

    @Test
    void aFullReadTakesTheSourceAtItsWordWhateverTheStamp() {
        shop.source.execute(
                """
                CREATE TABLE restored (id int PRIMARY KEY, name text, updated_at timestamptz);
                INSERT INTO restored VALUES (1, 'new', '2026-02-01 00:00Z'), (2, 'ahead', '2036-01-01 00:00Z'),
                    (3, 'kept', '2026-01-01 00:00Z');
                """);
        shop.register(Items.table("shop/restored")
                .columns("id int not null", "name string", "updated_at timestamp not null")
                .history(Optional.of("updated_at"), "id"));
        shop.ingest("restored");
        // A backup comes back with earlier stamps, and a row that was stamped ahead of time goes.
        shop.source.execute("UPDATE restored SET name = 'old', updated_at = '2026-01-01 00:00Z' WHERE id = 1;"
                + " DELETE FROM restored WHERE id = 2");
        BatchRecord second = shop.ingest("restored");
        List<String> after = versions("restored");
        assertThat(after)
                .containsExactly(
                        "1|new|2026-02-01 00:00:00|" + at(second) + "|false",
                        "1|old|" + at(second) + "|∅|true",
                        "2|ahead|2036-01-01 00:00:00|2036-01-01 00:00:00.000001|false",
                        "3|kept|2026-01-01 00:00:00|∅|true");
        shop.ingest("restored");
        assertThat(versions("restored")).isEqualTo(after);
    }

    @Test
    void aQuarantinedRowThatIsTakenInAgainGetsItsOwnInterval() {
        log("replayed");
        Items item = logItem("replayed").rule("known", "name <> 'bad'");
        shop.register(item);
        happened("replayed", "(1, 'a', '2026-01-01 00:00Z'), (1, 'bad', '2026-01-02 00:00Z')");
        shop.ingest("replayed");
        happened("replayed", "(1, 'c', '2026-01-03 00:00Z')");
        shop.ingest("replayed");
        assertThat(versions("replayed"))
                .containsExactly("1|a|2026-01-01 00:00:00|2026-01-03 00:00:00|false", "1|c|2026-01-03 00:00:00|∅|true");
        shop.register(logItem("replayed"));
        new Replay(shop.lake, RunListener.NONE).run(Shop.name("replayed"), Optional.empty(), Shop.runId());
        assertThat(versions("replayed"))
                .containsExactly(
                        "1|a|2026-01-01 00:00:00|2026-01-02 00:00:00|false",
                        "1|bad|2026-01-02 00:00:00|2026-01-03 00:00:00|false",
                        "1|c|2026-01-03 00:00:00|∅|true");
    }

    @Test
    void aRewindToTheBeginningKeepsVersionsAndEndsWhatIsGone() {
        stamped("kept", "(1, 'a', '2026-01-01 00:00Z'), (2, 'b', '2026-01-02 00:00Z')");
        shop.ingest("kept");
        shop.source.execute(
                "UPDATE kept SET name = 'a2', updated_at = now() WHERE id = 1; DELETE FROM kept WHERE id = 2");
        String second = stamp("kept", 1);
        shop.ingest("kept");
        new Rewind(shop.lake).to(Shop.name("kept"), Optional.empty(), Shop.runId());
        BatchRecord again = shop.ingest("kept");
        assertThat(versions("kept"))
                .containsExactly(
                        "1|a2|" + second + "|∅|true",
                        "1|a|2026-01-01 00:00:00|" + second + "|false",
                        "2|b|2026-01-02 00:00:00|" + at(again) + "|false");

        new Rewind(shop.lake).discardingHistory(Shop.name("kept"), Shop.runId());
        shop.ingest("kept");
        assertThat(versions("kept")).containsExactly("1|a2|" + second + "|∅|true");
    }

    @Test
    void aBackfillMergesAndEndsNothing() {
        stamped("filled", "(1, 'a', '2026-01-01 00:00Z'), (2, 'b', '2026-01-02 00:00Z')");
        shop.ingest("filled");
        shop.source.execute("DELETE FROM filled WHERE id = 1; INSERT INTO filled VALUES (3, 'c', '2026-01-01 12:00Z')");
        shop.ingest(new IngestRequest(
                Shop.runId(),
                List.of(Shop.name("filled")),
                new JobBookmark.Enabled(),
                Optional.of(new Window(
                        Optional.of(Position.parse("instant 2026-01-01T00:00:00Z")),
                        Optional.of(Position.parse("instant 2026-01-02T00:00:00Z"))))));
        assertThat(versions("filled"))
                .containsExactly(
                        "1|a|2026-01-01 00:00:00|∅|true",
                        "2|b|2026-01-02 00:00:00|∅|true",
                        "3|c|2026-01-01 12:00:00|∅|true");
    }

    @Test
    void aColumnThatIsGainedIsFilledInTheVersionsTheSourceStillHas() {
        stamped("gained", "(1, 'a', '2026-01-01 00:00Z')");
        shop.ingest("gained");
        shop.source.execute("UPDATE gained SET name = 'a2', updated_at = now()");
        shop.ingest("gained");
        shop.source.execute("ALTER TABLE gained ADD COLUMN colour text DEFAULT 'red'");
        shop.register(stampedItem("gained").column(ColumnSettings.plain("colour", ColumnType.of("string"))));
        shop.source.execute("INSERT INTO gained VALUES (2, 'b', now())");
        shop.ingest("gained");
        assertThat(shop.curated("gained", "id", "name", "colour", "_is_current"))
                .containsExactly("1|a2|red|true", "1|a|∅|false", "2|b|red|true");
    }

    @Test
    void settingsThatTheVersionsRestOnCannotChangeUnnoticed() {
        stamped("changed", "(1, 'a', '2026-01-01 00:00Z')");
        shop.ingest("changed");
        shop.register(stampedItem("changed").merge("id"));
        Failure mode = shop.fail("changed");
        assertThat(mode.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
        assertThat(mode.message()).contains("curate.mode changed since batch 1");
        new Rewind(shop.lake).to(Shop.name("changed"), Optional.empty(), Shop.runId());
        assertThat(shop.fail("changed").message())
                .isEqualTo("Cannot add to the history of table shop/changed: curate.mode changed, and the source cannot"
                        + " bring its versions again. Register the former settings, or give the history up with 'sluice"
                        + " bookmark rewind shop/changed --to-start --discard-history'");
        shop.register(stampedItem("changed").history(Optional.of("updated_at"), "id", "name"));
        assertThat(shop.fail("changed").message()).contains("curate.primary-key changed, and the source cannot");

        new Rewind(shop.lake).discardingHistory(Shop.name("changed"), Shop.runId());
        shop.register(stampedItem("changed").merge("id"));
        shop.ingest("changed");
        assertThat(shop.state("changed").columns())
                .extracting(column -> column.name())
                .containsExactly("id", "name", "updated_at");

        shop.register(stampedItem("changed"));
        assertThat(shop.fail("changed").message()).contains("curate.mode changed since batch 4");
        new Rewind(shop.lake)
                .to(Shop.name("changed"), Optional.of(Position.parse("instant 2026-01-01T00:00:00Z")), Shop.runId());
        assertThat(shop.fail("changed").message()).contains("curated keeps no versions yet");
    }

    /** A table of rows with a stamp, in mode history. */
    private void stamped(String table, String rows) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id int PRIMARY KEY, name text, updated_at timestamptz NOT NULL);
                INSERT INTO %1$s VALUES %2$s;
                """
                        .formatted(table, rows));
        shop.register(stampedItem(table));
    }

    private static Items stampedItem(String table) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id int not null", "name string", "updated_at timestamp not null")
                .history(Optional.of("updated_at"), "id");
    }

    /** A log of changes, read by the order they came in, valid from the time they happened at. */
    private void log(String table) {
        shop.source.execute("CREATE TABLE %s (seq bigserial PRIMARY KEY, key int, name text, at timestamptz NOT NULL)"
                .formatted(table));
        shop.register(logItem(table));
    }

    private static Items logItem(String table) {
        return Items.table("shop/" + table)
                .incremental("seq")
                .columns("seq bigint not null", "key int not null", "name string", "at timestamp not null")
                .history(Optional.of("at"), "key")
                .orderBy("seq");
    }

    private void happened(String table, String rows) {
        shop.source.execute("INSERT INTO " + table + " (key, name, at) VALUES " + rows);
    }

    private String stamp(String table, int id) {
        return shop.query("SELECT to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.FF6') FROM " + table
                        + " WHERE id = " + id)
                .get(0)
                .replaceAll("\\.?0+$", "");
    }

    private static String at(BatchRecord batch) {
        return batch.readPoint()
                .truncatedTo(java.time.temporal.ChronoUnit.MICROS)
                .atZone(java.time.ZoneOffset.UTC)
                .format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS"))
                .replaceAll("\\.?0+$", "");
    }

    private List<String> versions(String table) {
        String key = shop.state(table).columns().get(0).name().equals("seq") ? "key" : "id";
        return shop.curated(table, key, "name", "_valid_from", "_valid_to", "_is_current");
    }

    private List<String> recorded(String table) {
        return shop.curated(table, "id", "name", "_valid_from", "_valid_to", "_recorded_at");
    }
}
