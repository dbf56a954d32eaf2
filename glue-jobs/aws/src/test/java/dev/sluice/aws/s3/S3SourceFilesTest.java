package dev.sluice.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.files.FilesExtractor;
import dev.sluice.extract.files.SourceFile;
import dev.sluice.extract.files.SourceFiles;
import dev.sluice.raw.Intake;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.InMemoryBookmarkStore;
import dev.sluice.testing.Items;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Files in a bucket: as they are listed, and on their way to raw through S3A. */
class S3SourceFilesTest {

    private static final String BUCKET = "partner-landing";

    /** Keys that one answer of the server has: a listing takes several. */
    private static final int PAGE = 10;

    @TempDir
    static Path folder;

    private static LocalS3 server;
    private static S3Client client;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalS3.start(folder);
        client = server.client();
        client.createBucket(request -> request.bucket(BUCKET));
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    private static void put(String key, String content) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(content));
    }

    private static List<SourceFile> list(String root, String path) {
        return list(root, path, "");
    }

    private static List<SourceFile> list(String root, String path, String after) {
        List<SourceFile> files = new ArrayList<>();
        new S3SourceFiles(client, PAGE).list(root, path, after).forEachRemaining(files::add);
        return files;
    }

    @Test
    void aListingOfManyPagesIsInTheOrderOfKeysBelowTheRoot() {
        for (int number = 0; number < 43; number++) {
            put("many/in/" + number + ".csv", "id\n" + number);
        }
        put("many/in-other/x.csv", "x");
        List<SourceFile> files = list("s3://" + BUCKET + "/many", "in");
        assertThat(files)
                .hasSize(43)
                .extracting(SourceFile::key)
                .isSortedAccordingTo(SourceFiles.ORDER)
                .contains("in/7.csv");
        assertThat(files).allSatisfy(file -> assertThat(file.etag()).isNotBlank());
        assertThat(list("s3://" + BUCKET + "/many", ".")).hasSize(44);
    }

    @Test
    void aListingBeginsWhereItIsTold() {
        for (int day = 10; day < 20; day++) {
            put("clicks/2026/11/" + day + "/00/part", "{}");
        }
        assertThat(list("s3://" + BUCKET, "clicks", "2026/11/17/13"))
                .extracting(SourceFile::key)
                .containsExactly("clicks/2026/11/18/00/part", "clicks/2026/11/19/00/part");
    }

    @Test
    void anObjectThatIsWrittenAgainHasAnotherEtag() {
        put("again/a.csv", "1");
        SourceFile before = list("s3://" + BUCKET, "again").get(0);
        put("again/a.csv", "2");
        SourceFile after = list("s3://" + BUCKET, "again").get(0);
        assertThat(after.key()).isEqualTo("again/a.csv").isEqualTo(before.key());
        assertThat(after.bytes()).isEqualTo(before.bytes());
        assertThat(after.etag()).isNotEqualTo(before.etag());
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> list("s3://no-such-bucket/x", "."))
                .withMessage(
                        "Cannot list the files of s3://no-such-bucket/x: there is no such bucket. Check connection.path")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.RELATION_MISSING));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> list("/srv/landing", "."))
                .withMessageContaining("Give s3://bucket/prefix in connection.path");
    }

    @Test
    void filesComeToRawAsTheyAreAndTheirRowsFromThere() {
        put("exports/orders/2026/å ø.csv", "id,name\n1,Ærø\n2,b\nx\n");
        put("exports/orders/b.csv", "id,name\n3,c\n");
        ZoneFiles raw = new S3ZoneFiles(client, "s3a://" + BUCKET + "/zones/raw");
        TableSettings table = Items.table("partner/orders")
                .files(new FileSettings(
                        "orders",
                        "**.csv",
                        FileSettings.Format.CSV,
                        FileSettings.Csv.DEFAULT,
                        Optional.empty(),
                        "UTF-8",
                        Duration.ZERO,
                        Optional.empty()))
                .columns("id bigint", "name string")
                .merge("id")
                .build();
        SourceSettings source = new SourceSettings(
                "partner",
                1,
                SourceKind.FILES,
                new ConnectionSettings.Folder("s3://" + BUCKET + "/exports"),
                ZoneId.of("UTC"),
                1);
        FilesExtractor extractor = new FilesExtractor(
                new S3SourceFiles(client),
                raw,
                new InMemoryBookmarkStore(Clock.systemUTC(), Duration.ZERO, holder -> false),
                // The store's stamps are in whole seconds.
                Clock.offset(Clock.systemUTC(), Duration.ofSeconds(2)));
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.hadoop.fs.s3a.endpoint", server.endpoint().toString())
                .config("spark.hadoop.fs.s3a.endpoint.region", "eu-central-1")
                .config("spark.hadoop.fs.s3a.path.style.access", "true")
                .config("spark.hadoop.fs.s3a.access.key", "local")
                .config("spark.hadoop.fs.s3a.secret.key", "local")
                .getOrCreate();
        try (Extraction extraction = extractor.open(source, any -> null, table)) {
            extraction.fixBound(Optional.empty(), List.of());
            try (Snapshot snapshot = extraction.openSnapshot()) {
                Intake intake = snapshot.keep(spark, Window.ALL, "partner/orders/batch=1/attempt=1")
                        .orElseThrow();
                assertThat(raw.read("partner/orders/batch=1/attempt=1/originals/orders/2026/å ø.csv"))
                        .hasValueSatisfying(bytes -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                                .isEqualTo("id,name\n1,Ærø\n2,b\nx\n"));
                assertThat(raw.read(intake.taken())).isPresent();
                List<String> rows = snapshot
                        .read(spark, Window.ALL)
                        .select("id", "name", "_sluice_file", "_sluice_line")
                        .collectAsList()
                        .stream()
                        .map(Row::mkString)
                        .sorted()
                        .toList();
                assertThat(rows)
                        .containsExactly(
                                "1Ærøorders/2026/å ø.csv2",
                                "2borders/2026/å ø.csv3",
                                "3corders/b.csv2",
                                "nullnullorders/2026/å ø.csv4");
            }
        } finally {
            spark.stop();
        }
    }
}
