package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.LoadSettings.Mode;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresLoaderTest extends LoaderContract {

    private static EmbeddedPostgres server;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Override
    Loader loader() {
        return new PostgresLoader();
    }

    @Override
    JdbcEndpoint target() {
        return new JdbcEndpoint(
                "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                Optional.of("postgres"),
                Optional.of("secret-word"));
    }

    @Test
    void createdTableHasTypesKeyAndNotNullOfTheSettings() throws SQLException {
        curate("CREATE TABLE {t} (id INT NOT NULL, s STRING NOT NULL, b BOOLEAN, si SMALLINT, bi BIGINT, f FLOAT,"
                + " d DOUBLE, n DECIMAL(20,4), t TIMESTAMP, w TIMESTAMP_NTZ, day DATE, x BINARY, a ARRAY<STRING>)"
                + " USING delta");

        load(Mode.UPSERT, "id");

        assertThat(query("SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute WHERE attrelid"
                        + " = '{t}'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly(
                        "id|integer|t",
                        "s|text|t",
                        "b|boolean|f",
                        "si|smallint|f",
                        "bi|bigint|f",
                        "f|real|f",
                        "d|double precision|f",
                        "n|numeric(20,4)|f",
                        "t|timestamp with time zone|f",
                        "w|timestamp without time zone|f",
                        "day|date|f",
                        "x|bytea|f",
                        "a|jsonb|f");
        assertThat(query("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{t}'::regclass"))
                .containsExactly("PRIMARY KEY (id)");
    }

    @Test
    void textArrivesAsItWas() throws SQLException {
        curate("CREATE TABLE {t} (id INT, v STRING) USING delta");
        List<String> values = new ArrayList<>(List.of(
                "",
                "\\N",
                "\\.",
                "NULL",
                "a\tb",
                "a\nb",
                "a\r\nb",
                "back\\slash\\n",
                "'single' \"double\"",
                "ä€𝄞日本",
                "\u0001\u007f\u200b",
                "  blanks  ",
                "$$;--",
                "\\x41"));
        spark.createDataset(values, org.apache.spark.sql.Encoders.STRING())
                .selectExpr("CAST(monotonically_increasing_id() AS INT) AS id", "value AS v")
                .coalesce(1)
                .write()
                .format("delta")
                .mode("append")
                .save(curated().toString());
        curate("INSERT INTO {t} VALUES (-1, NULL)");

        load(Mode.UPSERT, "id");

        values.add(null);
        assertThat(texts()).containsExactlyInAnyOrderElementsOf(values);
    }

    private List<String> texts() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT v FROM shop." + name)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    @Test
    void numbersArriveAsTheyWere() throws SQLException {
        curate("CREATE TABLE {t} (id INT, f FLOAT, d DOUBLE, n DECIMAL(38,10), bi BIGINT, si SMALLINT, b BOOLEAN) USING"
                + " delta");
        curate("INSERT INTO {t} VALUES"
                + " (1, float('NaN'), double('NaN'), 0, 9223372036854775807, 32767, true),"
                + " (2, float('Infinity'), double('-Infinity'), 9999999999999999999999999999.9999999999BD,"
                + "  -9223372036854775808, -32768, false),"
                + " (3, float('-Infinity'), double('Infinity'), -0.0000000001BD, 0, 0, NULL),"
                + " (4, float('3.4028235E38'), 1.7976931348623157E308D, 1E-10BD, NULL, NULL, NULL),"
                + " (5, float('1.4E-45'), 4.9E-324D, NULL, NULL, NULL, NULL),"
                + " (6, float('0.1'), 0.1D, 1E10BD, NULL, NULL, NULL)");

        load(Mode.UPSERT, "id");

        assertThat(query("SELECT * FROM {t} ORDER BY id"))
                .containsExactly(
                        "1|NaN|NaN|0.0000000000|9223372036854775807|32767|t",
                        "2|Infinity|-Infinity|9999999999999999999999999999.9999999999|-9223372036854775808|-32768|f",
                        "3|-Infinity|Infinity|-0.0000000001|0|0|null",
                        "4|3.4028235e+38|1.7976931348623157e+308|0.0000000001|null|null|null",
                        "5|1e-45|5e-324|null|null|null|null",
                        "6|0.1|0.1|10000000000.0000000000|null|null|null");
    }

    @Test
    void timesArriveAsTheyWere() throws SQLException {
        curate("CREATE TABLE {t} (id INT, t TIMESTAMP, w TIMESTAMP_NTZ, day DATE) USING delta");
        curate("INSERT INTO {t} VALUES"
                + " (1, TIMESTAMP'0001-01-01 00:00:00Z', TIMESTAMP_NTZ'0001-01-01 00:00:00', DATE'0001-01-01'),"
                + " (2, TIMESTAMP'9999-12-31 23:59:59.999999Z', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999',"
                + "  DATE'9999-12-31'),"
                + " (3, TIMESTAMP'1969-12-31 23:59:59.999999Z', TIMESTAMP_NTZ'2024-03-31 02:30:00.000001',"
                + "  DATE'1582-10-10'),"
                + " (4, TIMESTAMP'1582-10-10 12:00:00Z', TIMESTAMP_NTZ'1500-02-28 00:00:00', DATE'1900-02-28'),"
                + " (5, TIMESTAMP'-0043-03-15 12:00:00Z', TIMESTAMP_NTZ'-0043-03-15 12:00:00', DATE'-0043-03-15'),"
                + " (6, NULL, NULL, NULL)");

        load(Mode.UPSERT, "id");

        assertThat(query("SELECT id, (t AT TIME ZONE 'UTC')::text, w::text, day::text FROM {t} ORDER BY id"))
                .containsExactly(
                        "1|0001-01-01 00:00:00|0001-01-01 00:00:00|0001-01-01",
                        "2|9999-12-31 23:59:59.999999|9999-12-31 23:59:59.999999|9999-12-31",
                        "3|1969-12-31 23:59:59.999999|2024-03-31 02:30:00.000001|1582-10-10",
                        "4|1582-10-10 12:00:00|1500-02-28 00:00:00|1900-02-28",
                        "5|0044-03-15 12:00:00 BC|0044-03-15 12:00:00 BC|0044-03-15 BC",
                        "6|null|null|null");
    }

    @Test
    void binaryAndArraysArriveAsTheyWere() throws SQLException {
        curate("CREATE TABLE {t} (id INT, x BINARY, texts ARRAY<STRING>, times ARRAY<TIMESTAMP>, nested"
                + " ARRAY<ARRAY<INT>>) USING delta");
        curate("INSERT INTO {t} VALUES (1, X'00FF5C0A', array('a\"b', NULL, '', 'ä\\\\n'),"
                + " array(TIMESTAMP'2024-01-02 03:04:05.000006Z'), array(array(1, 2), array())),"
                + " (2, X'', array(), NULL, NULL), (3, NULL, NULL, NULL, NULL)");

        load(Mode.UPSERT, "id");

        assertThat(query(
                        "SELECT id, x::text, texts->>0, texts->1, texts->>2, texts->>3, times, nested FROM {t} ORDER BY"
                                + " id"))
                .containsExactly(
                        "1|\\x00ff5c0a|a\"b|null||ä\\n|[\"2024-01-02T03:04:05.000006Z\"]|[[1, 2], []]",
                        "2|\\x|null|null|null|null|null|null",
                        "3|null|null|null|null|null|null|null");
        assertThat(query("SELECT jsonb_array_length(texts) FROM {t} WHERE texts IS NOT NULL ORDER BY id"))
                .containsExactly("4", "0");
    }

    @Test
    void textGoesIntoTheTypesAnExistingTableHas() throws SQLException {
        curate("CREATE TABLE {t} (id INT, u STRING, j STRING, e STRING, ip STRING, r STRING, raw STRING) USING delta"
                + CuratedFixture.FEED);
        curate("INSERT INTO {t} VALUES (1, '5f3e1c1e-0000-4000-8000-000000000001', '{\"a\": 1}', 'open', '10.0.0.1',"
                + " '[1,5)', '{\"b\":2}'), (2, NULL, NULL, NULL, NULL, NULL, NULL)");
        execute("CREATE SCHEMA IF NOT EXISTS shop");
        execute("CREATE TYPE shop.state AS ENUM ('open', 'shut')");
        execute("CREATE TABLE {t} (id int PRIMARY KEY, u uuid, j jsonb, e shop.state, ip inet, r int4range, raw json,"
                + " own text DEFAULT 'kept')");

        load(Mode.UPSERT, "id");
        curate("UPDATE {t} SET e = 'shut' WHERE id = 1");
        LoadOutcome outcome = load(Mode.UPSERT, "id");

        assertThat(outcome.upserted()).isEqualTo(1);
        assertThat(query("SELECT * FROM {t} ORDER BY id"))
                .containsExactly(
                        "1|5f3e1c1e-0000-4000-8000-000000000001|{\"a\": 1}|shut|10.0.0.1|[1,5)|{\"b\":2}|kept",
                        "2|null|null|null|null|null|null|kept");
    }

    @Test
    void rowsThatAreEqualAlreadyAreNotTouched() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        List<String> before = query("SELECT id, xmin FROM {t} WHERE id <> 2 ORDER BY id");
        curate("INSERT OVERWRITE {t} SELECT id, CASE WHEN id = 2 THEN 'TWO' ELSE note END, price FROM {t}");

        assertThat(load(Mode.UPSERT, "id").upserted()).isEqualTo(1);

        assertThat(query("SELECT id, xmin FROM {t} WHERE id <> 2 ORDER BY id")).isEqualTo(before);
    }

    @Test
    void uniqueValueMayMoveFromRowToRow() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        execute("ALTER TABLE {t} ADD UNIQUE (note)");
        curate("UPDATE {t} SET note = CASE id WHEN 1 THEN 'two' ELSE 'one' END WHERE id IN (1, 2)");

        assertThat(load(Mode.UPSERT, "id"))
                .isEqualTo(new LoadOutcome(LoadOutcome.How.CHANGES, Optional.of(1L), 2, 2, 0));
        assertThat(rows()).containsExactly("1|two|1.00", "2|one|2.00", "3|null|null");
    }

    @Test
    void compositeKeyAndOddNamesAreTakenAsTheyAre() throws SQLException {
        curate("CREATE TABLE {t} (`Order Id` INT, `line.no` INT, `select` STRING) USING delta TBLPROPERTIES"
                + " (delta.enableChangeDataFeed = true, 'delta.columnMapping.mode' = 'name')");
        curate("INSERT INTO {t} VALUES (1, 1, 'a'), (1, 2, 'b')");
        load(Mode.UPSERT, "Order Id", "line.no");
        curate("DELETE FROM {t} WHERE `line.no` = 1");
        curate("INSERT INTO {t} VALUES (2, 1, 'c')");

        load(Mode.UPSERT, "Order Id", "line.no");

        assertThat(query("SELECT \"Order Id\", \"line.no\", \"select\" FROM {t} ORDER BY 1, 2"))
                .containsExactly("1|2|b", "2|1|c");
    }

    @Test
    void everyDifferenceOfTheTargetIsNamedAtOnce() throws SQLException {
        curateOrders();
        execute("CREATE SCHEMA IF NOT EXISTS shop");
        execute("CREATE TABLE {t} (id integer, note varchar(1) GENERATED ALWAYS AS ('x') STORED, must text NOT NULL)");
        TableSettings declared = table(Mode.UPSERT, "id");
        curate("ALTER TABLE {t} ADD COLUMN extra DATE");

        assertThatThrownBy(() -> load(declared, StepListener.NONE))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.TARGET_MISMATCH))
                .hasMessageContaining("Cannot load table shop/" + name + " into app-db:shop." + name)
                .hasMessageContaining("column id is integer where curated has bigint: ALTER TABLE")
                .hasMessageContaining("column note is written by the database alone")
                .hasMessageContaining("column extra is missing")
                .hasMessageContaining("column must is NOT NULL without default")
                .hasMessageContaining("is on exactly (id)")
                .hasMessageNotContaining("secret-word");
        assertThat(query("SELECT count(*) FROM {t}")).containsExactly("0");
    }

    @Test
    void valueThatDoesNotFitIsRefusedAndLeavesTheTargetAsItWas() throws SQLException {
        curateOrders();
        execute("CREATE SCHEMA IF NOT EXISTS shop");
        execute("CREATE TABLE {t} (id bigint PRIMARY KEY, note varchar(2), price numeric(12,2))");

        assertThatThrownBy(() -> load(Mode.UPSERT, "id"))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.TARGET_MISMATCH))
                .hasMessageContaining("value too long for type character varying(2) (column note)");
        assertThat(rows()).isEmpty();
        assertThat(stages()).isEmpty();
    }

    @Test
    void brokenConstraintIsRefusedAndLeavesTheTargetAsItWas() throws SQLException {
        curateOrders();
        execute("CREATE SCHEMA IF NOT EXISTS shop");
        execute("CREATE TABLE {t} (id bigint PRIMARY KEY, note text NOT NULL, price numeric(12,2))");

        assertThatThrownBy(() -> load(Mode.UPSERT, "id"))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("null value in column \"note\"");
        assertThat(rows()).isEmpty();
        assertThat(loader.findLoadedVersion(target(), table(Mode.UPSERT, "id"), settings(Mode.UPSERT)))
                .isEmpty();
    }

    @Test
    void columnThatCuratedGainsIsAddedAndFilled() throws SQLException {
        curateOrders();
        TableSettings adding =
                CuratedFixture.table(spark, curated(), List.of("id"), settings(Mode.UPSERT), NewColumns.ADD);
        load(adding, StepListener.NONE);
        curate("ALTER TABLE {t} ADD COLUMN colour STRING");
        curate("UPDATE {t} SET colour = 'red' WHERE id < 3");

        assertThat(load(adding, StepListener.NONE))
                .isEqualTo(new LoadOutcome(
                        LoadOutcome.How.CHANGES,
                        Optional.of(1L),
                        3,
                        2,
                        0,
                        List.of("ALTER TABLE \"shop\".\"" + curated().getFileName()
                                + "\" ADD COLUMN \"colour\" text")));
        assertThat(query("SELECT id, colour FROM {t} ORDER BY id")).containsExactly("1|red", "2|red", "3|null");
    }

    @Test
    void columnThatTheTargetLostIsFilledFromEverything() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        execute("ALTER TABLE {t} DROP COLUMN note");
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00)");

        assertThat(load(Mode.UPSERT, "id").how()).isEqualTo(LoadOutcome.How.EVERYTHING);
        assertThat(rows()).containsExactly("1|one|1.00", "2|two|2.00", "3|null|null", "4|four|4.00");
    }

    @Test
    void leftoversOfDeadLoadsAreRemovedAndThoseOfLiveOnesKept() throws SQLException {
        curateOrders();
        load(Mode.UPSERT, "id");
        List<String> during = new ArrayList<>();
        curate("INSERT INTO {t} VALUES (4, 'four', 4.00)");
        load(table(Mode.UPSERT, "id"), new StepListener() {
            @Override
            public void before(TableName table, Step step) {}

            @Override
            public void after(TableName table, Step step) {
                if (step == Step.STAGE_LOAD) {
                    try {
                        during.addAll(stages());
                    } catch (SQLException failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            }
        });
        assertThat(during).hasSize(1);
        assertThat(stages()).isEmpty();
        String prefix = during.get(0).substring(0, during.get(0).lastIndexOf('_') + 1);
        execute("CREATE UNLOGGED TABLE sluice." + prefix + "dead (id int)");
        execute("CREATE UNLOGGED TABLE sluice." + prefix + "live (id int)");
        curate("INSERT INTO {t} VALUES (5, 'five', 5.00)");

        try (Connection owner = connect();
                Statement statement = owner.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtextextended('sluice." + prefix + "live', 0))");
            load(Mode.UPSERT, "id");
            assertThat(stages()).containsExactly(prefix + "live");
        }
        execute("DROP TABLE sluice." + prefix + "live");
    }

    @Test
    void rowsOfATaskAttemptThatSparkGaveUpAreNotLoaded() throws SQLException {
        curateOrders();
        load(table(Mode.APPEND), new StepListener() {
            @Override
            public void before(TableName table, Step step) {}

            @Override
            public void after(TableName table, Step step) {
                if (step == Step.STAGE_LOAD) {
                    try {
                        String stage = "sluice." + stages().get(0);
                        execute("INSERT INTO " + stage + " SELECT id, note, price, _sluice_op, -1 FROM " + stage);
                    } catch (SQLException failure) {
                        throw new IllegalStateException(failure);
                    }
                }
            }
        });
        assertThat(rows()).hasSize(3);
    }

    @Test
    void wrongPasswordIsToldApart() throws SQLException {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");
        JdbcEndpoint nobody =
                new JdbcEndpoint(target().url(), Optional.of("nobody_" + name), Optional.of("secret-word"));

        assertThatThrownBy(() -> loader.findLoadedVersion(nobody, table, settings(Mode.UPSERT)))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.CREDENTIALS_REJECTED))
                .hasMessageContaining("It rejects the credentials")
                .hasMessageNotContaining("secret-word");
    }

    private List<String> stages() throws SQLException {
        return query(
                "SELECT relname FROM pg_class WHERE relnamespace = 'sluice'::regnamespace AND relname LIKE 'stage%'");
    }

    @Test
    void wholeLoadTakesOneSparkActionOfItsOwn() throws Exception {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");
        load(table, StepListener.NONE);
        curate("UPDATE {t} SET note = 'deux' WHERE id = 2");

        int jobs = jobsOf(() -> load(table, StepListener.NONE));

        assertThat(jobs).as("shuffle and result of one action").isLessThanOrEqualTo(2);
    }

    @Test
    void unreachableServerAndWrongRoleAreToldApart() throws SQLException {
        curateOrders();
        TableSettings table = table(Mode.UPSERT, "id");
        JdbcEndpoint nowhere = new JdbcEndpoint(
                "jdbc:postgresql://localhost:1/postgres?sslpassword=hidden-word",
                Optional.of("postgres"),
                Optional.of("secret-word"));
        assertThatThrownBy(() -> loader.findLoadedVersion(nowhere, table, settings(Mode.UPSERT)))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.SOURCE_UNREACHABLE))
                .hasMessageContaining("jdbc:postgresql://localhost:1/postgres")
                .hasMessageNotContaining("hidden-word")
                .hasMessageNotContaining("secret-word");

        execute("CREATE ROLE reader_" + name + " LOGIN");
        JdbcEndpoint reader =
                new JdbcEndpoint(target().url(), Optional.of("reader_" + name), Optional.of("secret-word"));
        assertThatThrownBy(() -> loader.load(
                        spark, reader, table, settings(Mode.UPSERT), curated().toString(), StepListener.NONE))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("permission denied")
                .hasMessageContaining("Grant the role");
    }

    @Test
    void sessionIsNamedAfterTheLoader() throws SQLException {
        curateOrders();
        List<String> names = new ArrayList<>();
        load(table(Mode.UPSERT, "id"), new StepListener() {
            @Override
            public void before(TableName table, Step step) {
                try {
                    names.addAll(query("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE"
                            + " 'sluice%'"));
                } catch (SQLException failure) {
                    throw new IllegalStateException(failure);
                }
            }

            @Override
            public void after(TableName table, Step step) {}
        });
        assertThat(names).containsOnly("sluice-loader");
    }
}
