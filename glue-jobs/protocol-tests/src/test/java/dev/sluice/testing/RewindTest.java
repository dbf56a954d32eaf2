package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Rewind;
import dev.sluice.run.TableOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Reading again what was read: rewinds, backfills and runs that leave the bookmark alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RewindTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void aKeyedTableMergesWhatIsReadAgain() {
        keyed("merged");
        shop.ingest("merged");
        Optional<Position> bookmark = shop.state("merged").position();
        // A change that the bookmark does not show: only reading again brings it.
        shop.source.execute("UPDATE merged SET name = name || '!'");
        BatchRecord entry = rewind("merged", at(2));

        assertThat(entry.kind()).isEqualTo(Kind.REWIND);
        assertThat(entry.batch()).isEqualTo(2);
        assertThat(entry.positionBefore()).isEqualTo(bookmark);
        assertThat(entry.positionAfter()).contains(at(2));
        assertThat(entry.window()).isEqualTo(new Window(Optional.of(at(2)), bookmark));
        assertThat(shop.state("merged").position()).contains(at(2));
        BatchRecord again = shop.ingest("merged");

        assertThat(again.window().from()).contains(at(2));
        assertThat(again.rows()).isEqualTo(3);
        assertThat(shop.curated("merged", "id", "name")).containsExactly("0|n0", "1|n1", "2|n2!", "3|n3!", "4|n4!");
        assertThat(shop.history("merged"))
                .extracting(BatchRecord::kind)
                .containsExactly(Kind.INGEST, Kind.REWIND, Kind.INGEST);
        assertThat(shop.history("merged").get(0)).isEqualTo(again);
        assertThat(shop.run("merged").status()).isEqualTo(TableOutcome.Status.IDLE);
    }

    @Test
    void anAppendTableReplacesWhatIsReadAgain() {
        appended("replaced");
        shop.ingest("replaced");
        shop.source.execute("UPDATE replaced SET name = name || '!'; DELETE FROM replaced WHERE id = 9");
        rewind("replaced", new Position.Sequence(6));
        BatchRecord again = shop.ingest("replaced");

        assertThat(again.rows()).isEqualTo(4);
        assertThat(shop.curated("replaced", "id", "name"))
                .containsExactly("10|n10!", "1|n1", "2|n2", "3|n3", "4|n4", "5|n5", "6|n6!", "7|n7!", "8|n8!");
        assertThat(shop.run("replaced").status()).isEqualTo(TableOutcome.Status.IDLE);
        shop.source.execute("INSERT INTO replaced (name) VALUES ('new')");
        shop.ingest("replaced");
        assertThat(shop.curated("replaced", "id", "name")).hasSize(10).contains("11|new", "1|n1");
    }

    @Test
    void toTheBeginningBuildsCuratedAnew() {
        keyed("rebuilt");
        shop.ingest("rebuilt");
        shop.source.execute("DELETE FROM rebuilt WHERE id = 3");
        shop.register(keyedItem("rebuilt", "id string not null"));
        Failure refused = shop.fail(touched("rebuilt"));
        assertThat(refused.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        assertThat(refused.message())
                .isEqualTo(
                        "Cannot read table shop/rebuilt: its columns are not those of the settings. curated has column"
                                + " id as bigint, the settings declare string; rebuild the table with 'sluice bookmark rewind"
                                + " shop/rebuilt --to-start', or declare bigint");

        BatchRecord entry = new Rewind(shop.lake).to(Shop.name("rebuilt"), Optional.empty(), Shop.runId());
        assertThat(entry.positionAfter()).isEmpty();
        shop.ingest("rebuilt");
        assertThat(shop.curated("rebuilt", "id", "name")).containsExactly("0|touched", "1|n1", "2|n2", "4|n4");
        assertThat(shop.state("rebuilt").columns().get(0).type().ddl()).isEqualTo("string");
    }

    @Test
    void anAppendTableIsBuiltAnewToo() {
        appended("anew");
        shop.ingest("anew");
        shop.source.execute("DELETE FROM anew WHERE id > 3");
        new Rewind(shop.lake).to(Shop.name("anew"), Optional.empty(), Shop.runId());
        shop.ingest("anew");
        assertThat(shop.curated("anew", "id", "name")).containsExactly("1|n1", "2|n2", "3|n3");
    }

    @Test
    void aRewindThatWouldLoseRowsIsRefused() {
        appended("refused");
        assertRefused(
                "refused",
                new Position.Sequence(1),
                "Cannot rewind table shop/refused: it has no batches yet. Run it first");
        shop.ingest("refused");
        assertRefused(
                "refused",
                new Position.Sequence(12),
                "Cannot rewind table shop/refused to sequence 12: its bookmark is at sequence 11, and rows between would"
                        + " be lost. Give an earlier position of that kind");
        assertRefused(
                "refused",
                at(0),
                "Cannot rewind table shop/refused to instant 2026-01-01T12:00:00Z: its bookmark is at sequence 11, and"
                        + " rows between would be lost. Give an earlier position of that kind");
        assertThat(shop.history("refused")).hasSize(1);
        assertThat(shop.state("refused").hold()).isEmpty();

        shop.source.execute("CREATE TABLE whole (id int PRIMARY KEY); INSERT INTO whole VALUES (1)");
        shop.register(Items.table("shop/whole").columns("id int"));
        shop.ingest("whole");
        assertRefused(
                "whole",
                new Position.Sequence(1),
                "Cannot rewind table shop/whole to sequence 1: it has no bookmark. Use --to-start to build it anew");
    }

    @Test
    void aBackfillMergesItsRangeAndLeavesTheBookmark() {
        keyed("filled");
        shop.ingest("filled");
        var before = shop.state("filled");
        shop.source.execute("UPDATE filled SET name = name || '!'");
        BatchRecord batch = shop.ingest(backfill("filled", at(1), at(3)));

        assertThat(batch.kind()).isEqualTo(Kind.BACKFILL);
        assertThat(batch.window()).isEqualTo(new Window(Optional.of(at(1)), Optional.of(at(3))));
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.positionAfter()).isEqualTo(before.position());
        assertThat(shop.state("filled").position()).isEqualTo(before.position());
        assertThat(shop.state("filled").readPoint()).isEqualTo(before.readPoint());
        assertThat(shop.curated("filled", "id", "name")).containsExactly("0|n0", "1|n1!", "2|n2!", "3|n3", "4|n4");
    }

    @Test
    void aBackfillReplacesTheRangeOfAnAppendTableUpToItsBookmark() {
        appended("range");
        shop.ingest("range");
        Optional<Position> bookmark = shop.state("range").position();
        shop.source.execute("UPDATE range SET name = name || '!'; INSERT INTO range (name) VALUES ('late')");
        BatchRecord batch = shop.ingest(backfill("range", new Position.Sequence(9), new Position.Sequence(100)));

        assertThat(batch.window().to()).isEqualTo(bookmark);
        assertThat(shop.state("range").position()).isEqualTo(bookmark);
        assertThat(shop.curated("range", "id", "name")).hasSize(10).contains("8|n8", "9|n9!", "10|n10!");
        shop.ingest("range");
        assertThat(shop.curated("range", "id", "name")).hasSize(11).contains("11|late");
    }

    @Test
    void aBackfillBeforeTheFirstRunDoublesNothing() {
        appended("early");
        shop.ingest(backfill("early", new Position.Sequence(3), new Position.Sequence(6)));
        assertThat(shop.curated("early", "id")).containsExactly("3", "4", "5");
        shop.ingest("early");
        assertThat(shop.curated("early", "id", "name")).isEqualTo(shop.query("SELECT id, name FROM early"));
    }

    @Test
    void aBackfillOfAFullTableIsRefused() {
        shop.source.execute("CREATE TABLE lookup (id int PRIMARY KEY)");
        shop.register(Items.table("shop/lookup").columns("id int"));
        Failure failure = shop.fail(backfill("lookup", new Position.Sequence(1), new Position.Sequence(2)));
        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure.message())
                .isEqualTo(
                        "Cannot backfill table shop/lookup: it is read in full by every run (extract.strategy). Run it"
                                + " without a range");
    }

    @Test
    void withBookmarksDisabledEverythingIsReadAndTheBookmarkStays() {
        keyed("disabled");
        shop.ingest("disabled");
        Optional<Position> bookmark = shop.state("disabled").position();
        shop.source.execute("UPDATE disabled SET name = name || '!'");
        BatchRecord batch = shop.ingest(request("disabled", new JobBookmark.Disabled()));

        assertThat(batch.window()).isEqualTo(Window.ALL);
        assertThat(shop.state("disabled").position()).isEqualTo(bookmark);
        assertThat(shop.curated("disabled", "id", "name")).isEqualTo(shop.query("SELECT id, name FROM disabled"));

        appended("undoubled");
        Failure failure = shop.fail(request("undoubled", new JobBookmark.Disabled()));
        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure.message())
                .isEqualTo(
                        "Cannot run append table shop/undoubled with bookmarks disabled: its rows would be added again."
                                + " Use --backfill-from and --backfill-to, which replace the range");
    }

    @Test
    void aPausedBookmarkReadsWhatCameBetweenTwoRuns() {
        appended("paused");
        BatchRecord first = shop.ingest("paused");
        shop.source.execute("INSERT INTO paused (name) SELECT 'second' FROM generate_series(1, 3)");
        BatchRecord second = shop.ingest("paused");
        shop.source.execute("INSERT INTO paused (name) SELECT 'third' FROM generate_series(1, 3)");
        shop.ingest("paused");
        Optional<Position> bookmark = shop.state("paused").position();
        shop.source.execute("UPDATE paused SET name = name || '!'");
        BatchRecord between = shop.ingest(request("paused", new JobBookmark.Paused(first.runId(), second.runId())));

        assertThat(between.window()).isEqualTo(new Window(first.positionAfter(), second.positionAfter()));
        assertThat(shop.state("paused").position()).isEqualTo(bookmark);
        assertThat(shop.curated("paused", "name")).hasSize(16);
        assertThat(shop.curated("paused", "name").stream().filter(name -> name.endsWith("!")))
                .containsExactly("second!", "second!", "second!");

        Failure failure = shop.fail(request("paused", new JobBookmark.Paused("run-0", second.runId())));
        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure.message())
                .isEqualTo("Cannot pause the bookmark of table shop/paused at run run-0: no batch of that run is in its"
                        + " history. See 'sluice bookmark history shop/paused'");
    }

    /** Rows 0 to 4, stamped an hour apart from noon on. */
    private void keyed(String table) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id bigint PRIMARY KEY, name text, updated_at timestamptz NOT NULL);
                INSERT INTO %1$s SELECT n, 'n' || n, '%2$s'::timestamptz + n * interval '1 hour' FROM generate_series(0, 4) n;
                """
                        .formatted(table, NOON));
        shop.register(keyedItem(table, "id bigint not null"));
    }

    private static Items keyedItem(String table, String id) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns(id, "name string", "updated_at timestamp")
                .merge("id")
                .orderBy("updated_at");
    }

    /** Rows 1 to 10. */
    private void appended(String table) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id bigserial PRIMARY KEY, name text);
                INSERT INTO %1$s (name) SELECT 'n' || n FROM generate_series(1, 10) n;
                """
                        .formatted(table));
        shop.register(Items.table("shop/" + table)
                .incremental("id")
                .columns("id bigint not null", "name string")
                .append());
    }

    /** A table with news, so that its next run reads. */
    private String touched(String table) {
        shop.source.execute("UPDATE " + table + " SET name = 'touched', updated_at = now() WHERE id = 0");
        return table;
    }

    private BatchRecord rewind(String table, Position to) {
        return new Rewind(shop.lake).to(Shop.name(table), Optional.of(to), Shop.runId());
    }

    private void assertRefused(String table, Position to, String message) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> rewind(table, to))
                .withMessage(message)
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
    }

    private static Position at(int hours) {
        return new Position.At(NOON.plusSeconds(3600L * hours));
    }

    private static IngestRequest backfill(String table, Position from, Position to) {
        return new IngestRequest(
                Shop.runId(),
                List.of(Shop.name(table)),
                new JobBookmark.Enabled(),
                Optional.of(new Window(Optional.of(from), Optional.of(to))));
    }

    private static IngestRequest request(String table, JobBookmark bookmark) {
        return new IngestRequest(Shop.runId(), List.of(Shop.name(table)), bookmark, Optional.empty());
    }
}
