package dev.sluice.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresTypesTest {

    /** Every type of a stock PostgreSQL 16 that is not carried as the text the server writes. */
    private static final Map<String, String> NOT_TEXT = Map.ofEntries(
            Map.entry("bool", "boolean"),
            Map.entry("int2", "smallint"),
            Map.entry("int4", "int"),
            Map.entry("int8", "bigint"),
            Map.entry("oid", "bigint"),
            Map.entry("float4", "float"),
            Map.entry("float8", "double"),
            Map.entry("bytea", "binary"),
            Map.entry("date", "date"),
            Map.entry("timestamp", "timestamp_ntz"),
            Map.entry("timestamptz", "timestamp"));

    private static TestSource source;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws Exception {
        source = new TestSource();
        spark = TestSource.spark();
        spark.conf().set("spark.sql.datetime.java8API.enabled", "true");
    }

    @AfterAll
    static void stop() throws Exception {
        spark.stop();
        source.close();
    }

    /** What one expression of SQL becomes in Spark, with the column of unrepresentable values behind it. */
    private static Row read(String type, String... values) throws Exception {
        return table(type, values).collectAsList().get(0);
    }

    private static List<Object> column(String type, String... values) throws Exception {
        List<Object> column = new ArrayList<>();
        for (Row row : table(type, values).collectAsList()) {
            column.add(row.get(1));
        }
        return column;
    }

    private static Dataset<Row> table(String type, String... values) throws Exception {
        source.execute("DROP TABLE IF EXISTS typed", "CREATE TABLE typed (id int, v " + type + ")");
        for (int i = 0; i < values.length; i++) {
            source.execute("INSERT INTO typed VALUES (" + i + ", " + values[i] + ")");
        }
        try (Extraction extraction = new JdbcExtractor()
                        .open(
                                TestSource.SOURCE,
                                any -> source.endpoint(),
                                TestSource.table("typed").build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Dataset<Row> rows = snapshot.read(spark, Window.ALL).orderBy("id");
            assertThat(rows.schema().apply("v").dataType().sql().toLowerCase(java.util.Locale.ROOT))
                    .isEqualTo(
                            snapshot.table().find("v").orElseThrow().rawType().ddl());
            return spark.createDataFrame(rows.collectAsList(), rows.schema());
        }
    }

    private static List<String> unrepresentable(String type, String... values) throws Exception {
        return table(type, values).collectAsList().stream()
                .map(row -> row.isNullAt(1) ? row.getString(2) : row.get(1) + " and " + row.getString(2))
                .toList();
    }

    @Test
    void everyTypeOfAStockServerIsCarriedAndTextHasANote() throws Exception {
        List<String> types = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        try (Connection connection = source.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT typname, typarray <> 0 FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
                                + " AND typtype IN ('b', 'r', 'm', 'e', 'd') AND typoutput <> 'array_out'::regproc ORDER BY 1")) {
            while (rows.next()) {
                String type = rows.getString(1);
                types.add(type);
                columns.add("\"" + type + "\" pg_catalog.\"" + type + "\"");
                if (rows.getBoolean(2)) {
                    columns.add("\"" + type + "[]\" pg_catalog.\"" + type + "\"[]");
                }
            }
        }
        assertThat(types).hasSizeGreaterThan(60).contains("int8", "uuid", "pg_lsn", "int4multirange", "tsvector");
        source.execute("CREATE TABLE stock (" + String.join(", ", columns) + ")", "INSERT INTO stock DEFAULT VALUES");
        try (Extraction extraction = new JdbcExtractor()
                        .open(
                                TestSource.SOURCE,
                                any -> source.endpoint(),
                                TestSource.table("stock").build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Row row = snapshot.read(spark, Window.ALL).collectAsList().get(0);
            TreeSet<String> silent = new TreeSet<>();
            Map<String, String> carried = new TreeMap<>();
            for (SourceColumn column : snapshot.table().columns()) {
                assertThat(row.isNullAt(row.fieldIndex(column.name()))).isTrue();
                if (column.rawType().ddl().equals("string")) {
                    if (column.note().isEmpty()) {
                        silent.add(column.name());
                    }
                } else {
                    carried.put(column.name(), column.rawType().ddl());
                }
            }
            assertThat(carried).isEqualTo(NOT_TEXT);
            assertThat(silent).containsExactly("name", "text", "varchar");
            assertThat(row.isNullAt(row.fieldIndex(Snapshot.UNREPRESENTABLE))).isTrue();
        }
    }

    @Test
    void numbersKeepTheirEnds() throws Exception {
        assertThat(column("int2", "-32768", "32767", "NULL")).containsExactly((short) -32768, (short) 32767, null);
        assertThat(column("int4", "-2147483648", "2147483647")).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(column("int8", "-9223372036854775808", "9223372036854775807"))
                .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(column("oid", "4294967295")).containsExactly(4294967295L);
        assertThat(column("float8", "'NaN'", "'-Infinity'", "1.7976931348623157e308", "0.1", "4.9e-324"))
                .containsExactly(Double.NaN, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, 0.1, Double.MIN_VALUE);
        assertThat(column("float4", "'Infinity'", "3.4028235e38", "0.1"))
                .containsExactly(Float.POSITIVE_INFINITY, Float.MAX_VALUE, 0.1f);
        assertThat(column("bool", "true", "false", "NULL")).containsExactly(true, false, null);
    }

    @Test
    void numericsThatFitAreDecimalsAndOthersText() throws Exception {
        String most = "9".repeat(38);
        assertThat(column("numeric(38,0)", most, "-" + most, "NULL"))
                .containsExactly(new BigDecimal(most), new BigDecimal("-" + most), null);
        assertThat(column("numeric(38,38)", "0." + most)).containsExactly(new BigDecimal("0." + most));
        assertThat(column("numeric(5,2)", "-999.99", "0"))
                .containsExactly(new BigDecimal("-999.99"), new BigDecimal("0.00"));
        assertThat(unrepresentable("numeric(5,2)", "'NaN'", "1")).containsExactly("{\"v\": \"NaN\"}", "1.00 and null");
        assertThat(column("numeric", "'NaN'", "'Infinity'", "1e-30", "12345678901234567890123456789012345678901234"))
                .containsExactly(
                        "NaN",
                        "Infinity",
                        "0.000000000000000000000000000001",
                        "12345678901234567890123456789012345678901234");
        assertThat(column("numeric(50,2)", "1.5")).containsExactly("1.50");
        assertThat(column("numeric(3,-2)", "12345")).containsExactly("12300");
        assertThat(column("numeric(2,5)", "0.00012")).containsExactly("0.00012");
        assertThat(column("money", "'12.34'::numeric::money", "NULL"))
                .hasSize(2)
                .last()
                .isNull();
    }

    @Test
    void datesAndTimestampsKeepMicrosecondsAndNameWhatDoesNotFit() throws Exception {
        assertThat(column("date", "'0001-01-01'", "'9999-12-31'", "'1582-10-10'", "'1969-12-31'", "NULL"))
                .containsExactly(
                        LocalDate.parse("0001-01-01"),
                        LocalDate.parse("9999-12-31"),
                        LocalDate.parse("1582-10-10"),
                        LocalDate.parse("1969-12-31"),
                        null);
        assertThat(unrepresentable("date", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'10000-01-01'", "NULL"))
                .containsExactly(
                        "{\"v\": \"infinity\"}",
                        "{\"v\": \"-infinity\"}",
                        "{\"v\": \"0044-03-15 BC\"}",
                        "{\"v\": \"10000-01-01\"}",
                        null);
        assertThat(column(
                        "timestamptz",
                        "'0001-01-01 00:00:00+00'",
                        "'9999-12-31 23:59:59.999999+00'",
                        "'1969-12-31 23:59:59.999999+00'",
                        "'2026-03-29 02:30:00 Europe/Berlin'"))
                .containsExactly(
                        Instant.parse("0001-01-01T00:00:00Z"),
                        Instant.parse("9999-12-31T23:59:59.999999Z"),
                        Instant.parse("1969-12-31T23:59:59.999999Z"),
                        Instant.parse("2026-03-29T01:30:00Z"));
        assertThat(unrepresentable("timestamptz", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'10000-01-01'"))
                .containsExactly(
                        "{\"v\": \"infinity\"}",
                        "{\"v\": \"-infinity\"}",
                        "{\"v\": \"0044-03-15 00:00:00+00 BC\"}",
                        "{\"v\": \"10000-01-01 00:00:00+00\"}");
        assertThat(unrepresentable("timestamp", "'infinity'", "'-infinity'"))
                .containsExactly("{\"v\": \"infinity\"}", "{\"v\": \"-infinity\"}");
    }

    @Test
    void wallClocksKeepTimesThatTheSessionsZoneSkips() throws Exception {
        spark.conf().set("spark.sql.session.timeZone", "Europe/Berlin");
        try {
            assertThat(column(
                            "timestamp",
                            "'2026-03-29 02:30:00.000001'",
                            "'2026-10-25 02:30:00'",
                            "'0001-01-01'",
                            "'9999-12-31 23:59:59.999999'",
                            "NULL"))
                    .containsExactly(
                            LocalDateTime.parse("2026-03-29T02:30:00.000001"),
                            LocalDateTime.parse("2026-10-25T02:30:00"),
                            LocalDateTime.parse("0001-01-01T00:00:00"),
                            LocalDateTime.parse("9999-12-31T23:59:59.999999"),
                            null);
        } finally {
            spark.conf().set("spark.sql.session.timeZone", "UTC");
        }
    }

    @Test
    void primitivesOfRawValuesAreWhatTheDatabaseSends() throws Exception {
        for (String[] sample : new String[][] {
            {"date", "'1582-10-10'"},
            {"timestamptz", "'1969-12-31 23:59:59.999999+00'"},
            {"timestamp", "'2026-03-29 02:30:00.000001'"}
        }) {
            Dataset<Row> rows = table(sample[0], sample[1]);
            spark.conf().set("spark.sql.session.timeZone", "Europe/Berlin");
            try (Connection connection = source.connect()) {
                JdbcTable table = JdbcTable.load(
                        connection, source.endpoint(), TestSource.table("typed").build());
                JdbcColumn column = table.find("v").orElseThrow();
                String primitive = source.ask("SELECT " + table.selectExpression("v") + " FROM " + table.from()
                        + " WHERE " + table.condition(Window.ALL));
                assertThat(rows.select(column.toPrimitive(rows.col("v")))
                                .head()
                                .get(0)
                                .toString())
                        .isEqualTo(primitive);
            } finally {
                spark.conf().set("spark.sql.session.timeZone", "UTC");
            }
        }
    }

    @Test
    void textsKeepTheirCharacters() throws Exception {
        assertThat(column("text", "'naïve ☃ 𝄞 '", "''", "NULL", "E'a\\\\b\\nc'"))
                .containsExactly("naïve ☃ 𝄞 ", "", null, "a\\b\nc");
        assertThat(column("varchar(5)", "'ab   '")).containsExactly("ab   ");
        assertThat(column("char(5)", "'ab'")).containsExactly("ab");
        assertThat(column("uuid", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"))
                .containsExactly("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
        assertThat(column("json", "'{\"b\": 1,  \"a\": [null]}'")).containsExactly("{\"b\": 1,  \"a\": [null]}");
        assertThat(column("jsonb", "'{\"b\": 1,  \"a\": [null]}'")).containsExactly("{\"a\": [null], \"b\": 1}");
        assertThat(column("xml", "'<a>1</a>'")).containsExactly("<a>1</a>");
        assertThat((byte[]) read("bytea", "'\\x00ff10'").get(1)).containsExactly(0, -1, 16);
    }

    @Test
    void otherTypesComeAsTheServerWritesThemWhateverItsDefaults() throws Exception {
        source.execute(
                "ALTER ROLE postgres SET IntervalStyle = 'sql_standard'",
                "ALTER ROLE postgres SET DateStyle = 'German, DMY'",
                "ALTER ROLE postgres SET TimeZone = 'Asia/Kolkata'");
        try {
            assertThat(column("interval", "interval '1 year 2 mons -3 days 04:05:06.000007'"))
                    .containsExactly("P1Y2M-3DT4H5M6.000007S");
            assertThat(column("time", "'24:00:00'")).containsExactly("24:00:00");
            assertThat(column("timetz", "'04:05:06.789-08'")).containsExactly("04:05:06.789-08");
            assertThat(column("inet", "'192.168.0.1/24'", "'::1'")).containsExactly("192.168.0.1/24", "::1");
            assertThat(column("cidr", "'10.0.0.0/8'")).containsExactly("10.0.0.0/8");
            assertThat(column("macaddr", "'08002b010203'")).containsExactly("08:00:2b:01:02:03");
            assertThat(column("bit(3)", "B'101'")).containsExactly("101");
            assertThat(column("point", "'(1.5,-2)'")).containsExactly("(1.5,-2)");
            assertThat(column("int4range", "'[1,5]'", "'empty'")).containsExactly("[1,6)", "empty");
            assertThat(column("tstzrange", "'[2026-01-01 00:00+00, infinity)'"))
                    .containsExactly("[\"2026-01-01 00:00:00+00\",infinity)");
            assertThat(column("int4multirange", "'{[1,3), [7,9)}'")).containsExactly("{[1,3),[7,9)}");
            assertThat(column("tsvector", "'a fat cat'")).containsExactly("'a' 'cat' 'fat'");
            assertThat(column("pg_lsn", "'16/B374D848'")).containsExactly("16/B374D848");
        } finally {
            source.execute("ALTER ROLE postgres RESET ALL");
        }
    }

    @Test
    void arraysAndCompositesAreJsonAndDomainsAndEnumsTheirValues() throws Exception {
        source.execute(
                "CREATE TYPE mood AS ENUM ('glad', 'so so')",
                "CREATE TYPE pair AS (a int, \"B b\" text)",
                "CREATE DOMAIN positive AS numeric(8,3) CHECK (VALUE > 0)",
                "CREATE DOMAIN price AS positive NOT NULL",
                "CREATE DOMAIN tags AS text[]");
        assertThat(column("int[]", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'{}'", "NULL"))
                .containsExactly("[1,null,3]", "[[1,2],[3,4]]", "[]", null);
        assertThat(column("timestamptz[]", "'{2026-01-01 00:00+00, infinity}'"))
                .containsExactly("[\"2026-01-01T00:00:00+00:00\",\"infinity\"]");
        assertThat(column("pair", "ROW(1, 'x\"y')::pair", "ROW(NULL, NULL)::pair"))
                .containsExactly("{\"a\":1,\"B b\":\"x\\\"y\"}", "{\"a\":null,\"B b\":null}");
        assertThat(column("mood", "'so so'")).containsExactly("so so");
        assertThat(column("mood[]", "'{glad}'")).containsExactly("[\"glad\"]");
        assertThat(column("price", "12.5")).containsExactly(new BigDecimal("12.500"));
        assertThat(column("tags", "'{a,b}'")).containsExactly("[\"a\",\"b\"]");
    }

    @Test
    void unrepresentableValuesOfManyColumnsAreNamedTogether() throws Exception {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            columns.add("\"d'" + i + "\" date");
        }
        source.execute(
                "CREATE TABLE many (" + String.join(", ", columns) + ", \"A.b`c\" int, \"a.B`c\" int)",
                "INSERT INTO many (\"d'0\", \"d'59\", \"d'7\", \"A.b`c\", \"a.B`c\")"
                        + " VALUES ('infinity', '-infinity', '2026-01-01', 1, 2)");
        try (Extraction extraction = new JdbcExtractor()
                        .open(
                                TestSource.SOURCE,
                                any -> source.endpoint(),
                                TestSource.table("many").build());
                Snapshot snapshot = extraction.openSnapshot()) {
            Row row = snapshot.read(spark, Window.ALL).collectAsList().get(0);
            assertThat(row.getString(62)).isEqualTo("{\"d'0\": \"infinity\", \"d'59\": \"-infinity\"}");
            assertThat(Arrays.asList(row.get(60), row.get(61))).containsExactly(1, 2);
            assertThat(row.getLocalDate(7)).isEqualTo("2026-01-01");
        }
    }

    @Test
    void queriesKeepTheirTypes() throws Exception {
        try (Extraction extraction = new JdbcExtractor()
                        .open(
                                TestSource.SOURCE,
                                any -> source.endpoint(),
                                TestSource.table("q")
                                        .query("SELECT 1.5::numeric(4,1) AS n, now()::timestamp AS t, ARRAY[1] AS a,"
                                                + " 'x' AS s, 1.25 AS free, ROW(1, 2) AS r")
                                        .build());
                Snapshot snapshot = extraction.openSnapshot()) {
            assertThat(snapshot.table().columns())
                    .extracting(column -> column.rawType().ddl())
                    .containsExactly("decimal(4,1)", "timestamp_ntz", "string", "string", "string", "string");
            Row row = snapshot.read(spark, Window.ALL).collectAsList().get(0);
            assertThat(row.getDecimal(0)).isEqualTo(new BigDecimal("1.5"));
            assertThat(row.getString(2)).isEqualTo("[1]");
            assertThat(row.getString(4)).isEqualTo("1.25");
        }
    }
}
