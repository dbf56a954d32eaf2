package dev.sluice.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.testing.contract.Race;
import io.delta.storage.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

class ConditionalPutLogStoreTest {

    private static final String BUCKET = "sluice-curated";

    @TempDir
    static Path folder;

    private static LocalS3 server;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalS3.start(folder);
        try (S3Client client = server.client()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void aVersionIsWrittenOnceAndReadBackLineByLine() throws IOException {
        ConditionalPutLogStore store = new ConditionalPutLogStore(conf());
        org.apache.hadoop.fs.Path version = path("once", 0);
        store.write(version, List.of("{\"one\":1}", "{\"größe\":2}").iterator(), false, conf());

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> store.write(version, List.of("{}").iterator(), false, conf()))
                .withMessage(version.toString());
        assertThat(read(store, version)).containsExactly("{\"one\":1}", "{\"größe\":2}");
        assertThat(store.isPartialWriteVisible(version, conf())).isFalse();

        store.write(version, List.of("{}").iterator(), true, conf());
        assertThat(read(store, version)).containsExactly("{}");
    }

    @Test
    void versionsAreListedFromOneOnInOrder() throws IOException {
        ConditionalPutLogStore store = new ConditionalPutLogStore(conf());
        for (int version : new int[] {2, 0, 1, 10}) {
            store.write(path("listed", version), List.of("{}").iterator(), false, conf());
        }

        List<String> names = new ArrayList<>();
        store.listFrom(path("listed", 1), conf())
                .forEachRemaining(status -> names.add(status.getPath().getName()));
        assertThat(names)
                .containsExactly(
                        path("listed", 1).getName(),
                        path("listed", 2).getName(),
                        path("listed", 10).getName());
    }

    @Test
    void ofManyDriversOneCommitsAVersion() throws Exception {
        for (int round = 0; round < 5; round++) {
            org.apache.hadoop.fs.Path version = path("race", round);
            // A log store of its own for each, as each driver has.
            List<Boolean> won = Race.run(8, number -> {
                try {
                    new ConditionalPutLogStore(conf())
                            .write(version, List.of("driver " + number).iterator(), false, conf());
                    return true;
                } catch (FileAlreadyExistsException lost) {
                    return false;
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            assertThat(won.stream().filter(one -> one)).hasSize(1);
            assertThat(read(new ConditionalPutLogStore(conf()), version))
                    .containsExactly("driver "
                            + IntStream.range(0, 8).filter(won::get).findFirst().orElseThrow());
        }
    }

    @Test
    void deltaCommitsThroughItFromManyWritersAndLosesNoRow() throws Exception {
        SparkSession.Builder builder = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.databricks.delta.snapshotPartitions", "1")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config(ConditionalPutLogStore.SPARK_CONF, ConditionalPutLogStore.class.getName());
        conf(false).forEach(entry -> builder.config("spark.hadoop." + entry.getKey(), entry.getValue()));
        try (SparkSession spark = builder.getOrCreate()) {
            String table = "s3a://" + BUCKET + "/delta";
            spark.range(10).write().format("delta").save(table);
            Race.run(4, number -> {
                spark.range(10).write().format("delta").mode("append").save(table);
                return number;
            });

            assertThat(spark.read().format("delta").load(table).count()).isEqualTo(50);
            assertThat(spark.sql("DESCRIBE HISTORY delta.`" + table + "`").count())
                    .isEqualTo(5);
        }
    }

    private static org.apache.hadoop.fs.Path path(String table, int version) {
        return new org.apache.hadoop.fs.Path(
                String.format("s3a://%s/%s/_delta_log/%020d.json", BUCKET, table, version));
    }

    private static List<String> read(ConditionalPutLogStore store, org.apache.hadoop.fs.Path path) throws IOException {
        List<String> lines = new ArrayList<>();
        try (CloseableIterator<String> read = store.read(path, conf())) {
            read.forEachRemaining(lines::add);
        }
        return lines;
    }

    private static Configuration conf() {
        return conf(true);
    }

    private static Configuration conf(boolean defaults) {
        Configuration conf = new Configuration(defaults);
        conf.set("fs.s3a.endpoint", server.endpoint().toString());
        conf.set("fs.s3a.endpoint.region", "eu-central-1");
        conf.set("fs.s3a.path.style.access", "true");
        conf.set("fs.s3a.access.key", "local");
        conf.set("fs.s3a.secret.key", "local");
        conf.set("fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
        return conf;
    }
}
