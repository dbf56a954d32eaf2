package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.run.Positions;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The jobs as Glue starts them, by their arguments, against DynamoDB Local, an S3 server and PostgreSQL. */
class GlueJobsTest extends JobsOnOneMachine {

    private static final TableName ORDERS = new TableName("shop", "orders");

    @Test
    void tablesFlowFromTheSourceToTheTargetAndAFailureEndsTheJobAfterAllOthers() throws Exception {
        Database shop = PostgresServer.newDatabase("shop");
        Database warehouse = PostgresServer.newDatabase("warehouse");
        shop.execute("CREATE TABLE orders (id bigint PRIMARY KEY, amount int, updated_at timestamptz NOT NULL);"
                + "CREATE TABLE lines (id bigint PRIMARY KEY);"
                + "INSERT INTO orders SELECT i, i, now() - interval '1 hour' FROM generate_series(1, 100) i;"
                + "INSERT INTO lines SELECT i FROM generate_series(1, 10) i");
        register("shop", shop);
        register("warehouse", warehouse);
        settings.register(
                Items.table("shop/orders")
                        .columns("id bigint not null", "amount int", "updated_at timestamp")
                        .incremental("updated_at")
                        .merge("id")
                        .load("warehouse", LoadSettings.Mode.UPSERT)
                        .reconcile(ReconcileSettings.DEFAULT)
                        .build(),
                Existing.REFUSE);
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

        IngestJob.main(arguments(
                "--source",
                "shop",
                "--job-bookmark-option",
                "job-bookmark-enable",
                "--run-id",
                "execution-1",
                "--JOB_RUN_ID",
                "jr_1"));
        assertThat(result("execution-1", "ingest"))
                .containsEntry("state", AttributeValue.fromS("SUCCEEDED"))
                .containsEntry("error", AttributeValue.fromS("NONE"))
                .containsEntry("tables", AttributeValue.fromN("2"))
                .containsEntry("rows", AttributeValue.fromN("110"))
                .containsEntry("job-run-id", AttributeValue.fromS("jr_1"));
        assertThat(aws.metrics())
                .contains(
                        "RowsIngested{Environment=test,Source=shop,Table=orders} Count 100.0",
                        "RowsIngested{Environment=test,Source=shop,Table=lines} Count 10.0",
                        "TablesFailed{Environment=test,Source=shop} Count 0.0",
                        "RunsCompleted{Environment=test,Source=shop} Count 1.0")
                .doesNotContain("LoadsCompleted{Environment=test,Source=shop} Count 1.0")
                .anyMatch(metric -> metric.startsWith("LakeDelayMinutes{Environment=test,Source=shop,Table=orders} "));
        assertThat(bookmarks.load(ORDERS).lastBatch()).isEqualTo(1);
        assertThat(bookmarks.findBatch(ORDERS, 1).orElseThrow().rows()).isEqualTo(100);
        assertThat(bookmarks
                        .findBatch(new TableName("shop", "lines"), 1)
                        .orElseThrow()
                        .rows())
                .isEqualTo(10);
        assertThat(aws.table("shop.orders")).isNotNull();
        Instant first = Instant.now();

        shop.execute(
                "UPDATE orders SET amount = 1000, updated_at = now() WHERE id = 7;" + "INSERT INTO lines VALUES (11)");
        settings.register(Items.table("shop/absent").columns("id bigint").build(), Existing.REFUSE);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> IngestJob.main(arguments(
                        "--source",
                        "shop",
                        "--tables",
                        "absent,shop/orders,lines",
                        "--topic-arn",
                        "arn:aws:sns:eu-central-1:1:sluice",
                        "--job-bookmark-option",
                        "job-bookmark-enable",
                        "--run-id",
                        "execution-2")))
                .withMessageStartingWith("Cannot ingest 1 of 3 tables:\nshop/absent: RELATION_MISSING: ")
                .matches(failure -> failure.code() == ErrorCode.RELATION_MISSING);
        assertThat(result("execution-2", "ingest"))
                .containsEntry("state", AttributeValue.fromS("FAILED"))
                .containsEntry("error", AttributeValue.fromS("RELATION_MISSING"))
                .containsEntry("retryable", AttributeValue.fromBool(false))
                .containsEntry("tables", AttributeValue.fromN("3"))
                .containsEntry("failed", AttributeValue.fromN("1"))
                .containsEntry("rows", AttributeValue.fromN("2"));
        assertThat(aws.messages()).singleElement().asString().startsWith("Sluice: 1 failed in ingest run ");
        assertThat(bookmarks.load(ORDERS).lastBatch()).isEqualTo(2);
        assertThat(bookmarks
                        .findBatch(new TableName("shop", "lines"), 2)
                        .orElseThrow()
                        .rows())
                .isEqualTo(1);

        LoadJob.main(arguments("--tables", "shop/orders", "--run-id", "execution-2"));
        assertThat(result("execution-2", "load"))
                .containsEntry("state", AttributeValue.fromS("SUCCEEDED"))
                .containsEntry("tables", AttributeValue.fromN("1"))
                .containsEntry("rows", AttributeValue.fromN("100"));
        assertThat(aws.metrics())
                .contains("LoadsCompleted{Environment=test,Source=shop} Count 1.0")
                .anyMatch(metric ->
                        metric.startsWith("DatabaseDelayMinutes{Environment=test,Source=shop,Table=orders} "));
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*), max(amount) FROM public.orders")) {
            row.next();
            assertThat(row.getLong(1)).isEqualTo(100);
            assertThat(row.getLong(2)).isEqualTo(1000);
        }
        VerifyJob.main(arguments("--tables", "shop/orders"));
        assertExportsWhatWas(first);
        MaintainJob.main(arguments("--source", "shop", "--tables", "shop/orders,lines", "--run-id", "upkeep-1"));
        assertThat(result("upkeep-1", "maintain"))
                .containsEntry("state", AttributeValue.fromS("SUCCEEDED"))
                .containsEntry("tables", AttributeValue.fromN("2"));
        VerifyJob.main(arguments("--tables", "shop/orders"));
        warehouse.execute("UPDATE public.orders SET amount = 0 WHERE id = 3");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> VerifyJob.main(arguments("--tables", "shop/orders", "--run-id", "execution-3")))
                .withMessageStartingWith(
                        "Cannot verify 1 of 1 tables:\nshop/orders: DIFFERENCE_FOUND: 1 keys differ between ");
        assertThat(result("execution-3", "verify"))
                .containsEntry("error", AttributeValue.fromS("DIFFERENCE_FOUND"))
                .containsEntry("retryable", AttributeValue.fromBool(false));
        assertReconcilesWhatIsDueAndTellsOfWhatItRefuses(shop);
    }

    /** Of the source's tables one has reconcile; of its hundred rows two are gone, and then half. */
    private static void assertReconcilesWhatIsDueAndTellsOfWhatItRefuses(Database shop) {
        shop.execute("DELETE FROM orders WHERE id IN (5, 6)");
        ReconcileJob.main(arguments("--source", "shop", "--run-id", "reconcile-1"));
        assertThat(result("reconcile-1", "reconcile"))
                .containsEntry("state", AttributeValue.fromS("SUCCEEDED"))
                .containsEntry("tables", AttributeValue.fromN("3"))
                .containsEntry("idle", AttributeValue.fromN("2"))
                .containsEntry("rows", AttributeValue.fromN("2"));
        assertThat(bookmarks.history(ORDERS, 1)).extracting(BatchRecord::kind).containsExactly(Kind.RECONCILE);
        shop.execute("DELETE FROM orders WHERE id > 50");
        ReconcileJob.main(arguments("--source", "shop", "--run-id", "reconcile-2"));
        assertThat(result("reconcile-2", "reconcile")).containsEntry("idle", AttributeValue.fromN("3"));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ReconcileJob.main(arguments(
                        "--tables",
                        "shop/orders",
                        "--topic-arn",
                        "arn:aws:sns:eu-central-1:1:sluice",
                        "--run-id",
                        "reconcile-3")))
                .withMessageContaining("the source lacks 50 of curated's 98 rows")
                .matches(failure -> failure.code() == ErrorCode.DELETES_REFUSED);
        assertThat(aws.messages()).last().asString().startsWith("Sluice: 1 failed in reconcile run ");
        ReconcileJob.main(arguments("--tables", "shop/orders", "--max-share", "0.6", "--run-id", "reconcile-4"));
        assertThat(result("reconcile-4", "reconcile")).containsEntry("rows", AttributeValue.fromN("50"));
    }

    /** The first batch alone, from a lake that has taken in another since; an unknown table does not hold up the others. */
    private static void assertExportsWhatWas(Instant first) throws IOException {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ExportJob.main(arguments(
                        "--tables",
                        "shop/absent,shop/orders",
                        "--as-of",
                        first.toString(),
                        "--output",
                        "s3a://" + BUCKET + "/exports",
                        "--format",
                        "csv",
                        "--run-id",
                        "export-1",
                        "--JOB_RUN_ID",
                        "jr_7")))
                .withMessageStartingWith(
                        "Cannot export 1 of 2 tables:\nshop/absent: REQUEST_INVALID: Cannot read table");
        assertThat(result("export-1", "export")).containsEntry("rows", AttributeValue.fromN("100"));
        List<String> lines = new ArrayList<>();
        try (S3Client client = s3.client()) {
            for (S3Object part : client.listObjectsV2(
                            request -> request.bucket(BUCKET).prefix("exports/jr_7/shop/orders/part-"))
                    .contents()) {
                client.getObjectAsBytes(request -> request.bucket(BUCKET).key(part.key()))
                        .asUtf8String()
                        .lines()
                        .forEach(lines::add);
            }
        }
        assertThat(lines).anyMatch(line -> line.startsWith("7,7,")).noneMatch(line -> line.startsWith("7,1000,"));
        assertThat(lines.stream().filter(line -> !line.startsWith("id,"))).hasSize(100);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> ExportJob.main(arguments("--tables", "shop/orders", "--as-of", "yesterday")))
                .withMessageStartingWith("Cannot read time: yesterday");
    }

    @Test
    void argumentsThatContradictAreRefusedBeforeAnythingStarts() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() ->
                        JobArguments.parse(arguments("--source", "nowhere")).tables(settings))
                .withMessageStartingWith("Cannot run source: nowhere. No table of it is registered.")
                .matches(missing -> missing.code() == ErrorCode.SETTINGS_MISSING);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> JobArguments.parse(arguments()).tables(settings))
                .withMessage("Cannot tell which tables to run: neither --source nor --tables is given.");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() ->
                        JobArguments.parse(arguments("--tables", "orders")).tables(settings))
                .withMessage("Cannot tell the source of table: orders. Give --source, or write source/orders.");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> JobArguments.parse(arguments("--backfill-from", "day yesterday"))
                        .backfill(List.of(ORDERS), new Positions(settings, bookmarks)))
                .withMessageStartingWith(
                        "Cannot read the position: day yesterday. The ledger's form is like 'instant ");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> JobArguments.parse(arguments("--job-bookmark-option", "job-bookmark-pause"))
                        .bookmark())
                .withMessageStartingWith("Cannot pause bookmarks: --job-bookmark-from is not given.");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(
                        () -> JobArguments.parse(arguments("--load", "maybe")).loads())
                .withMessage("Cannot use --load: maybe. It is yes or no.");
    }

    @Test
    void aCatalogPrefixThatAthenaDoesNotKnowIsRefused() {
        assertThat(JobArguments.parse(arguments("--catalog-prefix", "sluice_dev_"))
                        .names()
                        .catalogPrefix())
                .isEqualTo("sluice_dev_");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> JobArguments.parse(arguments("--catalog-prefix", "Sluice-dev-"))
                        .names())
                .withMessageStartingWith("Cannot use --catalog-prefix: Sluice-dev-. Athena knows lower-case letters");
    }

    @Test
    void aJobThatDiesBeforeAnyTableLeavesItsResult() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> IngestJob.main(new String[] {"--runs-table", RUNS, "--run-id=bare"}))
                .withMessageStartingWith("Cannot use the job's arguments: ");
        assertThat(result("bare", "ingest"))
                .containsEntry("state", AttributeValue.fromS("FAILED"))
                .containsEntry("error", AttributeValue.fromS("REQUEST_INVALID"))
                .containsEntry("retryable", AttributeValue.fromBool(false))
                .containsEntry("job-run-id", AttributeValue.fromS("unknown"));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> LoadJob.main(arguments(
                        "--settings-table",
                        "nowhere",
                        "--source",
                        "shop",
                        "--run-id",
                        "blind",
                        "--JOB_RUN_ID",
                        "jr_9")))
                .withMessageContaining("There is no DynamoDB table nowhere");
        assertThat(result("blind", "load"))
                .containsEntry("error", AttributeValue.fromS("REQUEST_INVALID"))
                .containsEntry("job-run-id", AttributeValue.fromS("jr_9"));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> VerifyJob.main(arguments("--tables", "shop/", "--JOB_RUN_ID", "jr_8")))
                .withMessageStartingWith("Cannot use --tables: shop/. Write a table as source/table");
        assertThat(result("jr_8", "verify")).containsEntry("error", AttributeValue.fromS("REQUEST_INVALID"));
    }

    @Test
    void aResultThatCannotBeWrittenIsLoudAndHidesNoFailure() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> LoadJob.main(arguments("--tables", "shop/", "--runs-table", "nowhere")))
                .withMessageStartingWith("Cannot use --tables: shop/.")
                .satisfies(first -> assertThat(first.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("Cannot write item: ", "There is no DynamoDB table nowhere"));

        settings.register(Items.table("quiet/lines").columns("id bigint").build(), Existing.REFUSE);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> LoadJob.main(arguments("--source", "quiet", "--runs-table", "nowhere")))
                .withMessageStartingWith("Cannot write item: ")
                .withMessageContaining("There is no DynamoDB table nowhere");
    }
}
