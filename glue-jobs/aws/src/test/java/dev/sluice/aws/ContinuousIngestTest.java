package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.SluiceException;
import dev.sluice.run.Cadence;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The ingest that goes on and on in one job run, while its source, its settings and its tables change. */
class ContinuousIngestTest extends JobsOnOneMachine {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void runsFollowEachOtherUntilNoTableCanGoOn() throws Exception {
        Database shop = PostgresServer.newDatabase("shop");
        Database warehouse = PostgresServer.newDatabase("warehouse");
        shop.execute("CREATE TABLE orders (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL);"
                + "CREATE TABLE late (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL);"
                + "CREATE TABLE lines (id bigint PRIMARY KEY);"
                + "INSERT INTO orders SELECT i, now() - interval '1 hour' FROM generate_series(1, 100) i");
        register("shop", shop);
        register("warehouse", warehouse);
        settings.register(table("orders").build(), Existing.REFUSE);
        settings.register(
                Items.table("shop/lines")
                        .columns("id bigint not null")
                        .incremental(new BookmarkSettings(
                                List.of("id"),
                                BookmarkSettings.Engine.GLUE,
                                BookmarkSettings.StampedBy.SERVER,
                                Duration.ZERO,
                                BookmarkSettings.DEFAULT_SETTLE))
                        .merge("id")
                        .build(),
                Existing.REFUSE);

        CompletableFuture<Void> job = CompletableFuture.runAsync(() -> IngestJob.main(arguments(
                "--source",
                "shop",
                "--every",
                "PT1S",
                "--load",
                "yes",
                "--job-bookmark-option",
                "job-bookmark-enable",
                "--run-id",
                "continuous-1")));
        await(job, () -> count(warehouse, "orders") == 100);
        await(job, () -> aws.metrics().contains("LoadsCompleted{Environment=test,Source=shop} Count 1.0"));
        assertThat(aws.metrics())
                .as("measured while the job runs; the table that Glue's bookmarks cannot follow counts as failed")
                .contains(
                        "RowsIngested{Environment=test,Source=shop,Table=orders} Count 100.0",
                        "RunsCompleted{Environment=test,Source=shop} Count 1.0",
                        "TablesFailed{Environment=test,Source=shop} Count 1.0");

        shop.execute("INSERT INTO late VALUES (1, clock_timestamp())");
        settings.register(table("late").build(), Existing.REFUSE);
        await(job, () -> count(warehouse, "late") == 1);
        shop.execute("DROP TABLE orders; INSERT INTO late VALUES (2, clock_timestamp())");
        await(job, () -> count(warehouse, "late") == 2);

        shop.execute("DROP TABLE late");
        assertThat(job.handle((nothing, failure) -> failure.getCause()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("Cannot ingest 3 of 3 tables:")
                .hasMessageContaining("shop/late: RELATION_MISSING: ")
                .hasMessageContaining("shop/lines: REQUEST_INVALID: Cannot run table shop/lines again and again: its"
                        + " extract.bookmark.engine is glue");
        Map<String, AttributeValue> result = result("continuous-1", "ingest");
        assertThat(result)
                .containsEntry("state", AttributeValue.fromS("FAILED"))
                .containsEntry("retryable", AttributeValue.fromBool(false));
        assertThat(bookmarks.load(new TableName("shop", "lines")).failure())
                .as("status says why")
                .isPresent();
        assertThat(Long.parseLong(result.get("rows").n()))
                .as("the rows of all runs; those of the last second are read twice")
                .isGreaterThanOrEqualTo(102);
        assertThat(bookmarks.load(new TableName("shop", "late")).lastBatch()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aCadenceGoesForTheWholeSourceAlone() {
        assertThat(cadence()).contains(new Cadence(Duration.ofSeconds(30), Optional.empty()));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> JobArguments.parse(arguments("--source", "shop", "--during", "PT1H"))
                        .cadence())
                .withMessage("Cannot use --during by itself: it goes with --every.");
        assertThat(cadence("--tables", "orders")).isEmpty();
        assertThat(cadence("--backfill-from", "day 2026-01-01")).isEmpty();
        assertThat(cadence("--backfill-to", "day 2026-01-01")).isEmpty();
        assertThat(cadence("--job-bookmark-option", "job-bookmark-disable")).isEmpty();
    }

    private static Optional<Cadence> cadence(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--source", "shop", "--every", "PT30S", "--job-bookmark-option", "job-bookmark-enable"));
        arguments.addAll(List.of(more));
        return JobArguments.parse(arguments(arguments.toArray(new String[0]))).cadence();
    }

    private static Items table(String name) {
        return Items.table("shop/" + name)
                .columns("id bigint not null", "updated_at timestamp")
                .incremental("updated_at")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT);
    }

    /** Rows of a target; none while there is no such table. */
    private static long count(Database database, String table) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet exists = statement.executeQuery("SELECT to_regclass('public." + table + "')")) {
                exists.next();
                if (exists.getString(1) == null) {
                    return 0;
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM public." + table)) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static void await(CompletableFuture<Void> job, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(job).as("the job goes on").isNotDone();
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
