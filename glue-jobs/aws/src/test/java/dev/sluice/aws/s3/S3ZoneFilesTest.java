package dev.sluice.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.net.HangingUpProxy;
import dev.sluice.aws.net.LossyProxy;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.raw.ZoneFiles.Created;
import dev.sluice.raw.ZoneFiles.ZoneFile;
import dev.sluice.testing.contract.Race;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class S3ZoneFilesTest {

    private static final String BUCKET = "sluice-zones";

    @TempDir
    static Path folder;

    private static LocalS3 server;
    private static S3Client client;

    private final ZoneFiles files = new S3ZoneFiles(client, "s3a://" + BUCKET + "/" + UUID.randomUUID());

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

    @Test
    void aFileIsCreatedOnceAndKeepsItsContent() {
        assertThat(files.createIfAbsent("shop/orders/manifest", text("first"))).isEqualTo(Created.CREATED);
        assertThat(files.createIfAbsent("shop/orders/manifest", text("second"))).isEqualTo(Created.EXISTED);
        assertThat(files.read("shop/orders/manifest"))
                .hasValueSatisfying(content -> assertThat(content).isEqualTo(text("first")));
    }

    @Test
    void aCopyHasTheSameContentAndAnotherNameWhateverTheKeyHolds() {
        String from = "shop/orders/region=a%2Fb c/part-1.parquet";
        String to = "shop/orders/_snapshots/files/region=a%2Fb c/part-1.parquet";
        files.createIfAbsent(from, text("rows"));
        files.copy(from, to);
        files.copy(from, to);
        files.createIfAbsent(from + ".crc", text("more"));
        files.delete(from);
        assertThat(files.list("shop/orders")).as("all but that one file").hasSize(2);
        files.delete(from + ".crc");
        assertThat(files.list("shop/orders")).containsExactly(new ZoneFile(to, 4));
        assertThat(files.read(to))
                .hasValueSatisfying(content -> assertThat(content).isEqualTo(text("rows")));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> files.copy(from, to))
                .withMessageStartingWith("Cannot copy file: ");
    }

    @Test
    void anEmptyFileIsAFileAndOneThatIsNotThereIsNone() {
        assertThat(files.createIfAbsent("empty", new byte[0])).isEqualTo(Created.CREATED);
        assertThat(files.read("empty"))
                .hasValueSatisfying(content -> assertThat(content).isEmpty());
        assertThat(files.read("absent")).isEmpty();
    }

    @Test
    void ofManyCreatorsAtOnceOneIsToldThatItWasIt() throws Exception {
        for (int round = 0; round < 5; round++) {
            String path = "race-" + round;
            assertThat(Race.run(16, number -> files.createIfAbsent(path, text("same for all"))))
                    .filteredOn(Created.CREATED::equals)
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatHangsUpBeforeTheBodyIsAskedAgain() throws Exception {
        try (HangingUpProxy proxy = HangingUpProxy.start(server.endpoint(), 2);
                S3Client interrupted = LocalS3.client(proxy.endpoint())) {
            ZoneFiles throughProxy = new S3ZoneFiles(interrupted, files.root());
            assertThat(throughProxy.createIfAbsent("hung-up", text("content"))).isEqualTo(Created.CREATED);
            assertThat(proxy.left()).isZero();
            assertThat(files.read("hung-up"))
                    .hasValueSatisfying(content -> assertThat(content).isEqualTo(text("content")));
        }
    }

    @Test
    void aCreationWhoseAnswerGetsLostIsToldApartFromThatOfAnother() throws Exception {
        try (LossyProxy proxy = LossyProxy.start(server.endpoint());
                S3Client lossy = LocalS3.client(proxy.endpoint())) {
            ZoneFiles throughProxy = new S3ZoneFiles(lossy, files.root());
            proxy.loseNextAnswer();
            assertThat(throughProxy.createIfAbsent("own", text("own"))).isEqualTo(Created.CREATED);
            assertThat(proxy.lost()).isEqualTo(1);

            assertThat(throughProxy.createIfAbsent("own", text("own"))).isEqualTo(Created.EXISTED);
            proxy.loseNextAnswer();
            assertThat(throughProxy.createIfAbsent("own", text("own"))).isEqualTo(Created.EXISTED);
        }
    }

    @Test
    void filesAreListedAtAnyDepthInOrderAndWithoutTheirNeighbours() {
        files.createIfAbsent("shop/orders/b/2", text("22"));
        files.createIfAbsent("shop/orders/a", text("1"));
        files.createIfAbsent("shop/orders-old/a", text("1"));
        client.putObject(
                request -> request.bucket(BUCKET)
                        .key(URI.create(files.root()).getPath().substring(1) + "/shop/orders/mark/"),
                RequestBody.empty());

        assertThat(files.list("shop/orders"))
                .containsExactly(new ZoneFile("shop/orders/a", 1), new ZoneFile("shop/orders/b/2", 2));
        assertThat(files.list("shop/orders/")).hasSize(2);
        assertThat(files.list("")).hasSize(3);
        assertThat(files.list("nowhere")).isEmpty();
    }

    @Test
    void aFolderIsDeletedWithAllBelowItAndNothingElse() {
        for (int number = 0; number < 25; number++) {
            files.createIfAbsent("shop/orders/attempt/" + number, text("x"));
        }
        files.createIfAbsent("shop/orders/attempt-2", text("x"));
        files.delete("shop/orders/attempt");
        files.delete("shop/orders/attempt");

        assertThat(files.list("")).containsExactly(new ZoneFile("shop/orders/attempt-2", 1));
    }

    @Test
    void aZoneCanBeAWholeBucket() {
        client.createBucket(request -> request.bucket("sluice-whole"));
        ZoneFiles whole = new S3ZoneFiles(client, "s3a://sluice-whole/");
        whole.createIfAbsent("a/b", text("x"));

        assertThat(whole.root()).isEqualTo("s3a://sluice-whole");
        assertThat(whole.uri("a/b")).isEqualTo("s3a://sluice-whole/a/b");
        assertThat(whole.list("")).containsExactly(new ZoneFile("a/b", 1));
        assertThat(whole.read("a/b")).isPresent();
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> new S3ZoneFiles(client, "s3a://sluice-nowhere/raw").list("shop"))
                .withMessage("Cannot list file: s3a://sluice-nowhere/raw/shop. There is no bucket sluice-nowhere."
                        + " Create it, or name the zone's right location.")
                .matches(missing -> missing.code() == ErrorCode.REQUEST_INVALID);
    }

    @Test
    void aServerThatDoesNotAnswerIsReported() {
        try (S3Client nobody = LocalS3.client(URI.create("http://127.0.0.1:9"))) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> new S3ZoneFiles(nobody, files.root()).createIfAbsent("a", text("x")))
                    .withMessageStartingWith("Cannot create file: " + files.root() + "/a. ")
                    .matches(failed -> failed.code() == ErrorCode.FAILED);
        }
    }

    @Test
    void aLocationOfAnotherKindIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3ZoneFiles(client, "file:///tmp/raw"))
                .withMessage("An S3 location has the form s3a://bucket/prefix: file:///tmp/raw");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
