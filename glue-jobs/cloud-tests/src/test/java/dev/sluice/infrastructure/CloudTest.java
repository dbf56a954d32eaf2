package dev.sluice.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.aws.AwsPlatform;
import dev.sluice.aws.EnvironmentParameter;
import dev.sluice.infrastructure.Topic.Told;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewColumn;
import dev.sluice.settings.ViewSettings;
import dev.sluice.testing.Items;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudwatch.model.Metric;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * The configuration as it is, applied to the emulator; its machines, executed; its jobs, run from the jar that is deployed.
 * The tests follow one another like the days of an environment, from apply to destroy.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudTest {

    /** One more try, after a second. */
    private static final String HASTE = "\"pauses\":[1],\"poll\":1";

    private static final String QUICK = "{" + HASTE + "}";
    private static final String UNREACHABLE = "jdbc:postgresql://127.0.0.1:1/shop?connectTimeout=2";

    /**
     * Where only this leads: a crawler that fails or never ends, a store that fails after it has answered, two executions
     * at the same moment, and what fails on the other runtime than the one that a test lets fail.
     */
    private static final List<String> NEVER_ENTERED = List.of(
            "ingest: Blame the crawler",
            "ingest: Give the crawler up",
            "ingest: Let the lock settle",
            "load: Let the lock settle",
            "load: Does the holder still run?",
            "load: Stamp the skip",
            "load: Say that it was skipped",
            "load: Report the ledger",
            "load: Read the account of Fargate",
            "load: Retell the account of Fargate",
            "load: Name the log of Fargate",
            "backfill: Let the lock settle",
            "backfill: Does the holder still run?",
            "backfill: Read the account of Glue",
            "backfill: Retell the account of Glue",
            "backfill: Count the look",
            "backfill: Has it waited too long?",
            "backfill: Wait for the lock",
            "backfill: Give the waiting up",
            "backfill: Report the range's ledger",
            "backfill: Report the load",
            "backfill: Report the ledger");

    @TempDir
    static Path folder;

    private static Cloud cloud;
    /** Executions go with their machine. */
    private static Set<String> enteredByLoads;

    @BeforeAll
    static void applyAll() {
        Required.tools(Tool.TERRAFORM, Tool.EMULATOR);
        cloud = Cloud.start(folder);
        cloud.shop.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, day date NOT NULL, price numeric(12,2), updated_at timestamptz NOT NULL);"
                        + "CREATE TABLE customers (id bigint PRIMARY KEY, name text);"
                        + "INSERT INTO orders SELECT i, date '2026-01-01' + (i % 3)::int, i - 1, now() - interval '1 hour'"
                        + " FROM generate_series(0, 100) i;"
                        + "INSERT INTO customers SELECT i, 'customer ' || i FROM generate_series(1, 10) i");
        cloud.settings.register(
                Items.table("shop/orders")
                        .columns(
                                "id bigint not null",
                                "day date not null",
                                "price decimal(12,2)",
                                "updated_at timestamp not null")
                        .incremental("updated_at")
                        .merge("id")
                        .orderBy("updated_at")
                        .partitionBy("day")
                        .rule("price-not-negative", "price >= 0")
                        .load(Cloud.TARGET, LoadSettings.Mode.UPSERT)
                        .build(),
                Existing.REFUSE);
        cloud.settings.register(
                Items.table("shop/customers")
                        .columns("id bigint not null", "name string")
                        .load(Cloud.TARGET, LoadSettings.Mode.REPLACE)
                        .build(),
                Existing.REFUSE);
        cloud.settings.register(
                new ViewSettings(
                        new TableName("shop", "dear_orders"),
                        1,
                        Optional.of("Orders above 50"),
                        "SELECT id, price FROM shop.orders WHERE price > 50",
                        List.of(
                                new ViewColumn("id", ColumnType.of("bigint")),
                                new ViewColumn("price", ColumnType.of("decimal(12,2)"))),
                        List.of(new TableName("shop", "orders"))),
                Existing.REFUSE);
    }

    /** A day that went wrong leaves no trace in the next one. */
    @AfterEach
    void calmDown() throws JsonProcessingException {
        cloud.connect(Cloud.SOURCE, cloud.shop.endpoint().url(), "shop-reader");
        cloud.connect(Cloud.TARGET, cloud.warehouse.endpoint().url(), Cloud.TARGET);
        cloud.topic.news();
    }

    @Test
    @Order(1)
    void afterTheApplyAPlanFindsNothingLeftToDo() {
        assertThat(cloud.deployed.resources()).isGreaterThan(100);
        Terraform.Planned planned = cloud.deployment.plan();
        assertThat(planned.plan()).as(planned.text()).isEqualTo(Terraform.Plan.NO_CHANGES);
    }

    @Test
    @Order(2)
    void theSeedsRoleMayMakeEveryCallThatTheApplyMade() {
        Program.Ended ended = Program.run(
                List.of(
                        Tool.EMULATOR.require(System.getenv()).toString(),
                        "cfn/check_permissions.py",
                        "--log",
                        cloud.providerLog.toString()),
                Required.repository(),
                System.getenv(),
                line -> {});
        assertThat(cloud.providerLog).isNotEmptyFile();
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    @Test
    @Order(3)
    void aRunBringsTheSourceToTheLakeAndTheDatabaseAndAnotherAtTheSameTimeIsSkipped() throws Exception {
        lock("lock", "arn:aws:states:eu-central-1:123456789012:execution:sluice-dev-ingest-shop:long-gone");
        StateMachine machine = cloud.ingestMachine();
        String first = machine.start("first-" + UUID.randomUUID(), QUICK);
        String[] second = new String[1];
        StateMachine.Ended ended = machine.await(first, Cloud.EXECUTION, state -> {
            if (state.equals("Run the ingest on Glue")) {
                second[0] = machine.start("second-" + UUID.randomUUID(), QUICK);
            }
        });
        StateMachine.Ended skipped = machine.await(second[0], Cloud.EXECUTION, state -> {});

        assertThat(ended.status()).as(String.valueOf(ended)).isEqualTo("SUCCEEDED");
        assertThat(ended.states()).contains("Take the lock over");
        assertThat(ended.output().orElseThrow()).hasSizeLessThan(4000);
        assertThat(output(ended))
                .containsAllEntriesOf(Map.of(
                        "state", "SUCCEEDED", "source", "shop", "rows", "111", "tables", "2", "quarantined", "1"));
        assertThat(skipped.status()).isEqualTo("SUCCEEDED");
        assertThat(output(skipped)).containsAllEntriesOf(Map.of("state", "SKIPPED", "at-work", first));
        assertThat(cloud.topic.news()).isEmpty();

        assertThat(cloud.keys("raw")).anyMatch(key -> key.startsWith("shop/orders/") && key.endsWith(".json"));
        assertThat(cloud.keys("raw")).anyMatch(key -> key.startsWith("shop/customers/"));
        assertThat(cloud.keys("curated")).contains("shop/orders/_delta_log/00000000000000000000.json");
        assertThat(cloud.keys("quarantine")).anyMatch(key -> key.startsWith("shop/orders/"));
        assertThat(cloud.warehouse.ask("SELECT count(*) || ' ' || sum(price) FROM orders"))
                .isEqualTo("100 4950.00");
        assertThat(cloud.warehouse.ask("SELECT count(*) FROM customers")).isEqualTo("10");

        assertThat(cloud.run(ended.name(), "run").get("state").s()).isEqualTo("SUCCEEDED");
        assertThat(cloud.run(ended.name(), "ingest").get("rows").n()).isEqualTo("111");
        assertThat(cloud.run(ended.name(), "load").get("state").s()).isEqualTo("SUCCEEDED");
        assertThat(cloud.run("source#shop", "lock")).isEmpty();
    }

    @Test
    @Order(4)
    void theEnvironmentIsFoundByItsName() {
        AwsPlatform.Names names = new EnvironmentParameter(cloud.ssm).names("dev");

        assertThat(names.settingsTable()).isEqualTo(cloud.deployed.tables().get("settings"));
        assertThat(names.bookmarksTable()).isEqualTo(cloud.deployed.tables().get("bookmarks"));
        assertThat(List.of(names.rawZone(), names.curatedZone(), names.quarantineZone()))
                .containsExactly(
                        "s3a://" + cloud.deployed.buckets().get("raw"),
                        "s3a://" + cloud.deployed.buckets().get("curated"),
                        "s3a://" + cloud.deployed.buckets().get("quarantine"));
    }

    @Test
    @Order(4)
    void theCatalogHoldsWhatAthenaNeedsToReadADeltaTable() {
        Table orders = cloud.glue
                .getTable(request -> request.databaseName("sluice_dev_shop").name("orders"))
                .table();
        assertThat(orders.tableType()).isEqualTo("EXTERNAL_TABLE");
        assertThat(orders.parameters())
                .containsAllEntriesOf(Map.of("table_type", "DELTA", "classification", "delta", "EXTERNAL", "TRUE"));
        assertThat(orders.storageDescriptor().location())
                .isEqualTo("s3://" + cloud.deployed.buckets().get("curated") + "/shop/orders");
        assertThat(orders.storageDescriptor().columns())
                .extracting(Column::name, Column::type)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("id", "bigint"),
                        org.assertj.core.groups.Tuple.tuple("day", "date"),
                        org.assertj.core.groups.Tuple.tuple("price", "decimal(12,2)"),
                        org.assertj.core.groups.Tuple.tuple("updated_at", "timestamp"));
    }

    @Test
    @Order(4)
    void theCatalogHoldsTheRegisteredViews() {
        Table view = cloud.glue
                .getTable(request -> request.databaseName("sluice_dev_shop").name("dear_orders"))
                .table();
        assertThat(view.tableType()).isEqualTo("VIRTUAL_VIEW");
        assertThat(view.viewExpandedText()).isEqualTo("/* Presto View */");
        String text = view.viewOriginalText();
        assertThat(new String(
                        Base64.getDecoder()
                                .decode(text.substring("/* Presto View: ".length(), text.length() - " */".length())),
                        StandardCharsets.UTF_8))
                .contains("FROM sluice_dev_shop.orders WHERE price > 50");
        assertThat(view.storageDescriptor().columns())
                .extracting(Column::name, Column::type)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("id", "bigint"),
                        org.assertj.core.groups.Tuple.tuple("price", "decimal(12,2)"));
    }

    @Test
    @Order(5)
    void theJobsHaveMeasuredWhatTheAlarmsWatch() {
        List<Metric> metrics = cloud.cloudWatch
                .listMetrics(request -> request.namespace("Sluice"))
                .metrics();
        assertThat(metrics)
                .extracting(Metric::metricName)
                .contains(
                        "LakeDelayMinutes",
                        "DatabaseDelayMinutes",
                        "RowsIngested",
                        "RowsQuarantined",
                        "TablesFailed",
                        "RunSeconds",
                        "RunsCompleted");
        assertThat(metrics)
                .filteredOn(metric -> metric.metricName().equals("RunsCompleted"))
                .allSatisfy(metric -> assertThat(metric.dimensions())
                        .extracting(dimension -> dimension.name() + "=" + dimension.value())
                        .containsExactlyInAnyOrder("Environment=dev", "Source=shop"));
    }

    @Test
    @Order(6)
    void aTableThatFailsIsToldWhileTheOthersGoOnAndTheNextRunFinishes() throws Exception {
        cloud.settings.register(
                Items.table("shop/invoices")
                        .columns("id bigint not null")
                        .load(Cloud.TARGET, LoadSettings.Mode.REPLACE)
                        .build(),
                Existing.REFUSE);
        cloud.shop.execute("INSERT INTO customers VALUES (11, 'late')");

        StateMachine.Ended failed = cloud.ingest(QUICK);

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).doesNotContain("Pause before another try").contains("Load into the databases");
        String run = cloud.run(failed.name(), "ingest").get("job-run-id").s();
        List<Told> news = cloud.topic.news();
        Told told = only(
                news.stream().filter(one -> one.subject().contains("ingest")).toList());
        assertThat(told.subject()).isEqualTo("Sluice dev: ingest of shop failed");
        assertThat(told.text())
                .contains(
                        "shop/invoices",
                        "RELATION_MISSING",
                        "log-group/$252Fsluice$252Fsluice-dev$252Fingest$252Fshop",
                        run,
                        "To go on: Nothing was lost",
                        "aws stepfunctions start-execution",
                        failed.arn());
        assertThat(cloud.jobLog(run)).contains("RELATION_MISSING");
        assertThat(cloud.logs
                        .getLogEvents(request -> request.logGroupName("/sluice/sluice-dev/ingest/shop/error")
                                .logStreamName(run))
                        .events())
                .anyMatch(event -> event.message().contains("shop/invoices"));
        assertThat(cloud.warehouse.ask("SELECT count(*) FROM customers")).isEqualTo("11");

        cloud.shop.execute("CREATE TABLE invoices (id bigint PRIMARY KEY); INSERT INTO invoices VALUES (1), (2)");
        StateMachine.Ended mended = cloud.ingest("{\"crawl\":\"always\"," + HASTE + "}");

        assertThat(mended.status()).as(String.valueOf(mended)).isEqualTo("SUCCEEDED");
        assertThat(mended.states())
                .containsSequence("Has the crawler finished?", "Forget the drift")
                .doesNotContain("Report the crawl");
        assertThat(cloud.warehouse.ask("SELECT count(*) FROM invoices")).isEqualTo("2");
    }

    @Test
    @Order(7)
    void aSourceThatDoesNotAnswerIsTriedAgainAndThenTold() throws Exception {
        cloud.connect(Cloud.SOURCE, UNREACHABLE, "shop-reader");
        StateMachine.Ended failed = cloud.ingest(QUICK);

        assertThat(failed.states()).containsSequence("Pause before another try", "Forget the failed try");
        assertThat(failed.status()).isEqualTo("FAILED");
        Told told = only(cloud.topic.news());
        assertThat(told.subject()).isEqualTo("Sluice dev: ingest of shop failed");
        assertThat(told.text()).contains("SOURCE_UNREACHABLE", "shop").doesNotContain("password");

        StateMachine.Ended healed =
                cloud.execute(cloud.ingestMachine(), "{\"tables\":\"orders\",\"pauses\":[3]}", state -> {
                    if (state.equals("Pause before another try")) {
                        cloud.connect(Cloud.SOURCE, cloud.shop.endpoint().url(), "shop-reader");
                    }
                });
        assertThat(healed.status()).as(String.valueOf(healed)).isEqualTo("SUCCEEDED");
        assertThat(healed.states()).contains("Pause before another try");
        assertThat(cloud.topic.news()).isEmpty();
    }

    @Test
    @Order(8)
    void aDatabaseThatDoesNotAnswerIsToldAndLoadedLaterByTheLoadMachine() throws Exception {
        cloud.connect(Cloud.TARGET, UNREACHABLE, Cloud.TARGET);
        cloud.shop.execute("INSERT INTO orders VALUES (1000, '2026-02-01', 5, now())");
        StateMachine.Ended failed = cloud.ingest("{\"tables\":\"orders\",\"pauses\":[1]}");

        assertThat(failed.status()).isEqualTo("FAILED");
        Told told = only(cloud.topic.news());
        assertThat(told.subject()).isEqualTo("Sluice dev: load of shop failed");
        assertThat(told.text()).contains("SOURCE_UNREACHABLE", "shop/orders", "To go on: ", "start-execution");
        assertThat(cloud.run(failed.name(), "ingest").get("state").s()).isEqualTo("SUCCEEDED");
        assertThat(cloud.run(failed.name(), "run").get("error").s()).isEqualTo("LOAD_FAILED");

        cloud.connect(Cloud.TARGET, cloud.warehouse.endpoint().url(), Cloud.TARGET);
        lock("load-lock", "arn:aws:states:eu-central-1:123456789012:execution:sluice-dev-load:long-gone");
        StateMachine.Ended loaded = cloud.execute(
                new StateMachine(cloud.sfn, cloud.deployed.loadMachine()),
                "{\"source\":\"shop\",\"tables\":\"orders\",\"pauses\":[]}",
                state -> {});
        assertThat(loaded.status()).as(String.valueOf(loaded)).isEqualTo("SUCCEEDED");
        assertThat(cloud.warehouse.ask("SELECT count(*) FROM orders WHERE id = 1000"))
                .isEqualTo("1");
    }

    @Test
    @Order(9)
    void aRangeIsReadAgain() {
        cloud.shop.execute("UPDATE orders SET price = 77 WHERE id = 7");
        lock("lock", "arn:aws:states:eu-central-1:123456789012:execution:sluice-dev-backfill:long-gone");
        StateMachine.Ended ended = cloud.execute(
                new StateMachine(cloud.sfn, cloud.deployed.backfillMachine()),
                "{\"source\":\"shop\",\"tables\":\"orders\",\"pauses\":[],\"ranges\":["
                        + "{\"from\":\"instant 2020-01-01T00:00:00Z\",\"to\":\"instant 2099-01-01T00:00:00Z\"}]}",
                state -> {});
        assertThat(ended.status()).as(String.valueOf(ended)).isEqualTo("SUCCEEDED");
        assertThat(cloud.warehouse.ask("SELECT price FROM orders WHERE id = 7")).isEqualTo("77.00");
    }

    @Test
    @Order(10)
    void aDriftIsToldAndCrawledByTheNextRunWhichGoesOnWhereTheCrawlFails() throws Exception {
        cloud.shop.execute("ALTER TABLE customers RENAME COLUMN name TO title");
        StateMachine.Ended failed = cloud.ingest("{\"tables\":\"customers\"," + HASTE + "}");

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).contains("Note the drift").doesNotContain("Pause before another try");
        assertThat(only(cloud.topic.news()).text()).contains("SCHEMA_DRIFT", "shop/customers", "name");
        assertThat(cloud.run("source#shop", "drift")).isNotEmpty();

        cloud.shop.execute("ALTER TABLE customers RENAME COLUMN title TO name");
        cloud.glue.deleteCrawler(request ->
                request.name(cloud.glue.listCrawlers(all -> {}).crawlerNames().get(0)));
        StateMachine.Ended mended = cloud.ingest("{\"tables\":\"customers\",\"crawl\":\"on-drift\"," + HASTE + "}");

        assertThat(mended.status()).as(String.valueOf(mended)).isEqualTo("SUCCEEDED");
        Told told = only(cloud.topic.news());
        assertThat(told.subject()).isEqualTo("Sluice dev: crawl of shop failed");
        assertThat(told.text()).contains("Glue.EntityNotFoundException", "Ingest and load go on without it");
    }

    @Test
    @Order(11)
    void fargateRunsTheSameJobsAndTellsOfThemAlike() throws Exception {
        cloud.shop.execute("INSERT INTO customers VALUES (12, 'small')");
        StateMachine.Ended ended = cloud.ingest("{\"runtime\":\"fargate\",\"tables\":\"customers\",\"pauses\":[]}");

        assertThat(ended.status()).as(String.valueOf(ended)).isEqualTo("SUCCEEDED");
        assertThat(ended.states()).contains("Run the ingest on Fargate").doesNotContain("Run the ingest on Glue");
        assertThat(cloud.warehouse.ask("SELECT name FROM customers WHERE id = 12"))
                .isEqualTo("small");

        cloud.connect(Cloud.SOURCE, UNREACHABLE, "shop-reader");
        StateMachine.Ended failed = cloud.ingest("{\"runtime\":\"fargate\",\"tables\":\"customers\",\"pauses\":[]}");

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(only(cloud.topic.news()).text())
                .contains("SOURCE_UNREACHABLE", "shop/customers", "log-group/$252Fsluice$252Fdev$252Fcontainer");
    }

    @Test
    @Order(12)
    void aRangeThatCannotBeReadIsToldAndTheSourceIsFreeAgain() throws Exception {
        cloud.connect(Cloud.SOURCE, UNREACHABLE, "shop-reader");
        StateMachine.Ended failed = cloud.execute(
                new StateMachine(cloud.sfn, cloud.deployed.backfillMachine()),
                "{\"source\":\"shop\",\"runtime\":\"fargate\",\"pauses\":[1],\"ranges\":["
                        + "{\"from\":\"instant 2020-01-01T00:00:00Z\",\"to\":\"instant 2099-01-01T00:00:00Z\"}]}",
                state -> {});

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).contains("Fail the range", "Report the ranges");
        assertThat(only(cloud.topic.news()).text()).contains("SOURCE_UNREACHABLE", "shop/");
        assertThat(cloud.run("source#shop", "lock")).isEmpty();
    }

    @Test
    @Order(13)
    void anAlarmWatchesNothingThatTheJobsDoNotMeasure() {
        List<MetricAlarm> alarms = cloud.cloudWatch.describeAlarmsPaginator(all -> {}).metricAlarms().stream()
                .filter(alarm -> "Sluice".equals(alarm.namespace()))
                .toList();
        List<Metric> measured =
                cloud.cloudWatch.listMetricsPaginator(request -> request.namespace("Sluice")).metrics().stream()
                        .toList();

        assertThat(alarms).isNotEmpty().allSatisfy(alarm -> assertThat(measured).anySatisfy(metric -> {
            assertThat(metric.metricName()).isEqualTo(alarm.metricName());
            assertThat(metric.dimensions()).containsExactlyInAnyOrderElementsOf(alarm.dimensions());
        }));
    }

    @Test
    @Order(14)
    void aJobWithoutItsJarIsToldAsOneThatLeftNoWord() throws Exception {
        String bucket = cloud.deployed.buckets().get("scripts");
        byte[] jar = cloud.s3
                .getObjectAsBytes(request -> request.bucket(bucket).key(cloud.deployment.jarKey()))
                .asByteArray();
        cloud.s3.deleteObject(request -> request.bucket(bucket).key(cloud.deployment.jarKey()));
        StateMachine.Ended failed = cloud.ingest(QUICK);
        cloud.s3.putObject(
                request -> request.bucket(bucket).key(cloud.deployment.jarKey()), RequestBody.fromBytes(jar));

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).contains("Pause before another try");
        Told told = only(cloud.topic.news());
        assertThat(told.text()).contains("NO_WORD", "look at its log", "LAUNCH ERROR");
    }

    @Test
    @Order(15)
    void aLoadThatCannotBeStartedIsTold() throws Exception {
        enteredByLoads = new StateMachine(cloud.sfn, cloud.deployed.loadMachine()).entered();
        cloud.sfn.deleteStateMachine(request -> request.stateMachineArn(cloud.deployed.loadMachine()));
        StateMachine.Ended failed = cloud.ingest("{\"tables\":\"customers\",\"pauses\":[]}");

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).contains("Report the load");
        assertThat(only(cloud.topic.news()).subject()).isEqualTo("Sluice dev: load of shop failed");
    }

    @Test
    @Order(16)
    void aJobThatIsGoneIsToldWithoutAnotherTry() throws Exception {
        String job = cloud.deployed.jobs().get(Cloud.SOURCE).get("ingest");
        cloud.glue.deleteJob(request -> request.jobName(job));
        StateMachine.Ended failed = cloud.ingest(QUICK);

        assertThat(failed.status()).isEqualTo("FAILED");
        assertThat(failed.states()).doesNotContain("Pause before another try");
        assertThat(only(cloud.topic.news()).text()).contains("Glue.EntityNotFoundException");
    }

    @Test
    @Order(17)
    void aRunHistoryThatIsGoneIsTold() throws Exception {
        cloud.dynamoDb.deleteTable(
                request -> request.tableName(cloud.deployed.tables().get("runs")));
        StateMachine.Ended failed = cloud.ingest(QUICK);

        assertThat(failed.status()).isEqualTo("FAILED");
        Told told = only(cloud.topic.news());
        assertThat(told.subject()).isEqualTo("Sluice dev: run history of shop failed");
        assertThat(told.text()).contains(cloud.deployed.tables().get("runs"), "To go on: ");
    }

    @Test
    @Order(18)
    void everyStateWasEnteredButForThoseThatNothingHereLeadsTo() throws Exception {
        Map<String, Set<String>> entered = Map.of(
                "ingest", cloud.ingestMachine().entered(),
                "load", enteredByLoads,
                "backfill", new StateMachine(cloud.sfn, cloud.deployed.backfillMachine()).entered());
        Set<String> never = new TreeSet<>();
        for (Map.Entry<String, Set<String>> machine : entered.entrySet()) {
            Set<String> states = Definitions.states(machine.getKey());
            states.removeAll(machine.getValue());
            states.forEach(state -> never.add(machine.getKey() + ": " + state));
        }
        assertThat(never).containsExactlyInAnyOrderElementsOf(NEVER_ENTERED);
    }

    @AfterAll
    static void destroyAll() {
        if (cloud != null) {
            try {
                cloud.deployment.destroy();
                assertThat(cloud.deployment.resources()).isEmpty();
            } finally {
                cloud.close();
            }
        }
    }

    private static Map<String, String> output(StateMachine.Ended ended) throws JsonProcessingException {
        return new ObjectMapper().readValue(ended.output().orElseThrow(), new TypeReference<>() {});
    }

    private static Told only(List<Told> news) {
        assertThat(news).hasSize(1);
        return news.get(0);
    }

    /** Leaves a lock behind as an execution does that was aborted. */
    private static void lock(String entry, String execution) {
        cloud.dynamoDb.putItem(
                request -> request.tableName(cloud.deployed.tables().get("runs"))
                        .item(Map.of(
                                "run",
                                AttributeValue.fromS("source#shop"),
                                "entry",
                                AttributeValue.fromS(entry),
                                "execution",
                                AttributeValue.fromS(execution))));
    }
}
