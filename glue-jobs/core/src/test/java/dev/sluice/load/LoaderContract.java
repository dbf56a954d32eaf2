package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.LoadSettings.Mode;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every loader does, whatever its database. A subclass names the loader and an endpoint; each test loads tables of
 * its own.
 */
abstract class LoaderContract {

    static SparkSession spark;
    private static final AtomicInteger TABLES = new AtomicInteger();

    @TempDir
    Path lake;

    final String name = "t" + TABLES.incrementAndGet();
    final Loader loader = loader();

    abstract Loader loader();

    abstract JdbcEndpoint target();

    @BeforeAll
    static void startSpark() {
        spark = CuratedFixture.spark();
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    Path curated() {
        return lake.resolve(name);
    }

    void curate(String statement) {
        spark.sql(statement.replace("{t}", CuratedFixture.sql(curated())));
    }

    void curateOrders() {
        curate("CREATE TABLE {t} (id BIGINT, note STRING, price DECIMAL(12,2)) USING delta" + CuratedFixture.FEED);
        curate("INSERT INTO {t} VALUES (1, 'one', 1.00), (2, 'two', 2.00), (3, NULL, NULL)");
    }

    LoadSettings settings(Mode mode) {
        return new LoadSettings("app-db", "shop", name, mode);
    }

    TableSettings table(Mode mode, String... key) {
        return CuratedFixture.table(spark, curated(), List.of(key), settings(mode), NewColumns.REPORT);
    }

    LoadOutcome load(Mode mode, String... key) {
        return load(table(mode, key), StepListener.NONE);
    }

    LoadOutcome load(TableSettings table, StepListener steps) {
        return loader.load(
                spark, target(), table, table.loads().get(0), curated().toString(), steps);
    }

    List<String> query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.replace("{t}", "shop." + name))) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    values.add(rows.getString(column));
                }
                found.add(String.join("|", values.stream().map(String::valueOf).toList()));
            }
            return found;
        }
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("{t}", "shop." + name));
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                target().url(), target().user().orElse(""), target().password().orElse(""));
    }

    List<String> rows() throws SQLException {
        return query("SELECT id, note, price FROM {t} ORDER BY id, note");
    }

    @Test
    void firstLoadBringsEverythingAndCreatesTheTable() throws SQLException {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");
        assertThat(loader.findLoadedVersion(target(), table, settings(Mode.UPSERT)))
                .isEmpty();

        LoadOutcome outcome = load(table, StepListener.NONE);

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.empty(), 1, 3, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "2|two|2.00", "3|null|null");
        assertThat(loader.findLoadedVersion(target(), table, settings(Mode.UPSERT)))
                .contains(1L);
    }

    @Test
    void laterLoadAppliesInsertsUpdatesAndDeletesByTheirNetEffect() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00), (5, 'five', 5.00)");
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");
        curate("UPDATE {t} SET note = 'zwei' WHERE id = 2");
        curate("DELETE FROM {t} WHERE id IN (1, 5)");
        curate("DELETE FROM {t} WHERE id = 3");
        curate("INSERT INTO {t} VALUES (3, 'back', 3.00)");

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 7, 3, 1));
        assertThat(rows()).containsExactly("2|zwei|2.00", "3|back|3.00", "4|four|4.00");
    }

    @Test
    void mergeThatRewritesRowsInOneVersionIsAppliedOnce() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        curate(
                "MERGE INTO {t} t USING (SELECT * FROM VALUES (1L, 'uno', 1.10), (9L, 'neun', 9.00) AS s(id, note, price))"
                        + " s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
                        + " WHEN NOT MATCHED BY SOURCE AND t.id = 3 THEN DELETE");

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 2, 2, 1));
        assertThat(rows()).containsExactly("1|uno|1.10", "2|two|2.00", "9|neun|9.00");
    }

    @Test
    void overwrittenCuratedTableIsAppliedAsItsNetEffect() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        curate("INSERT OVERWRITE {t} VALUES (2, 'two', 2.00), (3, 'new', NULL)");

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 2, 1, 1));
        assertThat(rows()).containsExactly("2|two|2.00", "3|new|null");
    }

    @Test
    void loadWithNothingNewStartsNoSparkJob() throws Exception {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");
        load(table, StepListener.NONE);
        List<Step> steps = new ArrayList<>();
        DeltaLog.clearCache();

        int jobs = jobsOf(() -> assertThat(load(table, recording(steps)))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.NOTHING, Optional.of(1L), 1, 0, 0)));

        assertThat(jobs).isZero();
        assertThat(steps).isEmpty();
    }

    @Test
    void versionsThatChangeNoRowMoveTheBookmarkAlone() throws Exception {
        curateOrders();
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00)");
        TableSettings table = table(Mode.UPSERT, "id");
        load(table, StepListener.NONE);
        curate("OPTIMIZE {t}");
        curate("ALTER TABLE {t} SET TBLPROPERTIES ('sluice.note' = 'x')");
        List<Step> steps = new ArrayList<>();

        int jobs = jobsOf(() -> assertThat(load(table, recording(steps)))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(2L), 4, 0, 0)));

        assertThat(jobs).isZero();
        assertThat(steps).containsExactly(Step.COMMIT_LOAD);
        assertThat(load(table, StepListener.NONE).how()).isEqualTo(LoadOutcome.How.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"STAGE_LOAD", "COMMIT_LOAD"})
    void loadThatDiesBeforeAStepIsRepeatedAsIfItHadNotBegun(Step step) throws SQLException {
        curateOrders();
        load(Mode.APPEND);
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00)");

        assertThatThrownBy(() -> load(table(Mode.APPEND), dying(step, Moment.BEFORE)))
                .hasMessage("died before " + step);

        assertThat(rows()).hasSize(3);
        assertThat(load(Mode.APPEND)).isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 2, 1, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "2|two|2.00", "3|null|null", "4|four|4.00");
    }

    @Test
    void loadThatDiesAfterItsCommitIsNotAppliedAgain() throws SQLException {
        curateOrders();

        assertThatThrownBy(() -> load(table(Mode.APPEND), dying(Step.COMMIT_LOAD, Moment.AFTER)))
                .hasMessage("died after COMMIT_LOAD");

        assertThat(load(Mode.APPEND).how()).isEqualTo(LoadOutcome.How.NOTHING);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void loadThatDiesAfterStagingLeavesTheTargetAsItWas() throws SQLException {
        curateOrders();

        assertThatThrownBy(() -> load(table(Mode.APPEND), dying(Step.STAGE_LOAD, Moment.AFTER)))
                .hasMessage("died after STAGE_LOAD");

        assertThat(loader.findLoadedVersion(target(), table(Mode.APPEND), settings(Mode.APPEND)))
                .isEmpty();
        assertThat(load(Mode.APPEND).upserted()).isEqualTo(3);
        assertThat(rows()).hasSize(3);
    }

    @Test
    void twoLoadsAtOnceApplyEachChangeOnce() throws Exception {
        curateOrders();
        load(Mode.APPEND);
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00)");
        TableSettings table = table(Mode.APPEND);
        CyclicBarrier bothStaged = new CyclicBarrier(2);
        AtomicInteger first = new AtomicInteger();
        StepListener meeting = new StepListener() {
            @Override
            public void before(TableName of, Step step) {
                if (step == Step.COMMIT_LOAD && first.incrementAndGet() <= 2) {
                    try {
                        bothStaged.await(60, TimeUnit.SECONDS);
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            }

            @Override
            public void after(TableName of, Step step) {}
        };

        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<LoadOutcome> one = threads.submit(() -> load(table, meeting));
            Future<LoadOutcome> two = threads.submit(() -> load(table, meeting));
            assertThat(List.of(one.get().how(), two.get().how()))
                    .containsExactlyInAnyOrder(LoadOutcome.How.CHANGES, LoadOutcome.How.NOTHING);
        } finally {
            threads.shutdownNow();
        }

        assertThat(rows()).containsExactly("1|one|1.00", "2|two|2.00", "3|null|null", "4|four|4.00");
    }

    @Test
    void lostChangeFilesMakeItLoadEverything() throws Exception {
        curateOrders();
        load(Mode.UPSERT, "id");
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");
        curate("DELETE FROM {t} WHERE id = 1");
        CuratedFixture.delete(curated().resolve("_change_data"));

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 3, 1, 1));
        assertThat(rows()).containsExactly("2|deux|2.00", "3|null|null");
    }

    @Test
    void changeFeedThatWasOffMakesItLoadEverything() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        curate("ALTER TABLE {t} SET TBLPROPERTIES (delta.enableChangeDataFeed = false)");
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 3, 1, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "2|deux|2.00", "3|null|null");
    }

    @Test
    void lostLogMakesItLoadEverything() throws IOException, SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        for (int change = 0; change < 12; change++) {
            curate("UPDATE {t} SET note = 'change " + change + "' WHERE id = 2");
        }
        try (Stream<Path> files = Files.list(curated().resolve("_delta_log"))) {
            for (Path file : files.filter(
                            each -> each.getFileName().toString().matches("\\.?0{19}[0-5]\\.(json|crc).*"))
                    .toList()) {
                Files.delete(file);
            }
        }

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 13, 1, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "2|change 11|2.00", "3|null|null");
    }

    @Test
    void curatedTableMadeAnewIsLoadedAsAWhole() throws Exception {
        curateOrders();
        load(Mode.UPSERT, "id");
        CuratedFixture.delete(curated());
        curate("CREATE OR REPLACE TABLE {t} (id BIGINT, note STRING, price DECIMAL(12,2)) USING delta"
                + CuratedFixture.FEED);
        curate("INSERT INTO {t} VALUES (2, 'two', 2.00), (8, 'eight', NULL)");

        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 1, 1, 2));
        assertThat(rows()).containsExactly("2|two|2.00", "8|eight|null");
    }

    @Test
    void targetTableThatIsGoneIsLoadedAsAWhole() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        execute("DROP TABLE {t}");

        assertThat(loader.findLoadedVersion(target(), table(Mode.UPSERT, "id"), settings(Mode.UPSERT)))
                .isEmpty();
        assertThat(load(Mode.UPSERT, "id"))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.empty(), 1, 3, 0));
    }

    @Test
    void replacePutsCuratedInThePlaceOfEverything() throws SQLException {
        curateOrders();
        assertThat(load(Mode.REPLACE))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.empty(), 1, 3, 0));
        execute("INSERT INTO {t} (id) VALUES (77)");
        curate("DELETE FROM {t} WHERE id = 1");

        assertThat(load(Mode.REPLACE)).isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 2, 2, 4));
        assertThat(rows()).containsExactly("2|two|2.00", "3|null|null");
        assertThat(load(Mode.REPLACE).how()).isEqualTo(LoadOutcome.How.NOTHING);
    }

    @Test
    void replaceWithAKeyTouchesOnlyRowsThatDiffer() throws SQLException {
        curateOrders();
        load(Mode.REPLACE, "id");
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");

        assertThat(load(Mode.REPLACE, "id"))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.of(1L), 2, 1, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "2|deux|2.00", "3|null|null");
    }

    @Test
    void appendKeepsEqualRowsApart() throws SQLException {
        curateOrders();
        load(Mode.APPEND);
        curate("INSERT INTO {t} VALUES (1, 'one', 1.00), (1, 'one', 1.00)");

        assertThat(load(Mode.APPEND)).isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 2, 2, 0));
        assertThat(rows()).containsExactly("1|one|1.00", "1|one|1.00", "1|one|1.00", "2|two|2.00", "3|null|null");
    }

    @Test
    void appendWithAKeyFollowsARewind() throws SQLException {
        curateOrders();
        load(Mode.APPEND, "id");
        curate("INSERT INTO {t} REPLACE WHERE id >= 2 VALUES (2, 'again', 2.00), (4, 'four', 4.00)");

        assertThat(load(Mode.APPEND, "id").how()).isEqualTo(LoadOutcome.How.CHANGES);
        assertThat(rows()).containsExactly("1|one|1.00", "2|again|2.00", "4|four|4.00");
    }

    @Test
    void appendWithoutAKeyRefusesRowsTakenBack() throws SQLException {
        curateOrders();
        load(Mode.APPEND);
        curate("DELETE FROM {t} WHERE id = 2");

        assertThatThrownBy(() -> load(Mode.APPEND))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("Cannot load table shop/" + name + " into app-db:shop." + name)
                .hasMessageContaining("Since version 1 curated changed rows or took some back")
                .hasMessageContaining("Declare curate.primary-key");
        assertThat(rows()).hasSize(3);
    }

    @Test
    void appendRefusesToRepeatEverything() throws Exception {
        curateOrders();
        load(Mode.APPEND, "id");
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");
        CuratedFixture.delete(curated().resolve("_change_data"));

        assertThatThrownBy(() -> load(Mode.APPEND, "id"))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.REQUEST_INVALID))
                .hasMessageContaining("Curated's changes since version 1 cannot be read any more")
                .hasMessageContaining("TRUNCATE");
        assertThat(rows()).containsExactly("1|one|1.00", "2|two|2.00", "3|null|null");

        execute("TRUNCATE {t}");
        assertThat(load(Mode.APPEND, "id").upserted()).isEqualTo(3);
        assertThat(rows()).containsExactly("1|one|1.00", "2|deux|2.00", "3|null|null");
    }

    @Test
    void emptyCuratedTableMakesAnEmptyTarget() throws SQLException {
        curate("CREATE TABLE {t} (id BIGINT, note STRING, price DECIMAL(12,2)) USING delta" + CuratedFixture.FEED);

        assertThat(load(Mode.UPSERT, "id"))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.EVERYTHING, Optional.empty(), 0, 0, 0));
        assertThat(rows()).isEmpty();
    }

    @Test
    void missingCuratedTableIsRefused() {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");

        assertThatThrownBy(() -> loader.load(
                        spark,
                        target(),
                        table,
                        settings(Mode.UPSERT),
                        lake.resolve("nothing").toString(),
                        StepListener.NONE))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("There is no curated table at")
                .hasMessageContaining("Run the table's ingestion first");
    }

    /** The Spark jobs that an action starts. */
    static int jobsOf(Runnable action) throws Exception {
        AtomicInteger jobs = new AtomicInteger();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
        spark.sparkContext().addSparkListener(listener);
        try {
            action.run();
            spark.sparkContext().listenerBus().waitUntilEmpty(10_000);
            return jobs.get();
        } finally {
            spark.sparkContext().removeSparkListener(listener);
        }
    }

    static StepListener recording(List<Step> steps) {
        return new StepListener() {
            @Override
            public void before(TableName table, Step step) {}

            @Override
            public void after(TableName table, Step step) {
                steps.add(step);
            }
        };
    }

    enum Moment {
        BEFORE,
        AFTER
    }

    static StepListener dying(Step at, Moment moment) {
        return new StepListener() {
            @Override
            public void before(TableName table, Step step) {
                if (step == at && moment == Moment.BEFORE) {
                    throw new IllegalStateException("died before " + step);
                }
            }

            @Override
            public void after(TableName table, Step step) {
                if (step == at && moment == Moment.AFTER) {
                    throw new IllegalStateException("died after " + step);
                }
            }
        };
    }
}
