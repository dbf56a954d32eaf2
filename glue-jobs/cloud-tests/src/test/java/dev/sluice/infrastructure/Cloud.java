package dev.sluice.infrastructure;

import dev.sluice.aws.dynamodb.DynamoDbBookmarkStore;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.testing.Database;
import dev.sluice.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The environment on an emulator, with a shop's database as source and another as target. */
final class Cloud implements AutoCloseable {

    static final String SOURCE = "shop";
    static final String TARGET = "dataengineering-db";

    /** Patience with an execution, whose jobs are processes that share this machine with other tests. */
    static final Duration EXECUTION = Duration.ofMinutes(10);

    private final Emulator emulator;
    /** Every call that Terraform has made. */
    final Path providerLog;

    final Deployment deployment;
    final Deployment.Deployed deployed;
    final Database shop = PostgresServer.newDatabase("shop");
    final Database warehouse = PostgresServer.newDatabase("warehouse");
    final DynamoDbSettingsStore settings;
    final DynamoDbBookmarkStore bookmarks;
    final Topic topic;
    final S3Client s3;
    final GlueClient glue;
    final DynamoDbClient dynamoDb;
    final SfnClient sfn;
    final CloudWatchClient cloudWatch;
    final CloudWatchLogsClient logs;
    final SsmClient ssm;

    private Cloud(Emulator emulator, Path folder) {
        this.emulator = emulator;
        this.providerLog = folder.resolve("provider.log");
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.put("TF_LOG_PROVIDER", "DEBUG");
        environment.put("TF_LOG_PATH", providerLog.toString());
        this.deployment = new Deployment(Required.repository(), folder, emulator, environment);
        this.deployed = deployment.apply(count -> {});
        this.s3 = client(S3Client.builder());
        this.glue = client(GlueClient.builder());
        this.dynamoDb = client(DynamoDbClient.builder());
        this.sfn = client(SfnClient.builder());
        this.cloudWatch = client(CloudWatchClient.builder());
        this.logs = client(CloudWatchLogsClient.builder());
        this.ssm = client(SsmClient.builder());
        this.topic = new Topic(client(SnsClient.builder()), client(SqsClient.builder()), deployed.topicArn());
        this.settings = new DynamoDbSettingsStore(dynamoDb, deployed.tables().get("settings"));
        this.bookmarks = new DynamoDbBookmarkStore(
                dynamoDb,
                deployed.tables().get("bookmarks"),
                Clock.systemUTC(),
                DynamoDbBookmarkStore.DEFAULT_CLOCK_TOLERANCE,
                holder -> false);
        try (SecretsManagerClient secrets = client(SecretsManagerClient.builder())) {
            for (Map.Entry<String, JdbcEndpoint> secret : Map.of(
                            "shop-reader", shop.endpoint(), TARGET, warehouse.endpoint())
                    .entrySet()) {
                secrets.createSecret(request -> request.name(secret.getKey())
                        .secretString(
                                "{\"username\":\"" + secret.getValue().user().orElseThrow()
                                        + "\",\"password\":\""
                                        + secret.getValue().password().orElseThrow() + "\"}"));
            }
        }
        connect(SOURCE, shop.endpoint().url(), "shop-reader");
        connect(TARGET, warehouse.endpoint().url(), TARGET);
    }

    /** Everything up and applied. */
    static Cloud start(Path folder) {
        Emulator emulator = Emulator.start(
                Required.repository(), folder.resolve("emulator"), System.getenv(), Emulator.Life.OF_THIS_PROCESS);
        try {
            return new Cloud(emulator, folder);
        } catch (RuntimeException | Error failure) {
            emulator.close();
            throw failure;
        }
    }

    /** Registers a source, in place of what was registered before. */
    void connect(String source, String url, String secret) {
        settings.register(
                new SourceSettings(
                        source,
                        1,
                        SourceKind.POSTGRESQL,
                        new ConnectionSettings.Jdbc(url, Optional.of(secret)),
                        ZoneOffset.UTC,
                        2),
                Existing.REPLACE);
    }

    StateMachine ingestMachine() {
        return new StateMachine(sfn, deployed.ingestMachines().get(SOURCE));
    }

    /** Executes a machine to its end. */
    StateMachine.Ended execute(StateMachine machine, String input, Consumer<String> entered) {
        return machine.await(machine.start("run-" + UUID.randomUUID(), input), EXECUTION, entered);
    }

    StateMachine.Ended ingest(String input) {
        return execute(ingestMachine(), input, state -> {});
    }

    /** An item of the runs table; empty where there is none. */
    Map<String, AttributeValue> run(String run, String entry) {
        return dynamoDb.getItem(request -> request.tableName(deployed.tables().get("runs"))
                        .key(Map.of("run", AttributeValue.fromS(run), "entry", AttributeValue.fromS(entry)))
                        .consistentRead(true))
                .item();
    }

    /** The keys in the bucket of a zone. */
    java.util.List<String> keys(String zone) {
        return s3
                .listObjectsV2Paginator(
                        request -> request.bucket(deployed.buckets().get(zone)))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** What a job's run has logged. */
    String jobLog(String jobRunId) throws IOException {
        return Files.readString(emulator.jobLog(jobRunId));
    }

    @Override
    public void close() {
        emulator.close();
    }

    private <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
        return builder.region(Region.of(Emulator.REGION))
                .endpointOverride(emulator.endpoint())
                .credentialsProvider(Deployment.credentials())
                .build();
    }
}
