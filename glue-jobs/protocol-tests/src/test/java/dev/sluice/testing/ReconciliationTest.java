package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadRun;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileReport.Status;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.ReconcileRequest.Effect;
import dev.sluice.run.ReconcileRequest.Which;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.Masking;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewColumn;
import dev.sluice.settings.ViewSettings;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import dev.sluice.view.ViewRows;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Rows that the source has deleted leave curated, and no other: whatever happens beside, and never too many. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ReconciliationTest {

    private static final ReconcileSettings REMOVE = settings(ReconcileSettings.Action.REMOVE, 0.2);

    private final Database source = PostgresServer.newDatabase("shop");
    private final Database target = PostgresServer.newDatabase("target");
    private Lake lake;

    @BeforeAll
    void open(@TempDir Path folder) {
        lake = Lake.in(folder).connect("shop", source.endpoint()).connect("target", target.endpoint());
    }

    private static ReconcileSettings settings(ReconcileSettings.Action action, double maxShare) {
        return new ReconcileSettings(
                action,
                action == ReconcileSettings.Action.MARK ? Optional.of("deleted_at") : Optional.empty(),
                maxShare,
                Duration.ofDays(1),
                OptionalInt.of(3));
    }

    /** Composite keys that a collation would take for one, read in ranges; every kind of race at once. */
    @Test
    void whatIsDeletedLeavesAndWhatHappensMeanwhileStays() throws SQLException {
        TableName table = Shop.name("orders");
        source.execute(
                """
                CREATE TABLE orders (id bigint, shop text, name text, updated_at timestamptz DEFAULT now() - interval '1 hour',
                    PRIMARY KEY (id, shop));
                INSERT INTO orders (id, shop, name) SELECT n, s, 'n' || n FROM generate_series(1, 20) n, unnest(ARRAY['a', 'A']) s;
                """);
        register(Items.table("shop/orders")
                .incremental("updated_at")
                .columns("id bigint not null", "shop string not null", "name string", "updated_at timestamp")
                .merge("shop", "id")
                .load("target", LoadSettings.Mode.UPSERT)
                .reconcile(REMOVE));
        assertThat(reconcile(table, RunListener.NONE).notes()).containsExactly("nothing has been ingested yet");
        ingest(table);
        load(table);
        source.execute("DELETE FROM orders WHERE id = 7 AND shop = 'A' OR id IN (8, 20) AND shop = 'a'");

        Reconciled counted = run(request(table, Effect.DRY_RUN, Which.ALL, OptionalDouble.empty()), RunListener.NONE);
        assertThat(counted.status()).isEqualTo(Status.COUNTED);
        assertThat(counted.rows()).contains(40L);
        assertThat(counted.gone()).isEqualTo(3);
        assertThat(lake.bookmarks().load(table).lastBatch()).isEqualTo(1);

        try (Connection open = source.connect();
                Statement late = open.createStatement()) {
            open.setAutoCommit(false);
            late.execute("INSERT INTO orders VALUES (99, 'late', 'x', now())");
            Reconciled done = reconcile(table, new Meanwhile(() -> {
                // In no snapshot that was taken so far: the first two are not in curated, the third is.
                source.execute("INSERT INTO orders VALUES (100, 'new', 'x', now()), (8, 'a', 'back', now());"
                        + "DELETE FROM orders WHERE id = 1 AND shop = 'a'");
                assertThat(outcome(table).failure().orElseThrow().code()).isEqualTo(ErrorCode.LEASE_HELD);
            }));
            assertThat(done.status()).isEqualTo(Status.RECONCILED);
            assertThat(done.gone()).isEqualTo(3);
            assertThat(done.rows()).contains(40L);
            open.commit();
        }
        BatchRecord batch = lake.bookmarks().history(table, 1).get(0);
        assertThat(batch.kind()).isEqualTo(BatchRecord.Kind.RECONCILE);
        assertThat(batch.positionAfter()).isEqualTo(batch.positionBefore()).isPresent();
        assertThat(RowsOf.curated(lake, table.toString(), "id", "shop"))
                .hasSize(37)
                .contains("7|a", "8|A", "1|a")
                .doesNotContain("7|A", "8|a", "20|a");

        ingest(table);
        assertThat(reconcile(table, RunListener.NONE).gone()).isEqualTo(1);
        assertEqual(table, 39);
        assertThat(run(request(table, Effect.COMMIT, Which.DUE, OptionalDouble.empty()), RunListener.NONE)
                        .notes())
                .singleElement()
                .asString()
                .contains("it was reconciled at", "(reconcile.every)");

        // What the source has again with a stamp of old is no deletion of the rest; and a rewind brings nothing back.
        new Rewind(lake).to(table, Optional.of(new Position.At(java.time.Instant.EPOCH)), Shop.runId());
        assertThat(reconcile(table, RunListener.NONE).status()).isEqualTo(Status.PASSED_OVER);
        ingest(table);
        assertEqual(table, 39);
        Tidiness.assertNothingIsLeftOver(lake, table);
    }

    @Test
    void tooManyDeletesAreRefusedAndAnEmptySourceAlways() {
        TableName table = Shop.name("customers");
        // A masked key of text, from an expression: compared as curated has it.
        source.execute(
                """
                CREATE TABLE customers (mail text PRIMARY KEY, name text, revision bigserial);
                INSERT INTO customers (mail, name) SELECT 'M' || n, 'n' || n FROM generate_series(1, 10) n;
                """);
        register(Items.table("shop/customers")
                .incremental("revision")
                .column(new ColumnSettings(
                        "mail",
                        ColumnType.of("string"),
                        false,
                        "mail",
                        Optional.empty(),
                        Optional.of("lower(mail)"),
                        Optional.of(Masking.HASH)))
                .columns("name string", "revision bigint")
                .maskingSecret("shop-key")
                .merge("mail")
                .reconcile(REMOVE));
        ingest(table);
        long version = lake.bookmarks().load(table).curatedVersion().orElseThrow();
        source.execute("DELETE FROM customers WHERE name IN ('n1', 'n2', 'n3')");
        Reconciled refused = reconcile(table, RunListener.NONE);
        assertThat(refused.failure().orElseThrow().code()).isEqualTo(ErrorCode.DELETES_REFUSED);
        assertThat(refused.failure().orElseThrow().message())
                .contains(
                        "Cannot reconcile table shop/customers: the source lacks 3 of curated's 10 rows, more than"
                                + " reconcile.max-share 0.2 allows",
                        "Nothing was changed",
                        "'sluice reconcile shop/customers --max-share 1'");
        assertThat(lake.bookmarks().load(table).curatedVersion()).contains(version);
        assertThat(lake.bookmarks().load(table).hold()).isEmpty();
        Tidiness.assertNothingIsLeftOver(lake, table);

        assertThat(run(request(table, Effect.COMMIT, Which.ALL, OptionalDouble.of(0.3)), RunListener.NONE)
                        .gone())
                .isEqualTo(3);
        assertThat(RowsOf.curated(lake, table.toString(), "name"))
                .isEqualTo(RowsOf.query(source, "SELECT name FROM customers"));

        source.execute("TRUNCATE customers");
        Reconciled emptied = run(request(table, Effect.COMMIT, Which.ALL, OptionalDouble.of(1)), RunListener.NONE);
        assertThat(emptied.failure().orElseThrow().message())
                .contains("the source holds no row at all", "rewind shop/customers --to-start");
        assertThat(RowsOf.curated(lake, table.toString(), "name")).hasSize(7);
    }

    /** Where not all transactions are seen, what was stamped lately is not judged; and what is gone does not come back. */
    @Test
    void aMarkedRowStaysIsNoDifferenceAndLosesItsMarkWhenItReturns() {
        TableName table = Shop.name("items");
        source.execute(
                """
                CREATE TABLE items (id int PRIMARY KEY, price int, updated_at timestamptz);
                INSERT INTO items SELECT n, n - 9, now() - interval '1 day' FROM generate_series(1, 20) n;
                UPDATE items SET updated_at = now() - interval '1 minute' WHERE id = 20;
                """);
        // The rows 1 and 2 go to quarantine; of 2 curated has a version that passed.
        source.execute("UPDATE items SET price = 1 WHERE id = 2");
        register(items().rule("sound", "price > -8"));
        lake.settings()
                .register(
                        new ViewSettings(
                                Shop.name("standing"),
                                1,
                                Optional.empty(),
                                "SELECT id FROM shop.items WHERE deleted_at IS NULL",
                                List.of(new ViewColumn("id", ColumnType.of("int"))),
                                List.of(table)),
                        SettingsStore.Existing.REFUSE);
        ingest(table);
        assertThat(standing()).as("before anything is marked").hasSize(19);
        load(table);
        source.execute("UPDATE items SET price = -50, updated_at = now() WHERE id = 2");
        ingest(table);
        source.execute("DELETE FROM items WHERE id IN (2, 19, 20)");

        Reconciled done = reconcile(table, RunListener.NONE);
        assertThat(done.gone()).isEqualTo(2);
        assertThat(done.notes()).singleElement().asString().contains("rows whose bookmark is", "were not judged");
        String[] marked = {"id", "price", "CASE WHEN deleted_at IS NULL THEN 'there' ELSE 'gone' END"};
        assertThat(curated(table, marked))
                .contains("2|1|gone", "19|10|gone", "20|11|there")
                .hasSize(19);
        assertThat(standing()).contains(20).doesNotContain(2, 19).hasSize(17);
        assertThat(reconcile(table, RunListener.NONE).gone()).isZero();

        // Taken in again, the version that quarantine has of 2 is older than its deletion.
        register(items());
        assertThat(new Replay(lake, RunListener.NONE).run(table, Optional.empty(), Shop.runId()))
                .isNotEmpty();
        assertThat(curated(table, marked)).contains("1|-8|there", "2|1|gone").hasSize(20);

        source.execute("INSERT INTO items VALUES (19, 77, now()); UPDATE items SET updated_at = now() WHERE id = 3;"
                + "INSERT INTO items VALUES (20, 11, now() - interval '1 minute')");
        ingest(table);
        assertThat(curated(table, marked))
                .contains("19|77|there", "3|-6|there", "2|1|gone")
                .hasSize(20);
        load(table);
        assertThat(RowsOf.query(
                        target,
                        "SELECT id, price, CASE WHEN deleted_at IS NULL THEN 'there' ELSE 'gone' END FROM items"))
                .isEqualTo(curated(table, marked));
        assertThat(verify(table).verdict()).isEqualTo(Verdict.EQUAL);
    }

    /** What people see who ask for the rows that the source has. */
    private List<Integer> standing() {
        try (ViewRows views = new ViewRows(lake)) {
            return views.read(Shop.name("standing")).collectAsList().stream()
                    .map(row -> row.getInt(0))
                    .toList();
        }
    }

    private static Items items() {
        return Items.table("shop/items")
                .incremental(new BookmarkSettings(
                        List.of("updated_at"),
                        BookmarkSettings.Engine.SLUICE,
                        BookmarkSettings.StampedBy.CLIENT,
                        Duration.ZERO,
                        Duration.ofHours(1)))
                .columns("id int not null", "price int", "updated_at timestamp")
                .merge("id")
                .orderBy("updated_at")
                .load("target", LoadSettings.Mode.UPSERT)
                .reconcile(settings(ReconcileSettings.Action.MARK, 0.2));
    }

    @Test
    void aTableThatFindsNoRowByItsKeyIsRefused() {
        register(Items.table("shop/events")
                .incremental("id")
                .columns("id bigint")
                .append()
                .reconcile(REMOVE));
        register(Items.table("shop/full")
                .columns("id bigint not null")
                .merge("id")
                .reconcile(REMOVE));
        register(Items.table("shop/silent")
                .incremental("id")
                .columns("id bigint not null")
                .merge("id"));
        assertThat(List.of("events", "full", "silent"))
                .map(table ->
                        reconcile(Shop.name(table), RunListener.NONE).failure().orElseThrow())
                .allMatch(failure -> failure.code() == ErrorCode.REQUEST_INVALID)
                .map(failure -> failure.message())
                .satisfiesExactly(
                        append -> assertThat(append).contains("shop/events: its curate.mode finds no row by its key"),
                        full -> assertThat(full).contains("shop/full: every run reads it in full"),
                        silent -> assertThat(silent).contains("Add reconcile: {action: remove}, or mark"));
    }

    /** Does something once the source's view is there and before anything is committed. */
    private record Meanwhile(Runnable what) implements RunListener {
        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {
            if (step == Step.OPEN_SNAPSHOT) {
                what.run();
            }
        }
    }

    private static ReconcileRequest request(TableName table, Effect effect, Which which, OptionalDouble maxShare) {
        return new ReconcileRequest(Shop.runId(), List.of(table), which, effect, maxShare, Duration.ZERO);
    }

    private Reconciled reconcile(TableName table, RunListener listener) {
        return run(ReconcileRequest.of(Shop.runId(), List.of(table)), listener);
    }

    private Reconciled run(ReconcileRequest request, RunListener listener) {
        return new Reconciliation(lake, listener, Reconciliation.Progress.NONE)
                .run(request)
                .tables()
                .get(0);
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private TableOutcome outcome(TableName table) {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of(Shop.runId(), List.of(table)))
                .tables()
                .get(0);
    }

    private void ingest(TableName table) {
        assertThat(outcome(table).failure()).isEmpty();
    }

    private void load(TableName table) {
        assertThat(new LoadRun(lake, RunListener.NONE)
                        .run("load", List.of(table))
                        .failed())
                .isEmpty();
    }

    private List<String> curated(TableName table, String... expressions) {
        return TestSpark.session()
                .read()
                .format("delta")
                .load("file://" + lake.folder().resolve("curated").resolve(table.toString()))
                .selectExpr("concat_ws('|', " + String.join(", ", expressions) + ")")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    private VerificationReport verify(TableName table) {
        return new Verification(lake).verify(table, EnumSet.allOf(Scope.class));
    }

    /** Source, curated and target hold the same rows, so many. */
    private void assertEqual(TableName table, long rows) {
        load(table);
        VerificationReport report = verify(table);
        assertThat(report.comparisons())
                .allMatch(comparison -> comparison.counts().isEmpty());
        assertThat(report.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(report.comparisons().get(0).leftRows()).isEqualTo(rows);
    }
}
