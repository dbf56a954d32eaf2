package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.FileSettings.Format;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import dev.sluice.testing.Tidiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formats that the tables of the contract do not have, a table of each in one lake, through runs that die. */
class FilesOfOtherFormatsTest {

    /** Of each table the content of two files: the first has the rows 1 and 2, the second 3 and 4. */
    private final Map<TableName, List<byte[]>> files = new LinkedHashMap<>();

    private Landing landing;

    @Test
    void filesOfEveryFormatAreTakenOnceAndAsTheyAreByRunsThatDie(@TempDir Path home) throws IOException {
        landing = new Landing(home);
        table("xml", Format.XML, List.of(xml(1), xml(3)));
        table("avro", Format.AVRO, List.of(avro(1), avro(3)));
        table("parquet", Format.PARQUET, written("parquet", home));
        table("orc", Format.ORC, written("orc", home));
        table("packed", Format.CSV, List.of(gzip(1), zip(3)));
        land(0);
        die(Step.WRITE_RAW);
        // What comes before there is a manifest is part of the batch, whose first attempt is nobody's then.
        land(1);
        die(Step.COMMIT_MANIFEST);
        // From here on the source is not needed.
        for (TableName table : files.keySet()) {
            Files.delete(landing.folder.resolve(key(table, 0)));
        }
        die(Step.COMMIT_CURATED);
        assertThat(run(RunListener.NONE).failed()).isEmpty();
        assertThat(run(RunListener.NONE).tables())
                .extracting(TableOutcome::status)
                .containsOnly(TableOutcome.Status.IDLE)
                .hasSameSizeAs(files.keySet());
        files.forEach((table, contents) -> {
            assertThat(RowsOf.curated(landing.lake, table.toString(), "id", "status", "file"))
                    .as("rows of " + table)
                    .containsExactly(
                            "1|status 1|" + key(table, 0),
                            "2|status 2|" + key(table, 0),
                            "3|status 3|" + key(table, 1),
                            "4|status 4|" + key(table, 1));
            assertThat(landing.history(table.table()))
                    .extracting(BatchRecord::rows, BatchRecord::quarantined)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(4L, 0L));
            assertOriginals(table, contents);
            Tidiness.assertNothingIsLeftOver(landing.lake, table);
        });
    }

    private void assertOriginals(TableName table, List<byte[]> contents) {
        ZoneFiles zone = landing.lake.zones().raw();
        RawZone raw = new RawZone(zone);
        String originals =
                raw.attempt(table, 1, raw.findManifest(table, 1).orElseThrow().attempt()) + "/originals/";
        assertThat(zone.list(table.toString()).stream()
                        .map(ZoneFiles.ZoneFile::path)
                        .filter(path -> path.contains("/originals/")))
                .containsExactlyInAnyOrder(originals + key(table, 0), originals + key(table, 1));
        for (int number = 0; number < contents.size(); number++) {
            assertThat(zone.read(originals + key(table, number)).orElseThrow())
                    .as("original " + key(table, number))
                    .isEqualTo(contents.get(number));
        }
    }

    private void table(String name, Format format, List<byte[]> contents) {
        FileSettings plain = Landing.files(name, format);
        landing.register(Items.table("partner/" + name)
                .files(new FileSettings(
                        plain.path(),
                        plain.pattern(),
                        format,
                        plain.csv(),
                        format == Format.XML ? Optional.of("orders/order") : Optional.empty(),
                        plain.encoding(),
                        plain.settle(),
                        plain.marker()))
                .columns("id bigint not null", "status string")
                .column(Landing.FILE)
                .append());
        files.put(Landing.name(name), contents);
    }

    private static String key(TableName table, int number) {
        return table.table() + "/" + (number == 0 ? "first" : "second");
    }

    private void land(int number) {
        files.forEach((table, contents) ->
                landing.file(key(table, number), contents.get(number), Landing.LONG_AGO.plusSeconds(number)));
    }

    private RunReport run(RunListener listener) {
        return new Ingest(landing.lake, listener).run(IngestRequest.of(Landing.runId(), List.copyOf(files.keySet())));
    }

    private void die(Step step) {
        assertThat(run(new Crash(new Crash.Point(step, Crash.Side.AFTER))).failed())
                .hasSameSizeAs(files.keySet())
                .allSatisfy(outcome ->
                        assertThat(outcome.failure().orElseThrow().message()).contains("died AFTER " + step));
    }

    private static byte[] xml(int id) {
        return ("<orders><order><id>%1$d</id><status>status %1$d</status></order>"
                        + "<order><id>%2$d</id><status>status %2$d</status></order></orders>")
                .formatted(id, id + 1)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] avro(int id) throws IOException {
        var schema = SchemaBuilder.record("row")
                .fields()
                .requiredLong("id")
                .requiredString("status")
                .endRecord();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema)).create(schema, bytes)) {
            for (long each = id; each < id + 2; each++) {
                GenericRecord row = new GenericData.Record(schema);
                row.put("id", each);
                row.put("status", "status " + each);
                writer.append(row);
            }
        }
        return bytes.toByteArray();
    }

    /** Two files of two rows, as Spark writes them. */
    private static List<byte[]> written(String format, Path home) throws IOException {
        Path folder = home.resolve("written").resolve(format);
        TestSpark.session()
                .range(1, 5, 1, 2)
                .selectExpr("id", "concat('status ', id) AS status")
                .write()
                .format(format)
                .save(folder.toString());
        List<byte[]> contents = new ArrayList<>();
        try (Stream<Path> parts = Files.list(folder)) {
            for (Path part : parts.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .sorted()
                    .toList()) {
                contents.add(Files.readAllBytes(part));
            }
        }
        return contents;
    }

    private static String row(int id) {
        return id + ",status " + id + "\n";
    }

    private static byte[] gzip(int id) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(("id,status\n" + row(id) + row(id + 1)).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** An entry for each row. */
    private static byte[] zip(int id) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream packed = new ZipOutputStream(bytes)) {
            for (int each = id; each < id + 2; each++) {
                packed.putNextEntry(new ZipEntry(each + ".csv"));
                packed.write(("id,status\n" + row(each)).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
