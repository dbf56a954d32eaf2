package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parquet, ORC and Avro: every value as it was, and files that are none or broke off. */
class TypedFilesTest {

    private static final String[] COLUMNS = {
        "id", "flag", "small", "real", "precise", "price", "day", "at", "local", "bytes", "tags", "who", "props"
    };

    private static final String VALUES =
            """
            SELECT 9223372036854775807L AS id, true AS flag, -32768S AS small, float(0.1) AS real, 1e-300D AS precise,
                   12345678901234567890123456.789BD AS price, date'0001-01-01' AS day,
                   timestamp'2026-03-29 01:30:00.123456Z' AS at, timestamp_ntz'1582-10-10 00:00:00.000001' AS local,
                   x'00ff10' AS bytes, array('a', NULL, 'ø') AS tags, named_struct('n', 1, 's', 'x"y') AS who,
                   map('k', 1.50BD) AS props
            UNION ALL SELECT 2L, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
            UNION ALL SELECT -1L, false, 0S, float('-Infinity'), double('NaN'), -0.001BD, date'9999-12-31',
                   timestamp'1969-12-31 23:59:59.999999Z', timestamp_ntz'2026-03-29 02:30:00', x'', array(), named_struct('n', NULL, 's', ''), map()
            """;

    private static final List<String> EXPECTED = Stream.of(
                    "-1|false|0|-Infinity|NaN|-0.001|9999-12-31|1969-12-31 23:59:59.999999|2026-03-29 02:30:00||[]|{\"n\":null,\"s\":\"\"}|{}",
                    "2|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅",
                    "9223372036854775807|true|-32768|0.1|1.0E-300|12345678901234567890123456.789|0001-01-01|"
                            + "2026-03-29 01:30:00.123456|1582-10-10 00:00:00.000001|00ff10|[a, null, ø]|"
                            + "{\"n\":1,\"s\":\"x\\\"y\"}|{\"k\":1.50}")
            .sorted()
            .toList();

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home);
    }

    private void register(FileSettings.Format format) {
        landing.register(Items.table("partner/orders")
                .files(Landing.files("orders", format))
                .columns("id bigint not null", "flag boolean", "small smallint", "real float", "precise double")
                .columns("price decimal(29,3)", "day date", "at timestamp", "local timestamp_ntz", "bytes string")
                .columns("tags array<string>", "who string")
                .column(new ColumnSettings(
                        "props", ColumnType.of("string"), true, "props", Optional.empty(), Optional.empty()))
                .merge("id"));
    }

    private void takeOver(Path written) throws IOException {
        try (Stream<Path> files = Files.list(written)) {
            Path file = files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .findFirst()
                    .orElseThrow();
            Path target = landing.folder.resolve("orders/data");
            Files.copy(file, target);
            Files.setLastModifiedTime(target, FileTime.from(Landing.LONG_AGO));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PARQUET", "ORC"})
    void everyValueOfARowComesAsItWas(FileSettings.Format format, @TempDir Path written) throws IOException {
        register(format);
        SparkSession spark = TestSpark.session().newSession();
        spark.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
        spark.sql(VALUES)
                .coalesce(1)
                .write()
                .mode("overwrite")
                .format(format.name().toLowerCase(java.util.Locale.ROOT))
                .save(written.toString());
        takeOver(written);
        landNoSuchFiles();
        landing.ingest("orders");
        assertNoSuchFilesAreQuarantined(format);
        boolean orc = format == FileSettings.Format.ORC;
        if (orc) {
            assertThat(spark.read()
                            .orc(written.toString())
                            .filter("id = -1")
                            .select("at")
                            .first()
                            .getTimestamp(0)
                            .toInstant())
                    .as("what Spark itself reads: ORC moves what lies in the last second before 1970")
                    .isEqualTo(Instant.parse("1970-01-01T00:00:00.999999Z"));
        }
        assertThat(RowsOf.curated(landing.lake, "partner/orders", COLUMNS))
                .isEqualTo(
                        orc
                                ? EXPECTED.stream()
                                        .map(TypedFilesTest::asOrcKeepsIt)
                                        .toList()
                                : EXPECTED);
    }

    /** ORC's decimals have no zeros at their ends, and no instants in the last second before 1970. */
    private static String asOrcKeepsIt(String row) {
        return row.replace("1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.999999")
                .replace("1.50", "1.5");
    }

    @Test
    void everyValueOfAnAvroRecordComesAsItWas() throws IOException {
        register(FileSettings.Format.AVRO);
        Schema schema = new Schema.Parser()
                .parse(
                        """
                        {"type":"record","name":"r","fields":[
                         {"name":"id","type":"long"},
                         {"name":"flag","type":["null","boolean"],"default":null},
                         {"name":"small","type":["null","int"],"default":null},
                         {"name":"real","type":["null","float"],"default":null},
                         {"name":"precise","type":["null","double"],"default":null},
                         {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":29,"scale":3}],"default":null},
                         {"name":"day","type":["null",{"type":"int","logicalType":"date"}],"default":null},
                         {"name":"at","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},
                         {"name":"local","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}],"default":null},
                         {"name":"bytes","type":["null","bytes"],"default":null},
                         {"name":"tags","type":["null",{"type":"array","items":["null","string"]}],"default":null},
                         {"name":"who","type":["null",{"type":"record","name":"w","fields":[{"name":"n","type":["null","int"]},{"name":"s","type":"string"}]}],"default":null},
                         {"name":"props","type":["null",{"type":"map","values":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}],"default":null}]}
                        """);
        Schema who = schema.getField("who").schema().getTypes().get(1);
        GenericRecord full = new GenericRecordBuilder(schema)
                .set("id", Long.MAX_VALUE)
                .set("flag", true)
                .set("small", -32768)
                .set("real", 0.1f)
                .set("precise", 1e-300)
                .set("price", unscaled("12345678901234567890123456.789"))
                .set("day", -719162)
                .set("at", 1774747800123456L)
                .set("local", -12219724799999999L)
                .set("bytes", ByteBuffer.wrap(new byte[] {0, (byte) 0xff, 0x10}))
                .set("tags", Arrays.asList("a", null, "ø"))
                .set(
                        "who",
                        new GenericRecordBuilder(who)
                                .set("n", 1)
                                .set("s", "x\"y")
                                .build())
                .set("props", Map.of("k", unscaled("1.50")))
                .build();
        GenericRecord low = new GenericRecordBuilder(schema)
                .set("id", -1L)
                .set("flag", false)
                .set("small", 0)
                .set("real", Float.NEGATIVE_INFINITY)
                .set("precise", Double.NaN)
                .set("price", unscaled("-0.001"))
                .set("day", 2932896)
                .set("at", -1L)
                .set("local", 1774751400000000L)
                .set("bytes", ByteBuffer.allocate(0))
                .set("tags", List.of())
                .set(
                        "who",
                        new GenericRecordBuilder(who)
                                .set("n", null)
                                .set("s", "")
                                .build())
                .set("props", Map.of())
                .build();
        Path file = landing.folder.resolve("orders/data.avro");
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, file.toFile());
            writer.append(full);
            writer.append(new GenericRecordBuilder(schema).set("id", 2L).build());
            writer.append(low);
        }
        Files.setLastModifiedTime(file, FileTime.from(Landing.LONG_AGO));
        byte[] whole = Files.readAllBytes(file);
        landing.file("orders/cut.avro", Arrays.copyOf(whole, whole.length - 20), Landing.LONG_AGO);
        landNoSuchFiles();
        landing.ingest("orders");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", COLUMNS)).isEqualTo(EXPECTED);
        assertThat(landing.reasons("orders"))
                .contains("well-formed|the whole of orders/cut.avro|after record 0: it ends too early")
                .hasSize(4);
        landing.idle("orders");
    }

    private void landNoSuchFiles() {
        landing.file("orders/a", "hello, this is text and no such file");
        landing.file("orders/b", "PAR1");
        landing.file("orders/c", "");
    }

    private void assertNoSuchFilesAreQuarantined(FileSettings.Format format) {
        boolean orc = format == FileSettings.Format.ORC;
        assertThat(landing.reasons("orders"))
                .as("an empty file is one of no rows in ORC")
                .hasSize(orc ? 2 : 3)
                .allSatisfy(line -> assertThat(line).contains(orc ? "no ORC file" : "no Parquet file"));
    }

    private static ByteBuffer unscaled(String decimal) {
        return ByteBuffer.wrap(new BigDecimal(decimal).unscaledValue().toByteArray());
    }
}
