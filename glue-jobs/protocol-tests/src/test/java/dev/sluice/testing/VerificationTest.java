package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Difference;
import dev.sluice.verify.Difference.Explanation;
import dev.sluice.verify.Difference.Kind;
import dev.sluice.verify.NotCompared;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {

    private static final String EVERY_TYPE =
            """
            CREATE TABLE t (id int PRIMARY KEY, b boolean, i2 smallint, i4 int, i8 bigint, f4 real, f8 double precision,
                n numeric(20,6), n0 numeric(38,0), s text, c char(5), u uuid, bin bytea, d date,
                ts timestamp, tz timestamptz, j jsonb, a int[])""";

    private static final String[] EVERY_COLUMN = {
        "id int",
        "b boolean",
        "i2 smallint",
        "i4 int",
        "i8 bigint",
        "f4 float",
        "f8 double",
        "n decimal(20,6)",
        "n0 decimal(38,0)",
        "s string",
        "c string",
        "u string",
        "bin binary",
        "d date",
        "ts timestamp",
        "tz timestamp",
        "j string",
        "a string"
    };

    private static final String EDGE_VALUES =
            """
            INSERT INTO t VALUES
            (1, true, -32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', 0, 0, '', '', gen_random_uuid(), '',
             '1582-10-15', '1900-01-02 00:00:00', '1900-01-01 00:00:00+00', '{}', '{}'),
            (2, false, 32767, 2147483647, 9223372036854775807, '-0', '-0', -0.000001,
             99999999999999999999999999999999999999, 'Ünï😀 "quoted" \\ | : - \t\n', 'ab', gen_random_uuid(), '\\x00ff',
             '9999-12-31', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00', '{"a": [1, null]}', '{1,NULL}'),
            (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
            (4, true, 0, 0, 0, 'Infinity', '-Infinity', 12345678901234.123456, -1, '-', '  x', gen_random_uuid(), '\\xde',
             '1969-12-31', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00', '"x"', '{}'),
            (5, true, 1, 1, 1, 1e-45, 4.9e-324, 0.000000, 100, 'NULL', 'x', gen_random_uuid(), '\\x',
             '1970-01-01', '2024-10-27 02:30:00.000001', '1901-11-18 12:03:58.123456+00', '1.10', '{{1},{2}}'),
            (6, true, 1, 1, 1, 3.4028235e38, 1.7976931348623157e308, 100.500000, 100, '3:abc', 'x', gen_random_uuid(),
             '\\x', '1600-02-29', '2024-03-31 01:59:59.999999', '2024-03-31 01:00:00+00', 'null', NULL)""";

    @TempDir
    Path folder;

    private Database shop;
    private Database warehouse;
    private Lake lake;

    @BeforeEach
    void connect() {
        shop = PostgresServer.newDatabase("shop");
        warehouse = PostgresServer.newDatabase("warehouse");
        lake = Lake.in(folder).connect("shop", shop.endpoint()).connect("warehouse", warehouse.endpoint());
    }

    @Test
    void tablesWithEveryTypesEdgeValuesAreEqual() {
        inZone("Europe/Berlin");
        shop.execute(EVERY_TYPE);
        shop.execute(EDGE_VALUES);
        ingest(everyType().build());
        load();

        Comparison curated = verify(Scope.CURATED);
        Comparison target = verify(Scope.TARGETS);

        assertThat(curated.differences()).isEmpty();
        assertThat(curated.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(curated.columns()).hasSize(EVERY_COLUMN.length);
        assertThat(curated.notCompared()).isEmpty();
        assertThat(List.of(curated.leftRows(), curated.rightRows())).containsExactly(6L, 6L);
        assertThat(target.differences()).isEmpty();
        assertThat(target.columns()).hasSize(EVERY_COLUMN.length);
        assertThat(target.rightRows()).isEqualTo(6);
        assertThat(target.point().curatedVersion()).isEqualTo(curated.point().curatedVersion());
    }

    @Test
    void everyColumnsChangeInTheTargetIsNamed() {
        shop.execute(EVERY_TYPE);
        shop.execute(EDGE_VALUES);
        ingest(everyType().build());
        load();
        Map<String, String> tampered = Map.ofEntries(
                Map.entry("b", "false"),
                Map.entry("i2", "-1"),
                Map.entry("i4", "i4 + 1"),
                Map.entry("i8", "i8 - 1"),
                Map.entry("f4", "3.4028233e38"),
                Map.entry("f8", "1.7976931348623155e308"),
                Map.entry("n", "100.500001"),
                Map.entry("n0", "101"),
                Map.entry("s", "'3:abC'"),
                Map.entry("c", "NULL"),
                Map.entry("u", "''"),
                Map.entry("bin", "NULL"),
                Map.entry("d", "'infinity'"),
                Map.entry("ts", "ts + interval '1 microsecond'"),
                Map.entry("tz", "'-infinity'"),
                Map.entry("j", "'null '"),
                Map.entry("a", "''"));
        tampered.forEach(
                (column, value) -> warehouse.execute("UPDATE t SET " + column + " = " + value + " WHERE id = 6"));

        Comparison target = verify(Scope.TARGETS);

        assertThat(target.verdict()).isEqualTo(Verdict.DIFFERENT);
        Difference only = only(target);
        assertThat(only.key()).isEqualTo(Map.of("id", "6"));
        assertThat(only.columns())
                .extracting(Difference.Values::column)
                .containsExactlyInAnyOrderElementsOf(tampered.keySet());
        assertThat(only.columns())
                .contains(
                        new Difference.Values("n", Optional.of("100.500000"), Optional.of("100.500001")),
                        new Difference.Values("d", Optional.of("1600-02-29"), Optional.of("infinity")),
                        new Difference.Values("c", Optional.of("x"), Optional.empty()),
                        new Difference.Values("b", Optional.of("true"), Optional.of("false")),
                        new Difference.Values(
                                "ts", Optional.of("2024-03-31T01:59:59.999999Z"), Optional.of("2024-03-31T02:00:00Z")));
    }

    @Test
    void oneChangedByteAmongTwentyThousandRowsIsFoundAndNamed() {
        shop.execute("CREATE TABLE t (id bigint PRIMARY KEY, region text, note text, price numeric(12,2))");
        shop.execute(
                "INSERT INTO t SELECT g, 'r' || g % 7, 'note of ' || g, g / 100.0 FROM generate_series(1, 20000) g");
        ingest(Items.table("shop/t")
                .columns("id bigint", "region string", "note string", "price decimal(12,2)")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT)
                .build());
        load();
        assertThat(verify(Scope.CURATED).verdict()).isEqualTo(Verdict.EQUAL);
        tamper("UPDATE %s SET note = 'notE of 12345' WHERE id = 12345");
        warehouse.execute("UPDATE t SET price = price + 0.01 WHERE id = 777");

        Comparison curated = verify(Scope.CURATED);
        Comparison target = verify(Scope.TARGETS);

        assertThat(List.of(curated.leftRows(), curated.rightRows())).containsExactly(20000L, 20000L);
        assertThat(curated.counts()).containsExactly(new Comparison.Count(Kind.DIFFERENT, Optional.empty(), 1, 1));
        assertThat(only(curated).key()).isEqualTo(Map.of("id", "12345"));
        assertThat(only(curated).columns())
                .containsExactly(
                        new Difference.Values("note", Optional.of("note of 12345"), Optional.of("notE of 12345")));
        assertThat(only(target).key()).isEqualTo(Map.of("id", "777"));
        assertThat(only(target).columns())
                .containsExactly(new Difference.Values("price", Optional.of("7.77"), Optional.of("7.78")));
    }

    @Test
    void missingExtraAndDoubledRowsAreFound() {
        shop.execute("CREATE TABLE t (id int, part text, v text, PRIMARY KEY (id, part));"
                + "INSERT INTO t SELECT g, 'p', 'v' || g FROM generate_series(1, 500) g");
        ingest(Items.table("shop/t")
                .columns("id int", "part string", "v string")
                .merge("id", "part")
                .load("warehouse", LoadSettings.Mode.UPSERT)
                .build());
        load();
        tamper("DELETE FROM %s WHERE id = 3");
        tamper("INSERT INTO %s VALUES (501, 'p', 'more'), (7, 'p', 'v7')");
        warehouse.execute("ALTER TABLE t DROP CONSTRAINT t_pkey; DELETE FROM t WHERE id = 4;"
                + "INSERT INTO t VALUES (9, 'p', 'v9'), (9, 'p', 'v9'), (600, 'q', 'x')");

        assertThat(told(verify(Scope.CURATED)))
                .containsExactlyInAnyOrder(
                        "MISSING {id=3, part=p} 1", "EXTRA {id=501, part=p} 1", "EXTRA {id=7, part=p} 1");
        assertThat(told(verify(Scope.TARGETS)))
                .containsExactlyInAnyOrder(
                        "MISSING {id=4, part=p} 1", "EXTRA {id=9, part=p} 2", "EXTRA {id=600, part=q} 1");
    }

    @Test
    void allDifferencesAreCountedAndTheFirstAreListed() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY, v text);"
                + "INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 3000) g");
        ingest(Items.table("shop/t").columns("id int", "v string").merge("id").build());
        tamper("UPDATE %s SET v = concat(v, '!') WHERE id > 1000");
        tamper("DELETE FROM %s WHERE id <= 10");

        Comparison curated = verify(Scope.CURATED);

        assertThat(curated.counts())
                .containsExactly(
                        new Comparison.Count(Kind.DIFFERENT, Optional.empty(), 2000, 2000),
                        new Comparison.Count(Kind.MISSING, Optional.empty(), 10, 10));
        assertThat(curated.differences()).hasSize(Comparison.MOST_DIFFERENCES);
        assertThat(curated.unexplained()).isEqualTo(2010);
    }

    @Test
    void rowsThatTheNextRunReadsAreExplained() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY, v text, updated_at timestamptz DEFAULT now());"
                + "INSERT INTO t SELECT g, 'v', now() - interval '1 day' FROM generate_series(1, 100) g");
        ingest(Items.table("shop/t")
                .columns("id int", "v string", "updated_at timestamp")
                .merge("id")
                .incremental("updated_at")
                .build());
        shop.execute("UPDATE t SET v = 'w', updated_at = now() WHERE id = 5; INSERT INTO t VALUES (101, 'n', NULL)");

        Comparison curated = verify(Scope.CURATED);

        assertThat(curated.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(curated.explained()).isEqualTo(2);
        assertThat(curated.differences())
                .allSatisfy(difference -> assertThat(difference.explanation()).contains(Explanation.NEXT_RUN));
        assertThat(curated.point().position()).isPresent();

        shop.execute("DELETE FROM t WHERE id = 6; UPDATE t SET v = 'silent' WHERE id = 7");
        Comparison spoiled = verify(Scope.CURATED);
        assertThat(spoiled.verdict()).isEqualTo(Verdict.DIFFERENT);
        assertThat(told(spoiled).subList(0, 2)).containsExactlyInAnyOrder("EXTRA {id=6} 1", "DIFFERENT {id=7} 1");
        assertThat(spoiled.notes()).anyMatch(note -> note.contains("does not see rows that the source deletes"));
    }

    @Test
    void quarantinedRowsAreExplainedUntilTheSourceChanges() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY, price numeric(10,2), ts timestamp, f8 float8, bin bytea,"
                + " updated_at timestamptz);"
                + "INSERT INTO t SELECT g, g, '2024-05-05 12:00:00.123', 0.1, '\\x01', now() - interval '1 day'"
                + " FROM generate_series(1, 50) g; UPDATE t SET price = -1 WHERE id IN (8, 9)");
        ingest(Items.table("shop/t")
                .columns(
                        "id int",
                        "price decimal(10,2)",
                        "ts timestamp",
                        "f8 double",
                        "bin binary",
                        "updated_at timestamp")
                .merge("id")
                .incremental("updated_at")
                .rule("price-not-negative", "price >= 0")
                .build());

        Comparison curated = verify(Scope.CURATED);

        assertThat(curated.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(curated.counts())
                .containsExactly(new Comparison.Count(Kind.MISSING, Optional.of(Explanation.QUARANTINED), 2, 2));

        shop.execute("UPDATE t SET price = 1 WHERE id = 8");
        assertThat(told(verify(Scope.CURATED))).contains("MISSING {id=8} 1");
        assertThat(verify(Scope.CURATED).unexplained()).isEqualTo(1);
    }

    @Test
    void tablesWithoutKeyAreComparedAsRowsUpToTheBookmark() {
        shop.execute("CREATE TABLE t (at timestamptz NOT NULL DEFAULT clock_timestamp(), what text);"
                + "INSERT INTO t SELECT '2024-01-01', 'w' || g % 10 FROM generate_series(1, 100) g");
        ingest(Items.table("shop/t")
                .columns("at timestamp", "what string")
                .append()
                .incremental("at")
                .load("warehouse", LoadSettings.Mode.APPEND)
                .build());
        load();
        shop.execute("INSERT INTO t VALUES (now() + interval '1 hour', 'later')");

        assertThat(verify(Scope.CURATED).counts()).isEmpty();
        assertThat(verify(Scope.CURATED).leftRows()).isEqualTo(100);
        assertThat(verify(Scope.TARGETS).counts()).isEmpty();

        warehouse.execute("INSERT INTO t SELECT * FROM t WHERE what = 'w3' LIMIT 2");
        tamper("DELETE FROM %s WHERE what = 'w4'");
        Difference missing = only(verify(Scope.CURATED));
        assertThat(missing.kind()).isEqualTo(Kind.MISSING);
        assertThat(missing.rows()).isEqualTo(10);
        assertThat(missing.columns()).contains(new Difference.Values("what", Optional.of("w4"), Optional.empty()));
        Difference extra = only(verify(Scope.TARGETS));
        assertThat(extra.kind()).isEqualTo(Kind.EXTRA);
        assertThat(extra.rows()).isEqualTo(2);
        assertThat(verify(Scope.TARGETS).notes()).anyMatch(note -> note.contains("no primary key"));
    }

    @Test
    void columnsThatAreNoCopiesAreListedWithTheReason() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY, \"Odd Name\" text, amount text, small smallint, extra text);"
                + "INSERT INTO t VALUES (1, 'x', '12', 3, 'e'), (2, NULL, '13', NULL, NULL)");
        ingest(Items.table("shop/t")
                .columns("id bigint", "amount int")
                .column(new ColumnSettings(
                        "odd_name", ColumnType.of("string"), true, "Odd Name", Optional.empty(), Optional.empty()))
                .column(new ColumnSettings(
                        "doubled", ColumnType.of("int"), true, "doubled", Optional.empty(), Optional.of("id * 2")))
                .column(new ColumnSettings(
                        "small", ColumnType.of("decimal(8,2)"), true, "small", Optional.empty(), Optional.empty()))
                .newColumns(SchemaSettings.NewColumns.ADD)
                .merge("id")
                .build());

        Comparison curated = verify(Scope.CURATED);

        assertThat(curated.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(curated.columns()).containsExactlyInAnyOrder("id", "odd_name", "small", "extra");
        assertThat(curated.notCompared())
                .containsExactlyInAnyOrder(
                        new NotCompared("amount", "the cast from string to int does not keep every value"),
                        new NotCompared("doubled", "computed by an expression"));
    }

    @Test
    void widerAndForeignTypesOfATargetAreCompared() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY, f4 real, n numeric(10,2), i int, u uuid, j jsonb, c text);"
                + "INSERT INTO t VALUES (1, 0.1, 1.50, 7, '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '{\"a\": 1}', 'x  '),"
                + " (2, 'NaN', 0, 2147483647, NULL, NULL, '')");
        warehouse.execute(
                "CREATE TABLE t (id bigint PRIMARY KEY, f4 double precision, n numeric, i numeric(20,4), u uuid,"
                        + " j jsonb, c char(4), own text)");
        ingest(Items.table("shop/t")
                .columns("id int", "f4 float", "n decimal(10,2)", "i int", "u string", "j string", "c string")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT)
                .build());
        load();

        Comparison target = verify(Scope.TARGETS);
        assertThat(target.differences()).isEmpty();
        assertThat(target.columns()).containsExactly("id", "f4", "n", "i", "u", "c");
        assertThat(target.notCompared()).extracting(NotCompared::column).containsExactly("j", "own");

        warehouse.execute("UPDATE t SET n = 1.501, i = 7.5, f4 = 0.10000000149011612 WHERE id = 1");
        assertThat(only(verify(Scope.TARGETS)).columns())
                .containsExactly(
                        new Difference.Values("f4", Optional.of("0.1"), Optional.of("0.10000000149011612")),
                        new Difference.Values("n", Optional.of("1.50"), Optional.of("1.501")),
                        new Difference.Values("i", Optional.of("7"), Optional.of("7.5000")));
    }

    @Test
    void randomRowsHaveTheSameChecksumsEverywhere() {
        inZone("America/New_York");
        shop.execute(EVERY_TYPE);
        Random random = new Random(20240527);
        StringBuilder rows = new StringBuilder();
        for (int id = 1; id <= 400; id++) {
            rows.append(id == 1 ? "INSERT INTO t VALUES " : ", ").append(randomRow(random, id));
        }
        shop.execute(rows.toString());
        ingest(everyType().build());
        load();

        Comparison curated = verify(Scope.CURATED);
        Comparison target = verify(Scope.TARGETS);

        // A wall clock that the zone skips is in quarantine, and must be explained as that.
        assertThat(curated.unexplained()).as("%s", curated.differences()).isZero();
        assertThat(curated.rightRows()).isGreaterThan(390);
        assertThat(target.counts()).as("%s", target.differences()).isEmpty();
    }

    @Test
    void aTargetThatWasNeverLoadedLacksEverything() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
        ingest(Items.table("shop/t")
                .columns("id int")
                .merge("id")
                .load("warehouse", LoadSettings.Mode.UPSERT)
                .build());

        Comparison target = verify(Scope.TARGETS);

        assertThat(target.counts()).containsExactly(new Comparison.Count(Kind.MISSING, Optional.empty(), 2, 2));
        assertThat(target.notes())
                .containsExactly("nothing has been loaded into it yet; load it with 'sluice load shop/t'");
    }

    @Test
    void whatWasNeverIngestedCannotBeVerified() {
        shop.execute("CREATE TABLE t (id int PRIMARY KEY)");
        lake.settings()
                .register(Items.table("shop/t").columns("id int").merge("id").build(), SettingsStore.Existing.REPLACE);

        assertThatThrownBy(() -> verify(Scope.CURATED))
                .isInstanceOf(SluiceException.class)
                .hasMessage(
                        "Cannot verify table shop/t: nothing has been ingested yet. Run it first with 'sluice run shop/t'")
                .extracting(failure -> ((SluiceException) failure).code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
    }

    private static Items everyType() {
        return Items.table("shop/t").columns(EVERY_COLUMN).merge("id").load("warehouse", LoadSettings.Mode.UPSERT);
    }

    private static String randomRow(Random random, int id) {
        return "(" + id + ", " + orNull(random, String.valueOf(random.nextBoolean()))
                + ", " + orNull(random, String.valueOf((short) random.nextInt()))
                + ", " + orNull(random, String.valueOf(random.nextInt()))
                + ", " + orNull(random, "'" + random.nextLong() + "'")
                + ", " + orNull(random, "'" + usual(Float.intBitsToFloat(random.nextInt())) + "'")
                + ", " + orNull(random, "'" + Double.longBitsToDouble(random.nextLong()) + "'")
                + ", " + orNull(random, random.nextInt(1_000_000) + "." + random.nextInt(1000))
                + ", " + orNull(random, new java.math.BigInteger(120, random).toString())
                + ", " + orNull(random, "'" + text(random) + "'")
                + ", " + orNull(random, "'" + random.nextInt(9999) + " '")
                + ", gen_random_uuid(), " + orNull(random, "decode('" + bytes(random) + "', 'hex')")
                + ", " + orNull(random, "'1600-01-01'::date + " + random.nextInt(3_068_000))
                + ", " + orNull(random, timestamp(random, "timestamp '1900-01-02 00:00:00'"))
                + ", " + orNull(random, timestamp(random, "timestamptz '1900-01-02 00:00:00+00'"))
                + ", " + orNull(random, "jsonb_build_object('k', " + random.nextInt() + ")")
                + ", " + orNull(random, "ARRAY[" + random.nextInt() + ", NULL]") + ")";
    }

    private static float usual(float value) {
        return Float.isNaN(value) ? Float.NaN : value;
    }

    private static String orNull(Random random, String value) {
        return random.nextInt(10) == 0 ? "NULL" : value;
    }

    private static String timestamp(Random random, String from) {
        return from + " + " + random.nextInt(2_958_000) + " * interval '1 day' + " + random.nextInt(86_400)
                + " * interval '1 second' + " + random.nextInt(1_000_000) + " * interval '1 microsecond'";
    }

    private static String bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return java.util.HexFormat.of().formatHex(bytes);
    }

    /** Any code points that a text can have, quotes doubled. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(random.nextInt(20) == 0 ? 500 : 12); length > 0; length--) {
            int point = random.nextInt(4) == 0 ? random.nextInt(0x110000) : 1 + random.nextInt(0x250);
            if (point != 0 && (point < 0xd800 || point > 0xdfff)) {
                text.appendCodePoint(point);
            }
        }
        return text.toString().replace("'", "''");
    }

    private void inZone(String zone) {
        SourceSettings utc = lake.settings().findSource("shop").orElseThrow();
        lake.settings()
                .register(
                        new SourceSettings(
                                utc.source(),
                                utc.version(),
                                utc.kind(),
                                utc.connection(),
                                ZoneId.of(zone),
                                utc.maxConcurrentTables()),
                        SettingsStore.Existing.REPLACE);
    }

    private void ingest(TableSettings settings) {
        lake.settings().register(settings, SettingsStore.Existing.REPLACE);
        assertThat(new Ingest(lake, RunListener.NONE)
                        .run(IngestRequest.of("run-1", List.of(settings.name())))
                        .failed())
                .isEmpty();
    }

    private void load() {
        assertThat(new LoadRun(lake, RunListener.NONE)
                        .run("run-1", lake.settings().tables("shop"))
                        .failed())
                .isEmpty();
    }

    private Comparison verify(Scope scope) {
        var report =
                new Verification(lake).verify(lake.settings().tables("shop").get(0), Set.of(scope));
        assertThat(report.comparisons()).hasSize(1);
        return report.comparisons().get(0);
    }

    /** Changes curated behind the ledger's back. */
    private void tamper(String sql) {
        TestSpark.session().sql(String.format(sql, "delta.`" + curated() + "`"));
    }

    private String curated() {
        return "file://" + folder.resolve("curated/shop/t").toAbsolutePath();
    }

    private static Difference only(Comparison comparison) {
        assertThat(comparison.differences()).hasSize(1);
        return comparison.differences().get(0);
    }

    private static List<String> told(Comparison comparison) {
        return comparison.differences().stream()
                .map(difference -> difference.kind() + " " + difference.key() + " " + difference.rows())
                .toList();
    }
}
