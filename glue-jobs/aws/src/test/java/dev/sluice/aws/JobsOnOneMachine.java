package dev.sluice.aws;

import dev.sluice.aws.dynamodb.DynamoDbBookmarkStore;
import dev.sluice.aws.dynamodb.DynamoDbRuns;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.aws.dynamodb.LocalDynamoDb;
import dev.sluice.aws.s3.LocalS3;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.testing.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/** What the jobs meet on AWS, for one class of tests: DynamoDB Local, an S3 server, and other services as they answer. */
abstract class JobsOnOneMachine {

    static final String BUCKET = "sluice-lake";
    static final String SUFFIX = UUID.randomUUID().toString().substring(0, 8);
    static final String SETTINGS = "settings-" + SUFFIX;
    static final String BOOKMARKS = "bookmarks-" + SUFFIX;
    static final String RUNS = "runs-" + SUFFIX;

    @TempDir
    static Path folder;

    static LocalS3 s3;
    static FakeAws aws;
    static DynamoDbClient dynamoDb;
    static DynamoDbSettingsStore settings;
    static DynamoDbBookmarkStore bookmarks;

    @BeforeAll
    static void startAll() throws Exception {
        s3 = LocalS3.start(folder.resolve("s3"));
        aws = FakeAws.start();
        try (S3Client client = s3.client()) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        dynamoDb = LocalDynamoDb.client();
        settings = new DynamoDbSettingsStore(dynamoDb, SETTINGS);
        settings.createTableIfAbsent();
        bookmarks = new DynamoDbBookmarkStore(
                dynamoDb, BOOKMARKS, Clock.systemUTC(), Duration.ofSeconds(30), holder -> false);
        bookmarks.createTableIfAbsent();
        new DynamoDbRuns(dynamoDb, RUNS).createTableIfAbsent();
        System.setProperty("aws.region", "eu-central-1");
        System.setProperty("aws.accessKeyId", "local");
        System.setProperty("aws.secretAccessKey", "local");
        System.setProperty("aws.endpointUrl", aws.endpoint().toString());
        System.setProperty("aws.endpointUrlDynamoDb", LocalDynamoDb.endpoint().toString());
        System.setProperty("aws.endpointUrlS3", s3.endpoint().toString());
        System.setProperty("spark.master", "local[2]");
        System.setProperty("spark.app.name", "glue-jobs-test");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.sql.shuffle.partitions", "1");
        System.setProperty("spark.databricks.delta.snapshotPartitions", "1");
        System.setProperty("spark.glue.local.bookmarks", folder.resolve("glue").toString());
        System.setProperty("spark.hadoop.fs.s3a.endpoint", s3.endpoint().toString());
        System.setProperty("spark.hadoop.fs.s3a.path.style.access", "true");
        System.setProperty("spark.hadoop.fs.s3a.access.key", "local");
        System.setProperty("spark.hadoop.fs.s3a.secret.key", "local");
    }

    @AfterAll
    static void stopAll() {
        dynamoDb.deleteTable(request -> request.tableName(SETTINGS));
        dynamoDb.deleteTable(request -> request.tableName(BOOKMARKS));
        dynamoDb.deleteTable(request -> request.tableName(RUNS));
        dynamoDb.close();
        aws.close();
        s3.close();
    }

    /** Registers a database as a source or target, its user and password in the store of secrets. */
    static void register(String name, Database database) {
        aws.secret(
                name,
                "{\"username\":\"" + database.endpoint().user().orElseThrow() + "\",\"password\":\""
                        + database.endpoint().password().orElseThrow() + "\"}");
        settings.register(
                new SourceSettings(
                        name,
                        1,
                        SourceKind.POSTGRESQL,
                        new ConnectionSettings.Jdbc(database.endpoint().url(), Optional.of(name)),
                        ZoneOffset.UTC,
                        2),
                Existing.REFUSE);
    }

    static Map<String, AttributeValue> result(String run, String entry) {
        return dynamoDb.getItem(request -> request.tableName(RUNS)
                        .consistentRead(true)
                        .key(Map.of("run", AttributeValue.fromS(run), "entry", AttributeValue.fromS(entry))))
                .item();
    }

    static String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--JOB_NAME",
                "sluice-test",
                "--settings-table",
                SETTINGS,
                "--bookmarks-table",
                BOOKMARKS,
                "--runs-table",
                RUNS,
                "--environment",
                "test",
                "--raw",
                "s3a://" + BUCKET + "/raw",
                "--curated",
                "s3a://" + BUCKET + "/curated",
                "--quarantine",
                "s3a://" + BUCKET + "/quarantine"));
        arguments.addAll(List.of(more));
        return arguments.toArray(new String[0]);
    }
}
