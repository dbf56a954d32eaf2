package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Position;
import dev.sluice.run.Rewind;
import dev.sluice.run.TableOutcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows that a bookmark does not tell apart, or that have none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookmarkTiesTest {

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void rowsWithoutABookmarkAreReadByEveryRunOfAKeyedTable() {
        shop.source.execute(
                """
                CREATE TABLE loose (id int PRIMARY KEY, name text, updated_at timestamptz);
                INSERT INTO loose VALUES (1, 'a', now() - interval '1 hour'), (2, 'b', NULL);
                """);
        shop.register(Items.table("shop/loose")
                .incremental("updated_at")
                .columns("id int not null", "name string", "updated_at timestamp")
                .merge("id"));
        shop.ingest("loose");
        shop.source.execute("UPDATE loose SET name = name || '!'");
        BatchRecord batch = shop.ingest("loose");

        assertThat(batch.rows()).isEqualTo(1);
        assertThat(shop.curated("loose", "id", "name")).containsExactly("1|a", "2|b!");
        shop.source.execute("UPDATE loose SET updated_at = now() - interval '1 hour'");
        assertThat(shop.run("loose").status()).isEqualTo(TableOutcome.Status.IDLE);
    }

    @Test
    void rowsWithoutABookmarkAreRefusedByAnAppendTable() {
        shop.source.execute(
                """
                CREATE TABLE nameless (name text, at timestamptz);
                INSERT INTO nameless VALUES ('a', now() - interval '1 hour'), ('b', NULL), ('c', NULL);
                """);
        shop.register(Items.table("shop/nameless")
                .incremental("at")
                .columns("name string", "at timestamp")
                .append());
        Failure failure = shop.fail("nameless");

        assertThat(failure.code()).isEqualTo(ErrorCode.BOOKMARK_UNUSABLE);
        assertThat(failure.message())
                .isEqualTo(
                        "Cannot read table shop/nameless row by row once: 2 rows have NULL in bookmark column at. Make"
                                + " the column NOT NULL with a default, read a query with coalesce as extract.relation, or set"
                                + " curate.mode to merge");
        shop.source.execute("DELETE FROM nameless WHERE at IS NULL");
        shop.ingest("nameless");
        shop.source.execute("INSERT INTO nameless VALUES ('late', NULL)");
        assertThat(shop.fail("nameless").message()).contains("1 row has NULL in bookmark column at");
        assertThat(shop.curated("nameless", "name")).containsExactly("a");
    }

    @Test
    void rowsOfOneStampAreReadThoughTheyCommitInDifferentTransactions() {
        shop.source.execute(
                """
                CREATE TABLE tied (id int PRIMARY KEY, day date NOT NULL);
                INSERT INTO tied SELECT n, (now() AT TIME ZONE 'UTC')::date FROM generate_series(1, 30) n;
                """);
        shop.register(Items.table("shop/tied")
                .incremental("day")
                .columns("id int not null", "day date")
                .merge("id"));
        shop.ingest("tied");
        shop.source.execute(
                "INSERT INTO tied SELECT n, (now() AT TIME ZONE 'UTC')::date FROM generate_series(31, 60) n");
        shop.ingest("tied");
        assertThat(shop.curated("tied", "id")).isEqualTo(shop.query("SELECT id FROM tied"));
    }

    @Test
    void aBookmarkOnTheStampOfManyRowsTakesThemAllAndOnce() {
        shop.source.execute(
                """
                CREATE TABLE bulk (id int, at timestamptz NOT NULL);
                INSERT INTO bulk SELECT n, '2026-01-01 00:00:00.000001Z' FROM generate_series(1, 20) n;
                INSERT INTO bulk SELECT n, '2026-01-01 00:00:00.000002Z' FROM generate_series(21, 40) n;
                """);
        shop.register(Items.table("shop/bulk")
                .incremental("at")
                .columns("id int not null", "at timestamp")
                .append());
        shop.ingest("bulk");
        Position tie = new Position.At(Instant.parse("2026-01-01T00:00:00.000002Z"));
        new Rewind(shop.lake).to(Shop.name("bulk"), Optional.of(tie), Shop.runId());
        BatchRecord batch = shop.ingest("bulk");

        assertThat(batch.rows()).isEqualTo(20);
        assertThat(batch.min()).contains(tie);
        assertThat(shop.curated("bulk", "id")).isEqualTo(shop.query("SELECT id FROM bulk"));
    }

    @Test
    void aSequenceWithGapsIsReadOnceWhereverItStops() {
        shop.source.execute(
                """
                CREATE TABLE gaps (id bigserial PRIMARY KEY, name text);
                INSERT INTO gaps (name) SELECT 'n' || n FROM generate_series(1, 20) n;
                DELETE FROM gaps WHERE id % 3 = 0;
                SELECT setval('gaps_id_seq', 1000);
                """);
        shop.register(Items.table("shop/gaps")
                .incremental("id")
                .columns("id bigint not null", "name string")
                .append());
        BatchRecord first = shop.ingest("gaps");
        assertThat(first.positionAfter()).contains(new Position.Sequence(21));
        // What lies in a gap was given up by its transaction, so nothing comes there; what comes lies beyond.
        shop.source.execute("INSERT INTO gaps (name) VALUES ('beyond'); SELECT setval('gaps_id_seq', 5000)");
        shop.source.execute("INSERT INTO gaps (name) VALUES ('far beyond')");
        BatchRecord second = shop.ingest("gaps");

        assertThat(second.rows()).isEqualTo(2);
        assertThat(second.positionAfter()).contains(new Position.Sequence(5002));
        assertThat(shop.curated("gaps", "id", "name")).isEqualTo(shop.query("SELECT id, name FROM gaps"));
        assertThat(shop.run("gaps").status()).isEqualTo(TableOutcome.Status.IDLE);
    }
}
