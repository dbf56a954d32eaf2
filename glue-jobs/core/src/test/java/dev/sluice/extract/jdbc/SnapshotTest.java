package dev.sluice.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static TestSource source;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws Exception {
        source = new TestSource();
        spark = TestSource.spark();
    }

    @AfterAll
    static void stop() throws Exception {
        spark.stop();
        source.close();
    }

    private static Extraction open(TableSettings table) {
        return new JdbcExtractor().open(TestSource.SOURCE, any -> source.endpoint(), table);
    }

    private static Window from(String instant) {
        return new Window(Optional.of(new Position.At(Instant.parse(instant))), Optional.empty());
    }

    private static Window range(String from, String to) {
        return new Window(
                Optional.of(new Position.At(Instant.parse(from))), Optional.of(new Position.At(Instant.parse(to))));
    }

    private static List<Long> ids(Dataset<Row> rows) {
        return rows.select("id").collectAsList().stream()
                .map(row -> row.getLong(0))
                .sorted()
                .collect(Collectors.toList());
    }

    @Test
    void readersSeeTheSnapshotAndNoLaterCommit() throws Exception {
        source.execute(
                "CREATE TABLE stable (id bigint PRIMARY KEY, label text)",
                "INSERT INTO stable SELECT i, repeat('x', 200) FROM generate_series(1, 2000) i");
        try (Extraction extraction =
                        open(TestSource.table("stable").parallelism(3).build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, Window.ALL);
            source.execute(
                    "INSERT INTO stable VALUES (3000, 'late')",
                    "DELETE FROM stable WHERE id <= 100",
                    "UPDATE stable SET label = 'changed' WHERE id BETWEEN 101 AND 200");
            assertThat(rows.rdd().getNumPartitions()).isEqualTo(3);
            assertThat(rows.count()).isEqualTo(2000);
            assertThat(rows.where("label <> repeat('x', 200)").count()).isZero();
            assertThat(rows.columns()).containsExactly("id", "label", Snapshot.UNREPRESENTABLE);
        }
        try (Extraction extraction = open(TestSource.table("stable").build());
                Snapshot snapshot = extraction.openSnapshot()) {
            assertThat(snapshot.read(spark, Window.ALL).count()).isEqualTo(1901);
        }
    }

    @Test
    void rangesOfPagesHoldEachRowOnce() throws Exception {
        source.execute(
                "CREATE TABLE pages (id bigint, pad text) WITH (fillfactor = 50)",
                "INSERT INTO pages SELECT i, repeat('p', 100) FROM generate_series(1, 5000) i",
                "UPDATE pages SET pad = 'again' WHERE id % 3 = 0");
        try (Extraction extraction = open(TestSource.table("pages")
                        .parallelism(4)
                        .filter("id > 10 -- few")
                        .build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, Window.ALL);
            assertThat(rows.rdd().getNumPartitions()).isEqualTo(4);
            assertThat(ids(rows)).hasSize(4990).doesNotHaveDuplicates();
        }
    }

    @Test
    void rangesOfTheBookmarkHoldEachRowOnceNullsIncluded() throws Exception {
        source.execute(
                "CREATE TABLE ranged (id bigint PRIMARY KEY, updated_at timestamptz)",
                "CREATE INDEX ON ranged (updated_at)",
                "INSERT INTO ranged SELECT i, '2026-01-01Z'::timestamptz + i * interval '1 minute' FROM generate_series(1, 3000) i",
                "INSERT INTO ranged SELECT i, NULL FROM generate_series(3001, 3010) i");
        try (Extraction extraction = open(TestSource.table("ranged")
                        .bookmark("updated_at")
                        .parallelism(3)
                        .build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, from("2026-01-01T16:40:00Z"));
            assertThat(rows.rdd().getNumPartitions()).isEqualTo(3);
            assertThat(ids(rows)).hasSize(2001 + 10).doesNotHaveDuplicates().startsWith(1000L);
            assertThat(ids(snapshot.read(spark, range("2026-01-01T00:01:00Z", "2026-01-01T00:03:00Z"))))
                    .containsExactly(1L, 2L);
            assertThat(ids(snapshot.read(spark, Window.ALL))).hasSize(3010).doesNotHaveDuplicates();
        }
    }

    @Test
    void severalBookmarkColumnsCountByTheGreatest() throws Exception {
        source.execute(
                "CREATE TABLE twice (id bigint PRIMARY KEY, created timestamptz, changed timestamptz)",
                "INSERT INTO twice VALUES (1, '2026-01-01Z', NULL), (2, '2026-01-01Z', '2026-01-05Z'),"
                        + " (3, NULL, '2026-01-03Z'), (4, NULL, NULL), (5, '2026-01-09Z', '2026-01-02Z')");
        try (Extraction extraction = open(
                        TestSource.table("twice").bookmark("created", "changed").build());
                Snapshot snapshot = extraction.openSnapshot()) {
            assertThat(ids(snapshot.read(spark, range("2026-01-02T00:00:00Z", "2026-01-06T00:00:00Z"))))
                    .containsExactly(2L, 3L);
            assertThat(ids(snapshot.read(spark, from("2026-01-05T00:00:00Z")))).containsExactly(2L, 4L, 5L);
        }
    }

    @Test
    void queriesAndViewsAreReadLikeTables() throws Exception {
        source.execute(
                "CREATE TABLE base (id bigint PRIMARY KEY, price numeric(10,2), at timestamptz NOT NULL)",
                "INSERT INTO base SELECT i, i / 4.0, '2026-01-01Z'::timestamptz + i * interval '1 day' FROM generate_series(1, 20) i",
                "CREATE VIEW base_view AS SELECT * FROM base");
        for (TableSettings table : List.of(
                TestSource.table("base_view").bookmark("at").parallelism(2).build(),
                TestSource.table("q")
                        .query("SELECT id, price, at FROM base -- all of it")
                        .bookmark("at")
                        .build())) {
            try (Extraction extraction = open(table);
                    Snapshot snapshot = extraction.openSnapshot()) {
                assertThat(snapshot.table().columns())
                        .extracting(column -> column.rawType().ddl())
                        .containsExactly("bigint", "decimal(10,2)", "timestamp");
                assertThat(ids(snapshot.read(spark, from("2026-01-11T00:00:00Z"))))
                        .hasSize(11);
            }
        }
    }

    @Test
    void aRowWithoutABookmarkIsRefusedWhereRowsAreReadOnce() throws Exception {
        source.execute(
                "CREATE TABLE logged (id bigint, at timestamptz)",
                "INSERT INTO logged VALUES (1, '2026-01-01Z'), (2, NULL), (3, NULL)");
        Window closed = range("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        try (Extraction extraction =
                open(TestSource.table("logged").bookmark("at").append().build())) {
            assertThatThrownBy(() -> extraction.hasNews(closed))
                    .hasMessage("Cannot read table shop/logged row by row once: 2 rows have NULL in bookmark column at."
                            + " Make the column NOT NULL with a default, read a query with coalesce as"
                            + " extract.relation, or set curate.mode to merge");
            try (Snapshot snapshot = extraction.openSnapshot()) {
                assertThatThrownBy(() -> snapshot.read(spark, closed))
                        .hasMessageContaining("2 rows have NULL in bookmark column at");
                assertThat(ids(snapshot.read(spark, Window.ALL))).containsExactly(1L, 2L, 3L);
            }
        }
        try (Extraction extraction =
                open(TestSource.table("logged").bookmark("at").build())) {
            assertThat(extraction.hasNews(from("2030-01-01T00:00:00Z"))).isEqualTo(Extraction.News.SOME);
            assertThat(extraction.hasNews(range("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z")))
                    .isEqualTo(Extraction.News.NONE);
        }
    }

    @Test
    void rowsComeByFetchSize() throws Exception {
        source.execute(
                "CREATE TABLE wide (id bigint, pad text)",
                "INSERT INTO wide SELECT i, repeat(md5(i::text), 32) FROM generate_series(1, 300000) i");
        // 300 MB of text, of which the heap could not hold a whole result twice over.
        try (Extraction extraction = open(
                        TestSource.table("wide").parallelism(2).fetchSize(500).build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, Window.ALL);
            Runtime runtime = Runtime.getRuntime();
            assertThat(rows.selectExpr("sum(length(pad))").head().getLong(0)).isEqualTo(300_000L * 1024);
            assertThat(runtime.totalMemory()).isLessThan(700L << 20);
        }
    }

    @Test
    void aTruncationWaitsForTheSnapshotToEnd() throws Exception {
        source.execute("CREATE TABLE kept (id bigint)", "INSERT INTO kept VALUES (1), (2)");
        try (Extraction extraction = open(TestSource.table("kept").build());
                Snapshot snapshot = extraction.openSnapshot();
                Connection other = source.connect();
                Statement statement = other.createStatement()) {
            statement.execute("SET lock_timeout = '200ms'");
            assertThatThrownBy(() -> statement.execute("TRUNCATE kept")).hasMessageContaining("lock timeout");
            assertThat(snapshot.read(spark, Window.ALL).count()).isEqualTo(2);
        }
    }
}
