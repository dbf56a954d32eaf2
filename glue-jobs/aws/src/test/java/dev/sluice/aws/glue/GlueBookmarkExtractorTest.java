package dev.sluice.aws.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.util.Job;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.TestSpark;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueBookmarkExtractorTest {

    private static final BookmarkSettings BY_GLUE = new BookmarkSettings(
            List.of("id"),
            BookmarkSettings.Engine.GLUE,
            BookmarkSettings.StampedBy.SERVER,
            Duration.ZERO,
            BookmarkSettings.DEFAULT_SETTLE);

    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static GlueContext context;

    private final Database database = PostgresServer.newDatabase("glue");
    private final String job = "job-" + UUID.randomUUID();
    private final GlueBookmarks bookmarks = new GlueBookmarks();

    @BeforeAll
    static void startSpark() {
        spark = TestSpark.session();
        spark.conf().set("spark.glue.local.bookmarks", folder.toString());
        context = new GlueContext(spark.sparkContext());
    }

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, token uuid, price numeric(10,2), \"At\" timestamptz);"
                        + "INSERT INTO orders SELECT i, gen_random_uuid(), i / 4.0, '2026-01-01Z' FROM generate_series(1, 10) i");
    }

    @Test
    void aCommittedRunsRowsAreNotReadAgainAndThoseOfAnUncommittedOneAre() {
        assertThat(readInNewRun(item().build())).isEqualTo(10);
        assertThat(readInNewRun(item().build())).isEqualTo(10);
        Job.commit();
        assertThat(readInNewRun(item().build())).isZero();

        database.execute("INSERT INTO orders VALUES (11, NULL, NULL, NULL)");
        assertThat(readInNewRun(item().build())).isEqualTo(1);
    }

    @Test
    void rowsComeInTheRawTypesOfTheSourcesDescription() {
        init();
        try (Extraction extraction = open(item().build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, Window.ALL);
            assertThat(snapshot.table()).isEqualTo(extraction.describe());
            assertThat(rows.schema().toDDL())
                    .isEqualTo(
                            "id BIGINT,token STRING,price DECIMAL(10,2),At TIMESTAMP,_sluice_unrepresentable STRING");
            assertThat(rows.filter("id = 2 AND price = 0.5 AND `At` IS NOT NULL AND length(token) = 36")
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void aFilterHoldsForEveryRowAndManyReadersReadEachOnce() {
        TableSettings filtered =
                item().filter("price > 1 OR id = 1").parallelism(3).build();

        assertThat(readInNewRun(filtered)).isEqualTo(7);
        Job.commit();
        database.execute("INSERT INTO orders VALUES (11, NULL, 5, NULL), (12, NULL, 0.5, NULL)");
        assertThat(readInNewRun(filtered)).isEqualTo(1);
    }

    @Test
    void theBoundIsGluesToKnow() {
        init();
        try (Extraction extraction = open(item().build())) {
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.GLUE);
            assertThat(bound.position()).isEmpty();
            assertThat(extraction.hasNews(Window.ALL)).isEqualTo(Extraction.News.SOME);
            assertThat(extraction.promise().guarantee()).isEqualTo(Bound.Guarantee.GLUE);
        }
    }

    @Test
    void aQueryIsRefused() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> open(item().query("SELECT 1 AS id").build()))
                .withMessageStartingWith(
                        "Cannot read table shop/orders by Glue's bookmarks (extract.bookmark.engine): it is a query.")
                .matches(refused -> refused.code() == ErrorCode.SETTINGS_INVALID);
    }

    @Test
    void aContainerWhichForgetsItsBookmarksReadsNothingByThem() {
        System.setProperty(GlueBookmarkExtractor.FORGOTTEN, "true");
        try {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> open(item().build()))
                    .withMessageContaining("shop/orders")
                    .withMessageEndingWith("Set the engine to sluice, or let Glue ingest the source.")
                    .matches(refused -> refused.code() == ErrorCode.SETTINGS_INVALID);
        } finally {
            System.clearProperty(GlueBookmarkExtractor.FORGOTTEN);
        }
    }

    @Test
    void theStateIsSavedOnlyWhereEachTableThatWasReadByGlueSucceeded() {
        readInNewRun(item().build());
        TableName read = new TableName("shop", "orders");
        TableName other = new TableName("shop", "customers");

        assertThat(bookmarks.decide(report(read, other))).isEqualTo(GlueBookmarks.Decision.COMMIT);
        assertThat(bookmarks.decide(report(other, read))).isEqualTo(GlueBookmarks.Decision.LEAVE);
        assertThat(new GlueBookmarks().decide(report(other, read))).isEqualTo(GlueBookmarks.Decision.COMMIT);
    }

    @Test
    void contextsOfDifferentTablesDiffer() {
        assertThat(GlueBookmarks.context(new TableName("shop", "orders"))).isEqualTo("shop_2f_orders");
        assertThat(List.of(
                        GlueBookmarks.context(new TableName("a-b", "c")),
                        GlueBookmarks.context(new TableName("a_b", "c")),
                        GlueBookmarks.context(new TableName("a", "b_c")),
                        GlueBookmarks.context(new TableName("a", "b-c"))))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Za-z0-9_]+"));
    }

    private static Items item() {
        return Items.table("shop/orders")
                .incremental(BY_GLUE)
                .columns("id bigint")
                .merge("id");
    }

    private long readInNewRun(TableSettings table) {
        init();
        try (Extraction extraction = open(table);
                Snapshot snapshot = extraction.openSnapshot()) {
            return snapshot.read(spark, Window.ALL).count();
        }
    }

    private void init() {
        Job.init(job, context, Map.of("job-bookmark-option", "job-bookmark-enable"));
    }

    private Extraction open(TableSettings table) {
        return new GlueBookmarkExtractor(() -> context, new JdbcExtractor(), bookmarks, Clock.systemUTC())
                .open(
                        new SourceSettings(
                                "shop",
                                1,
                                SourceKind.POSTGRESQL,
                                new ConnectionSettings.Jdbc(database.endpoint().url(), Optional.empty()),
                                ZoneOffset.UTC,
                                1),
                        any -> database.endpoint(),
                        table);
    }

    private static RunReport report(TableName succeeded, TableName failed) {
        return new RunReport(
                "run",
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(
                        new TableOutcome(
                                succeeded,
                                TableOutcome.Status.INGESTED,
                                Optional.empty(),
                                List.of(),
                                Duration.ZERO,
                                Optional.empty()),
                        new TableOutcome(
                                failed,
                                TableOutcome.Status.FAILED,
                                Optional.empty(),
                                List.of(),
                                Duration.ZERO,
                                Optional.of(new Failure(ErrorCode.FAILED, "Cannot", "run", Instant.EPOCH)))));
    }
}
