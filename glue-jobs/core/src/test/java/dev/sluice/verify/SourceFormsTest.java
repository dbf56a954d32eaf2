package dev.sluice.verify;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Window;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.extract.jdbc.JdbcTable;
import dev.sluice.quality.Projection;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The two sides of each form, computed by PostgreSQL and by Spark, over what the extractor reads and the casts make. */
class SourceFormsTest {

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    private static final List<String> COLUMNS = List.of(
            "id id int",
            "i2_wide i2 decimal(10,3)",
            "i2_float i2 float",
            "i4_double i4 double",
            "i8_text i8 string",
            "b b boolean",
            "b_text b string",
            "f4 f4 float",
            "f4_double f4 double",
            "f8 f8 double",
            "n n decimal(12,6)",
            "n_wide n decimal(20,8)",
            "n_text n string",
            "any_number any_number string",
            "d d date",
            "d_clock d timestamp_ntz",
            "d_text d string",
            "ts ts timestamp",
            "ts_clock ts timestamp_ntz",
            "tz tz timestamp",
            "bin bin binary",
            "bin_text bin string",
            "s s string");

    private static EmbeddedPostgres server;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        spark = SparkSession.builder()
                .master("local[2]")
                .appName("verify")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "2")
                .getOrCreate();
        execute(
                """
                CREATE TABLE t (id int PRIMARY KEY, i2 smallint, i4 int, i8 bigint, b boolean, f4 real,
                    f8 double precision, n numeric(12,6), any_number numeric, d date, ts timestamp, tz timestamptz,
                    bin bytea, s text)""",
                """
                INSERT INTO t VALUES
                (1, -32768, -2147483648, -9223372036854775808, false, 'NaN', 'NaN', 0, 'NaN', '0001-01-01',
                 '0001-01-01 12:00:00', '0001-01-01 00:00:00+00', '', ''),
                (2, 32767, 2147483647, 9223372036854775807, true, '-0', '-0', -0.000001, 1e30, '9999-12-31',
                 '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00', '\\x00ff', 'ü😀\t|:-'),
                (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (4, 0, 0, 0, true, '-Infinity', 'Infinity', 123456.100000, 1.50, '1582-10-10',
                 '1582-10-10 00:00:00.000001', '1582-10-10 00:00:00.000001+00', '\\x', '-'),
                (5, 1, 1, 1, true, 1e-45, 4.9e-324, 1, 0.000, '1893-04-01', '1893-03-31 23:00:00',
                 '1893-03-31 23:00:00+00', '\\x01', 'NULL'),
                (6, 1, 1, 1, true, 16777217, 0.1, 1, 0, '2024-10-27', '2024-10-27 02:30:00', '2024-10-27 00:30:00+00',
                 '\\x01', repeat('long ', 500))""");
    }

    @AfterAll
    static void stop() throws Exception {
        spark.stop();
        server.close();
    }

    @Test
    void everyCastThatKeepsValuesGivesBothSidesTheSameText() {
        compare((source, raw, projected, forms) -> {
            assertThat(forms.notCompared()).isEmpty();
            LakeSide lake = new LakeSide(projected.filter(Projection.passes()), columns(forms), List.of(0));
            Narrowing.Outcome outcome =
                    new Narrowing(columns(forms), List.of(0)).compare(source, lake, Optional.empty());
            assertThat(outcome.differences()).isEmpty();
            assertThat(outcome.counts()).isEmpty();
            assertThat(List.of(outcome.leftRows(), outcome.rightRows())).containsExactly(6L, 6L);
        });
    }

    @Test
    void rawRowsHaveTheHashesOfTheSource() {
        compare((source, raw, projected, forms) -> {
            List<ComparedColumn> overRaw = forms.compared().stream()
                    .map(form -> new ComparedColumn(
                            form.column().name(),
                            form.column().form(),
                            form.column().sql(),
                            form.raw()))
                    .toList();
            Narrowing.Outcome outcome = new Narrowing(overRaw, List.of(0))
                    .compare(source, new LakeSide(raw, overRaw, List.of(0)), Optional.empty());
            assertThat(outcome.differences()).isEmpty();
            assertThat(outcome.counts()).isEmpty();
        });
    }

    @Test
    void theTwoZerosAreOneAndOtherNeighboursAreNot() {
        compare((source, raw, projected, forms) -> {
            Dataset<Row> zeros = projected
                    .withColumn("f8", col("f8").plus(lit(0d)))
                    .withColumn("f4", col("f4").plus(lit(0f)).cast("float"));
            Narrowing narrowing = new Narrowing(columns(forms), List.of(0));
            assertThat(narrowing
                            .compare(source, new LakeSide(zeros, columns(forms), List.of(0)), Optional.empty())
                            .counts())
                    .isEmpty();
            Dataset<Row> altered = zeros.withColumn(
                            "n_wide",
                            col("n_wide")
                                    .plus(lit(1).cast("decimal(20,8)").divide(lit(100_000_000)))
                                    .cast("decimal(20,8)"))
                    .withColumn(
                            "s",
                            org.apache
                                    .spark
                                    .sql
                                    .functions
                                    .when(col("id").equalTo(3), lit(""))
                                    .otherwise(col("s")));
            List<Difference> differences = narrowing
                    .compare(source, new LakeSide(altered, columns(forms), List.of(0)), Optional.empty())
                    .differences();
            assertThat(differences).hasSize(6);
            assertThat(differences)
                    .filteredOn(difference -> difference.key().get("id").equals("3"))
                    .singleElement()
                    .satisfies(difference -> assertThat(difference.columns())
                            .containsExactly(new Difference.Values("s", Optional.empty(), Optional.of(""))));
            assertThat(differences)
                    .filteredOn(difference -> difference.key().get("id").equals("4"))
                    .singleElement()
                    .satisfies(difference -> assertThat(difference.columns())
                            .containsExactly(new Difference.Values(
                                    "n_wide", Optional.of("123456.10000000"), Optional.of("123456.10000001"))));
        });
    }

    private interface Check {
        void check(DatabaseSide source, Dataset<Row> raw, Dataset<Row> projected, SourceForms forms);
    }

    private static void compare(Check check) {
        TableSettings settings = settings();
        SourceSettings source = new SourceSettings(
                "shop",
                1,
                SourceKind.POSTGRESQL,
                new ConnectionSettings.Jdbc("jdbc:postgresql://localhost/shop", Optional.empty()),
                ZONE,
                1);
        try (Extraction extraction = new JdbcExtractor().open(source, any -> endpoint(), settings);
                Snapshot snapshot = extraction.openSnapshot();
                DatabaseView view = DatabaseView.begin(endpoint(), "verify table shop/t")) {
            JdbcTable table = JdbcTable.load(view.connection(), endpoint(), settings);
            SourceForms forms = SourceForms.of(
                    settings,
                    table,
                    settings.schema().columns().stream()
                            .map(column -> new Column(column.name(), column.type()))
                            .toList(),
                    ZONE);
            Dataset<Row> raw = snapshot.read(spark, Window.ALL);
            Dataset<Row> projected = new Projection(
                            settings.schema().columns(), snapshot.table().columns(), settings.curate(), ZONE)
                    .project(raw);
            DatabaseSide side = new DatabaseSide(
                    spark,
                    view,
                    new DatabaseSide.Rows(table.from(), table.filter(), "false"),
                    columns(forms),
                    List.of(0));
            check.check(side, raw, projected, forms);
        }
    }

    private static List<ComparedColumn> columns(SourceForms forms) {
        return forms.compared().stream().map(SourceForms.SourceForm::column).toList();
    }

    private static TableSettings settings() {
        List<ColumnSettings> columns = COLUMNS.stream()
                .map(text -> text.split(" "))
                .map(words -> new ColumnSettings(
                        words[0], ColumnType.of(words[2]), true, words[1], Optional.empty(), Optional.empty()))
                .toList();
        return new TableSettings(
                new TableName("shop", "t"),
                1,
                new ExtractSettings(
                        new Relation.Table("public", "t"),
                        Optional.empty(),
                        ExtractSettings.Strategy.FULL,
                        Optional.empty(),
                        OptionalInt.of(1),
                        1000),
                new SchemaSettings(
                        columns,
                        SchemaSettings.NewColumns.REPORT,
                        SchemaSettings.Drift.FAIL,
                        SchemaSettings.Drift.FAIL),
                new CurateSettings(CurateSettings.Mode.MERGE, List.of("id"), List.of(), List.of(), List.of()),
                List.of(),
                new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
    }

    private static JdbcEndpoint endpoint() {
        return new JdbcEndpoint(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                Optional.of("postgres"),
                Optional.of("postgres"));
    }

    private static void execute(String... statements) throws Exception {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
