package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.http.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The jobs over sources that are no database: files in a bucket and endpoints, to raw and curated in another. */
class SourceJobsTest extends JobsOnOneMachine {

    private static final String LANDING = "partner-landing";
    private static final TableName FILES = new TableName("partner", "orders");
    private static final TableName PULLED = new TableName("crm", "orders");

    @Test
    void filesOfABucketComeOnceAndAreKeptAsTheyWere() throws IOException {
        try (S3Client client = s3.client()) {
            client.createBucket(request -> request.bucket(LANDING));
            settings.register(
                    new SourceSettings(
                            "partner",
                            1,
                            SourceKind.FILES,
                            new ConnectionSettings.Folder("s3://" + LANDING + "/in"),
                            ZoneOffset.UTC,
                            2),
                    Existing.REFUSE);
            settings.register(
                    Items.table(FILES.toString())
                            .files(body("orders", FileSettings.Format.CSV))
                            .columns("id bigint not null", "status string", "version int")
                            .merge("id")
                            .orderBy("version")
                            .build(),
                    Existing.REFUSE);
            byte[] packed = gzip("id,status,version\n1,new,1\n2,new,1\nno row\n");
            client.putObject(
                    request -> request.bucket(LANDING).key("in/orders/a b+c.csv.gz"), RequestBody.fromBytes(packed));
            ingest("partner", "files-1");
            assertThat(result("files-1", "ingest").get("rows").n())
                    .as("with the one in quarantine")
                    .isEqualTo("3");
            assertThat(bookmarks.findBatch(FILES, 1).orElseThrow().quarantined())
                    .isEqualTo(1);
            List<String> originals =
                    client
                            .listObjectsV2(request -> request.bucket(BUCKET).prefix("raw/partner/orders/"))
                            .contents()
                            .stream()
                            .map(S3Object::key)
                            .filter(key -> key.contains("/originals/"))
                            .toList();
            assertThat(originals).singleElement().satisfies(key -> assertThat(client.getObjectAsBytes(
                                    request -> request.bucket(BUCKET).key(key))
                            .asByteArray())
                    .isEqualTo(packed));

            ingest("partner", "files-2");
            assertThat(result("files-2", "ingest").get("idle").n()).isEqualTo("1");
            client.putObject(
                    request -> request.bucket(LANDING).key("in/orders/b.csv"),
                    RequestBody.fromString("id,status,version\n2,paid,2\n3,new,1\n"));
            ingest("partner", "files-3");
            assertThat(result("files-3", "ingest").get("rows").n()).isEqualTo("2");
        }
        MaintainJob.main(arguments("--source", "partner", "--run-id", "files-4"));
        VerifyJob.main(arguments("--tables", FILES.toString(), "--run-id", "files-5"));
        assertThat(result("files-5", "verify").get("state").s()).isEqualTo("SUCCEEDED");
        assertThat(aws.table("partner.orders")).isNotNull();
    }

    private static void ingest(String source, String run) {
        IngestJob.main(arguments("--source", source, "--run-id", run, "--job-bookmark-option", "job-bookmark-enable"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void anEndpointIsPulledWithTheSecretOfTheStore() throws IOException {
        try (Endpoint endpoint = Endpoint.start()) {
            settings.register(
                    new SourceSettings(
                            "crm", 1, SourceKind.HTTP, endpoint.settings(Authentication.BEARER), ZoneOffset.UTC, 2),
                    Existing.REFUSE);
            settings.register(
                    Items.table(PULLED.toString())
                            .http(new HttpSettings(
                                    "/all",
                                    body(".", FileSettings.Format.JSON_LINES),
                                    Paging.NONE,
                                    Optional.of("since"),
                                    Optional.empty(),
                                    HttpSettings.TimeFormat.ISO,
                                    HttpSettings.Reads.ALL,
                                    OptionalInt.empty(),
                                    Duration.ofSeconds(5)))
                            .incremental(new BookmarkSettings(
                                    List.of("updated_at"),
                                    BookmarkSettings.Engine.SLUICE,
                                    BookmarkSettings.StampedBy.SERVER,
                                    Duration.ZERO,
                                    Duration.ZERO))
                            .columns("id bigint not null", "status string", "updated_at timestamp")
                            .merge("id")
                            .build(),
                    Existing.REFUSE);
            aws.secret("crm-token", "{\"username\":\"reader\",\"password\":\"wrong\"}");
            Instant before = Instant.now().minusSeconds(60);
            endpoint.put(1, "new", "1", before);
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> ingest("crm", "pull-0"))
                    .matches(failure -> failure.code() == ErrorCode.CREDENTIALS_REJECTED)
                    .withMessageNotContaining("wrong");
            aws.secret("crm-token", "{\"username\":\"reader\",\"password\":\"%s\"}".formatted(Endpoint.TOKEN));
            endpoint.put(2, "new", "1", before);
            ingest("crm", "pull-1");
            assertThat(result("pull-1", "ingest").get("rows").n()).isEqualTo("2");
            endpoint.put(1, "paid", "1", Instant.now());
            ingest("crm", "pull-2");
            assertThat(result("pull-2", "ingest").get("rows").n()).isEqualTo("1");
            VerifyJob.main(arguments("--tables", PULLED.toString(), "--run-id", "pull-3"));
            assertThat(result("pull-3", "verify").get("state").s()).isEqualTo("SUCCEEDED");
        }
    }

    private static FileSettings body(String path, FileSettings.Format format) {
        return new FileSettings(
                path,
                FileSettings.DEFAULT_PATTERN,
                format,
                FileSettings.Csv.DEFAULT,
                Optional.empty(),
                FileSettings.DEFAULT_ENCODING,
                Duration.ZERO,
                Optional.empty());
    }
}
