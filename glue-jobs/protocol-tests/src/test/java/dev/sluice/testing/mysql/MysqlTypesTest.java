package dev.sluice.testing.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.testing.TestSpark;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

/** Every type of MySQL with its ends, with NULL, and with what no raw type holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@Isolated("it weighs the heap")
class MysqlTypesTest {

    private static final String MOST = "9".repeat(38);

    private MysqlSource source;
    private SparkSession spark;
    private int tables;

    @BeforeAll
    void start() {
        source = new MysqlSource();
        spark = TestSpark.session().newSession();
        spark.conf().set("spark.sql.datetime.java8API.enabled", "true");
    }

    /** Values of one column as one read gives them; {@code columns} are written {@code type: value, value}. */
    private Map<String, List<Object>> read(String... columns) {
        String table = "typed" + ++tables;
        List<String> definitions = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < columns.length; i++) {
            String[] parts = columns[i].split(": ", 2);
            definitions.add("c" + i + " " + parts[0] + " NULL");
            values.add(List.of(parts[1].split(" ; ")));
            most = Math.max(most, values.get(i).size());
        }
        StringBuilder sql = new StringBuilder("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00';"
                + "CREATE TABLE " + table + " (id int, " + String.join(", ", definitions) + ");");
        for (int row = 0; row < most; row++) {
            sql.append("INSERT INTO ").append(table).append(" VALUES (").append(row);
            for (List<String> column : values) {
                sql.append(", ").append(row < column.size() ? column.get(row) : "NULL");
            }
            sql.append(");");
        }
        source.database.execute(sql.toString());
        Map<String, List<Object>> read = new TreeMap<>();
        try (Extraction extraction = source.open(source.item(table));
                Snapshot snapshot = extraction.openSnapshot()) {
            for (Row row : snapshot.read(spark, Window.ALL).orderBy("id").collectAsList()) {
                for (int i = 0; i < columns.length; i++) {
                    if (row.getInt(0) < values.get(i).size()) {
                        read.computeIfAbsent(columns[i].split(": ", 2)[0], type -> new ArrayList<>())
                                .add(row.get(i + 1));
                    }
                }
                read.computeIfAbsent("lost", type -> new ArrayList<>()).add(row.get(columns.length + 1));
            }
        }
        return read;
    }

    @Test
    void numbersKeepTheirEnds() {
        Map<String, List<Object>> read = read(
                "tinyint: -128 ; 127 ; NULL",
                "tinyint unsigned: 0 ; 255",
                "tinyint(1): 0 ; 1 ; 2",
                "smallint: -32768 ; 32767",
                "smallint unsigned: 65535 ; 0",
                "mediumint: -8388608 ; 8388607",
                "mediumint unsigned: 16777215 ; 0",
                "int: -2147483648 ; 2147483647",
                "int unsigned: 4294967295 ; 0",
                "int(6) zerofill: 42 ; 4294967295",
                "bigint: -9223372036854775808 ; 9223372036854775807",
                "bigint unsigned: 18446744073709551615 ; 0",
                "decimal(38,0): -" + MOST + " ; " + MOST,
                "decimal(5,2): -999.99 ; 0",
                "decimal(65,30): -" + "9".repeat(35) + "." + "9".repeat(30) + " ; 0.1",
                "float: 16777217 ; 3.4028234e38 ; 0.1",
                "double: -1.7976931348623157e308 ; 4.9e-324 ; 0.1",
                "bit(1): b'1' ; b'0' ; NULL",
                "bit(8): b'10101010' ; b'0'",
                "bit(64): ~0 ; 1",
                "year: 1901 ; 2155 ; 0");
        assertThat(read.get("tinyint")).containsExactly((short) -128, (short) 127, null);
        assertThat(read.get("tinyint unsigned")).containsExactly((short) 0, (short) 255);
        assertThat(read.get("tinyint(1)")).containsExactly((short) 0, (short) 1, (short) 2);
        assertThat(read.get("smallint")).containsExactly((short) -32768, (short) 32767);
        assertThat(read.get("smallint unsigned")).containsExactly(65535, 0);
        assertThat(read.get("mediumint")).containsExactly(-8388608, 8388607);
        assertThat(read.get("mediumint unsigned")).containsExactly(16777215, 0);
        assertThat(read.get("int")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(read.get("int unsigned")).containsExactly(4294967295L, 0L);
        assertThat(read.get("int(6) zerofill")).containsExactly(42L, 4294967295L);
        assertThat(read.get("bigint")).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(read.get("bigint unsigned"))
                .containsExactly(new BigDecimal("18446744073709551615"), new BigDecimal("0"));
        assertThat(read.get("decimal(38,0)")).containsExactly(new BigDecimal("-" + MOST), new BigDecimal(MOST));
        assertThat(read.get("decimal(5,2)")).containsExactly(new BigDecimal("-999.99"), new BigDecimal("0.00"));
        assertThat(read.get("decimal(65,30)"))
                .containsExactly("-" + "9".repeat(35) + "." + "9".repeat(30), "0.1" + "0".repeat(29));
        assertThat(read.get("float")).containsExactly(16777216f, 3.4028234e38f, 0.1f);
        assertThat(read.get("double")).containsExactly(-Double.MAX_VALUE, Double.MIN_VALUE, 0.1);
        assertThat(read.get("bit(1)")).containsExactly(true, false, null);
        assertThat(read.get("bit(8)")).containsExactly(170L, 0L);
        assertThat(read.get("bit(64)")).containsExactly(new BigDecimal("18446744073709551615"), new BigDecimal("1"));
        assertThat(read.get("year")).containsExactly((short) 1901, (short) 2155, (short) 0);
        assertThat(read.get("lost")).containsOnlyNulls();
    }

    @Test
    void datesAndTimesKeepMicrosecondsAndNameWhatIsNoDate() {
        Map<String, List<Object>> read = read(
                "date: '0001-01-01' ; '9999-12-31' ; '1582-10-10' ; '0000-00-00' ; '2020-00-15' ; '2021-02-31' ; NULL",
                "datetime(6): '0001-01-01 00:00:00' ; '9999-12-31 23:59:59.999999' ; '2026-03-29 02:30:00.000001'"
                        + " ; '0000-00-00 00:00:00' ; '2020-05-00 12:00:00' ; '2021-02-31 10:00:00' ; NULL",
                "timestamp(6): '1970-01-01 00:00:01' ; '2038-01-19 03:14:07.999999' ; '2026-10-25 01:30:00'"
                        + " ; '0000-00-00 00:00:00' ; NULL",
                "time(6): '-838:59:59.999999' ; '838:59:59.999999' ; '00:00:00.5' ; NULL");
        assertThat(read.get("date").subList(0, 3))
                .containsExactly(
                        LocalDate.parse("0001-01-01"), LocalDate.parse("9999-12-31"), LocalDate.parse("1582-10-10"));
        assertThat(read.get("date").subList(3, 7)).containsOnlyNulls();
        assertThat(read.get("datetime(6)").subList(0, 3))
                .containsExactly(
                        LocalDateTime.parse("0001-01-01T00:00:00"),
                        LocalDateTime.parse("9999-12-31T23:59:59.999999"),
                        LocalDateTime.parse("2026-03-29T02:30:00.000001"));
        assertThat(read.get("datetime(6)").subList(3, 7)).containsOnlyNulls();
        assertThat(read.get("timestamp(6)"))
                .containsExactly(
                        Instant.parse("1970-01-01T00:00:01Z"),
                        Instant.parse("2038-01-19T03:14:07.999999Z"),
                        Instant.parse("2026-10-25T01:30:00Z"),
                        null,
                        null);
        assertThat(read.get("time(6)"))
                .containsExactly("-838:59:59.999999", "838:59:59.999999", "00:00:00.500000", null);
        assertThat(read.get("lost").subList(0, 3)).containsOnlyNulls();
        assertThat(read.get("lost").get(3).toString().replace("\": \"", "\":\""))
                .contains("\"c0\":\"0000-00-00\"", "\"c1\":\"0000-00-00 00:00:00.000000\"", "\"c2\":\"0000-00-00");
        assertThat(read.get("lost").get(5).toString())
                .contains("2021-02-31", "2021-02-31 10:00:00.000000")
                .doesNotContain("c2");
        assertThat(read.get("lost").get(6)).isNull();
    }

    @Test
    void textsBytesAndTheRestComeAsTheServerWritesThem() {
        Map<String, List<Object>> read = read(
                "varchar(20) CHARACTER SET utf8mb4: 'naïve ☃ 𝄞 ' ; '' ; NULL ; 'a\\\\b\\nc'",
                "varchar(20) CHARACTER SET latin1: 'naïve' ; ''",
                "char(5): 'ab   '",
                "longtext: REPEAT('x', 100000)",
                "varbinary(4): x'00ff10' ; x''",
                "binary(3): x'01'",
                "longblob: REPEAT(x'ff', 100000)",
                "enum('glad','so so'): 'so so' ; 0",
                "set('a','b'): 'a,b' ; ''",
                "json: '{\"b\": 1,  \"a\": [null]}'",
                "uuid: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
                "inet6: '::1'",
                "point: ST_GeomFromText('POINT(1.5 -2)')");
        assertThat(read.get("varchar(20) CHARACTER SET utf8mb4")).containsExactly("naïve ☃ 𝄞 ", "", null, "a\\b\nc");
        assertThat(read.get("varchar(20) CHARACTER SET latin1")).containsExactly("naïve", "");
        assertThat(read.get("char(5)")).containsExactly("ab");
        assertThat(read.get("longtext")).containsExactly("x".repeat(100_000));
        assertThat((byte[]) read.get("varbinary(4)").get(0)).containsExactly(0, -1, 16);
        assertThat((byte[]) read.get("varbinary(4)").get(1)).isEmpty();
        assertThat((byte[]) read.get("binary(3)").get(0)).containsExactly(1, 0, 0);
        assertThat((byte[]) read.get("longblob").get(0)).hasSize(100_000).containsOnly(-1);
        assertThat(read.get("enum('glad','so so')")).containsExactly("so so", "");
        assertThat(read.get("set('a','b')")).containsExactly("a,b", "");
        assertThat(read.get("json")).containsExactly("{\"b\": 1,  \"a\": [null]}");
        assertThat(read.get("uuid")).containsExactly("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
        assertThat(read.get("inet6")).containsExactly("::1");
        assertThat((byte[]) read.get("point").get(0)).hasSize(21).startsWith(1, 1, 0, 0, 0);
    }

    @Test
    void everyTypeThatIsNotPlainHasANote() {
        source.database.execute(
                "CREATE TABLE noted (t1 tinyint(1), e enum('a'), s set('a'), j time, g polygon, b bit(8), d decimal(65,2),"
                        + " l datetime, u uuid, n int, v varchar(3))");
        try (Extraction extraction = source.open(source.item("noted"))) {
            assertThat(extraction.describe().columns().stream()
                            .filter(column -> column.note().isEmpty())
                            .map(SourceColumn::name))
                    .containsExactly("n", "v");
            assertThat(extraction
                            .describe()
                            .find("t1")
                            .orElseThrow()
                            .naturalType()
                            .ddl())
                    .isEqualTo("boolean");
        }
    }

    @Test
    void queriesAndViewsKeepTheirTypes() {
        source.database.execute(
                """
                CREATE TABLE base (id bigint unsigned PRIMARY KEY, price decimal(10,2), at timestamp(6) NULL, local datetime,
                    mood enum('glad'), flag bit(1), small tinyint unsigned, doc longtext, raw blob, born date, y year);
                INSERT INTO base VALUES (1, 1.25, '2026-01-01 00:00:00', '2026-01-02', 'glad', 1, 255, 'x', 'y', '2026-01-03', 2026);
                CREATE VIEW base_view AS SELECT * FROM base;
                """);
        String schema = source.database.table("base").schema();
        List<String> types = null;
        for (var item : List.of(
                source.item("base"),
                source.item("base_view"),
                source.item("q").query("SELECT * FROM " + schema + ".base -- all of it"))) {
            try (Extraction extraction = source.open(item);
                    Snapshot snapshot = extraction.openSnapshot()) {
                List<String> raw = snapshot.table().columns().stream()
                        .map(column -> column.rawType().ddl())
                        .toList();
                assertThat(raw).isEqualTo(types == null ? raw : types);
                types = raw;
                assertThat(snapshot.read(spark, Window.ALL).head().mkString("|"))
                        .startsWith("1|1.25|2026-01-01T00:00:00Z|2026-01-02T00:00|glad|true|255|x|");
            }
        }
    }

    @Test
    void oneReaderReadsOneInstantInBoundedMemory() {
        source.database.execute(
                """
                CREATE TABLE wide (id int PRIMARY KEY, pad text);
                INSERT INTO wide SELECT seq, REPEAT(MD5(seq), 32) FROM seq_1_to_150000;
                """);
        try (Extraction extraction =
                        source.open(source.item("wide").parallelism(3).fetchSize(500));
                Snapshot snapshot = extraction.openSnapshot()) {
            var rows = snapshot.read(spark, Window.ALL);
            assertThat(rows.rdd().getNumPartitions()).isEqualTo(1);
            long before = held();
            assertThat(rows.mapPartitions(
                                            (MapPartitionsFunction<Row, Long>) MysqlTypesTest::heldMidway,
                                            Encoders.LONG())
                                    .head()
                            - before)
                    .as("150 MB are read")
                    .isLessThan(50L << 20);
            assertThat(extraction.advice()).anyMatch(advice -> advice.startsWith("extract.parallelism is left aside"));
        }
    }

    /** The memory held after half of the rows. */
    private static Iterator<Long> heldMidway(Iterator<Row> rows) {
        for (int i = 0; i < 75_000; i++) {
            rows.next();
        }
        long held = held();
        long bytes = 0;
        while (rows.hasNext()) {
            bytes += rows.next().<String>getAs("pad").length();
        }
        assertThat(bytes).isEqualTo(75_000L * 1024);
        return List.of(held).iterator();
    }

    private static long held() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
