package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.embedded.Servers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/partner against a folder of this machine, from validation to verification. */
class FilesExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "partner")
            .normalize();
    private static final Instant LANDED = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private static Path home;

    @TempDir
    private static Path landing;

    @TempDir
    private static Path items;

    @TempDir
    private static Path scratch;

    @AfterAll
    static void stopTheServers() {
        Servers.stop(home);
    }

    private static CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static void land(String key, Written content) throws IOException {
        Path file = landing.resolve(key);
        Files.createDirectories(file.getParent());
        try (OutputStream bytes = Files.newOutputStream(file)) {
            content.to(bytes);
        }
        Files.setLastModifiedTime(file, FileTime.from(LANDED));
    }

    private interface Written {
        void to(OutputStream bytes) throws IOException;
    }

    private static void land(String key, String content, Charset encoding) throws IOException {
        land(key, bytes -> bytes.write(content.getBytes(encoding)));
    }

    private static void landPacked(String key, String content) throws IOException {
        land(key, bytes -> {
            try (OutputStream packed = new GZIPOutputStream(bytes)) {
                packed.write(content.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static void landInZip(String key, String entry, String content) throws IOException {
        land(key, bytes -> {
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(content.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static void landReadings() throws IOException {
        Schema schema = SchemaBuilder.record("reading")
                .fields()
                .requiredString("meter")
                .name("at")
                .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
                .noDefault()
                .optionalDouble("kilowatts")
                .endRecord();
        land("readings/2026/01.avro", bytes -> {
            try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
                writer.create(schema, bytes);
                GenericRecordBuilder reading = new GenericRecordBuilder(schema).set("at", 1767225600000001L);
                writer.append(reading.set("meter", "m1").set("kilowatts", 0.1).build());
                writer.append(reading.set("meter", "m2").set("kilowatts", null).build());
            }
        });
    }

    /** What Spark writes, as one file. */
    private static void landRows(SparkSession spark, String key, Instant written, String sql) throws IOException {
        Path folder = scratch.resolve(key);
        String format = key.substring(key.lastIndexOf('.') + 1);
        spark.sql(sql).coalesce(1).write().format(format).save(folder.toString());
        try (Stream<Path> parts = Files.list(folder)) {
            Path part = parts.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .findFirst()
                    .orElseThrow();
            land(key, bytes -> Files.copy(part, bytes));
        }
        Files.setLastModifiedTime(landing.resolve(key), FileTime.from(written));
    }

    private static void landPayments(SparkSession spark, String name, Instant written, String rows) throws IOException {
        landRows(
                spark,
                "dms/public/payments/" + name + ".parquet",
                written,
                "SELECT Op, CAST(AR_H_CHANGE_SEQ AS string), id, CAST(amount AS decimal(12,2)) AS amount, at AS dms_commit_time"
                        + " FROM VALUES " + rows + " AS t(Op, AR_H_CHANGE_SEQ, id, amount, at)");
    }

    private static void landColumns() throws IOException {
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            SparkSession spark = platform.spark();
            landPayments(
                    spark,
                    "LOAD00000001",
                    LANDED,
                    "('I', NULL, 1L, 1.00, '2026-01-01 00:00:09'), ('I', NULL, 2L, 2.00, '2026-01-01 00:00:09')");
            landPayments(
                    spark,
                    "20260101-000010000",
                    LANDED.plusSeconds(10),
                    "('U', '20260101000008000000000000000000002', 1L, 1.50, '2026-01-01 00:00:08'),"
                            + " ('I', '20260101000008000000000000000000003', 3L, 3.00, '2026-01-01 00:00:08'),"
                            + " ('D', '20260101000010000000000000000000001', 2L, NULL, '2026-01-01 00:00:10')");
            landRows(
                    spark,
                    "stock/north.orc",
                    LANDED,
                    "SELECT 'north' AS warehouse, 7L AS article, 3 AS pieces, date'2026-01-01' AS counted_on UNION ALL"
                            + " SELECT 'north', 8L, NULL, date'2026-01-01'");
        }
    }

    /** Two columns of a curated table, by the platform's own Spark. */
    private static List<String> rows(SparkSession spark, String table, String one, String other) {
        return spark
                .read()
                .format("delta")
                .load(home.resolve("curated/partner/" + table).toString())
                .select(one, other)
                .collectAsList()
                .stream()
                .map(row -> row.get(0) + " " + row.get(1))
                .sorted()
                .toList();
    }

    @Test
    void theExampleRunsFromValidationToVerification() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLE)) {
            for (Path file : files.toList()) {
                Files.writeString(
                        items.resolve(file.getFileName()),
                        Files.readString(file).replace("s3://partner-landing/exports", landing.toString()));
            }
        }
        land(
                "orders/2026/01.csv",
                "OrderNo;customer;price;changed_at\n1;Ærø Færge;12,50;2026-01-01 12:00:00\n2;B;NULL;2026-01-01 12:00:00\n3;C\n",
                Charset.forName("windows-1252"));
        landPacked(
                "orders/2026/02.csv.gz",
                "OrderNo;customer;price;changed_at\n2;B;7,25;2026-02-01 12:00:00\n4;D;1;2026-02-01 12:00:00\n");
        landInZip(
                "invoices/2026.zip",
                "invoices.xml",
                "<invoices><invoice number=\"1\"><issued>2026-01-31</issued><total>12.50</total>"
                        + "<position><article>7</article></position></invoice>"
                        + "<invoice number=\"2\"><issued>2026-01-31</issued></invoice></invoices>");
        landReadings();
        landColumns();
        land(
                "events/a.json",
                "{\"id\":\"e1\",\"at\":\"2026-01-01T00:00:00Z\",\"tags\":[\"x\"],\"size\":3}\n",
                StandardCharsets.UTF_8);
        land("events/a.json.done", "", StandardCharsets.UTF_8);
        land("events/b.json", "{\"id\":\"half\n", StandardCharsets.UTF_8);

        land(
                "dms/public/accounts/LOAD00000001.csv",
                "Op,id,owner,balance,AR_H_CHANGE_SEQ\nI,1,a,1.00,\nI,2,b,2.00,\nI,3,c,3.00,\n",
                StandardCharsets.UTF_8);
        land(
                "dms/public/accounts/20260101-010203004.csv",
                "AR_H_CHANGE_SEQ,Op,id,owner,balance\n01,U,1,a,5.00\n02,D,2,,\n03,U,3,c,\n",
                StandardCharsets.UTF_8);
        land("clicks/processing-failed/2026/01/01/00/x", "{\"errorCode\":\"Lambda\"}", StandardCharsets.UTF_8);
        landPacked(
                "clicks/2026/01/01/00/stream-1-2026-01-01-00-00-00-0a1b",
                "{\"id\":\"1\",\"at\":\"2026-01-01T00:00:01Z\",\"page\":\"/\"}{\"id\":\"2\",\"page\":\"/a\"}");
        landPacked(
                "clicks/2026/01/01/01/stream-1-2026-01-01-01-00-00-0a1b",
                "{\"id\":\"3\",\"page\":\"/\"}\n{\"id\":\"4\"}");

        CommandRun valid = sluice("validate", "--connect", items.toString());
        assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
        assertThat(valid.out())
                .contains("guarantee: file ledger. Each file is taken once, by its key, ETag and size")
                .contains("1 file is left alone for now");
        assertThat(sluice("register", items.toString()).code()).isZero();
        CommandRun plan = sluice("plan", "partner");
        assertThat(plan.out()).contains("1 file", "file ledger");
        CommandRun run = sluice("run", "partner");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        CommandRun listed = sluice("quarantine", "list", "partner/orders");
        assertThat(listed.out()).contains("line 4 of orders/2026/01.csv").contains("2 values for 4 columns");
        assertThat(sluice("quarantine", "list", "partner/accounts").out())
                .contains("not null")
                .contains("balance");
        assertThat(sluice("quarantine", "list", "partner/clicks").out())
                .as("what Firehose could not deliver is no click")
                .contains("Nothing is in quarantine.");
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            SparkSession spark = platform.spark();
            assertThat(rows(spark, "orders", "id", "price")).containsExactly("1 12.50", "2 7.25", "4 1.00");
            assertThat(rows(spark, "accounts", "id", "balance")).containsExactly("1 5.00", "3 3.00");
            assertThat(rows(spark, "clicks", "id", "page")).containsExactly("1 /", "2 /a", "3 /", "4 null");
            assertThat(rows(spark, "invoices", "number", "positions")).containsExactly("1 {\"article\":\"7\"}");
            assertThat(rows(spark, "payments", "id", "amount")).containsExactly("1 1.50", "3 3.00");
            assertThat(rows(spark, "readings", "meter", "kilowatts")).containsExactly("m1 0.1", "m2 null");
            assertThat(rows(spark, "stock", "article", "pieces")).containsExactly("7 3");
            landPayments(
                    spark,
                    "20260101-000008000",
                    LANDED.plusSeconds(20),
                    "('U', '20260101000008000000000000000000001', 1L, 1.25, '2026-01-01 00:00:08')");
            landPayments(spark, "LOAD00000002", LANDED.plusSeconds(30), "('I', NULL, 3L, 3.75, '2026-01-01 00:00:30')");
        }
        assertThat(sluice("run", "partner/payments").out()).contains("2 files taken");
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            assertThat(rows(platform.spark(), "payments", "id", "amount"))
                    .as("an older change and a reloaded row that come in a later batch change nothing")
                    .containsExactly("1 1.50", "3 3.00");
        }
        CommandRun verified = sluice("verify", "partner");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains("raw's copies of the files were read again");
    }
}
