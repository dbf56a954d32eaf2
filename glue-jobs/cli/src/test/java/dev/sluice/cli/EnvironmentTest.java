package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.aws.dynamodb.DynamoDbBookmarkStore;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.embedded.Part;
import dev.sluice.embedded.Servers;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.testing.Items;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Environments on AWS by their names: a parameter store that knows dev, and DynamoDB Local with its tables. */
class EnvironmentTest {

    private static final Map<String, String> PROPERTIES =
            Map.of("aws.region", "eu-central-1", "aws.accessKeyId", "local", "aws.secretAccessKey", "local");

    @TempDir
    static Path folder;

    private static final List<String> ASKED = new CopyOnWriteArrayList<>();
    private static Servers servers;
    private static HttpServer ssm;

    @BeforeAll
    static void startAll() throws Exception {
        servers = Servers.start(folder.resolve("servers"), Set.of(Part.DYNAMODB), Duration.ofSeconds(2));
        ssm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ssm.createContext("/", exchange -> {
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            ASKED.add(request);
            boolean known = request.contains("\"/sluice/dev/config\"");
            byte[] answer = (known
                            ? "{\"Parameter\":{\"Value\":\"{\\\"settings-table\\\":\\\"dev-settings\\\","
                                    + "\\\"bookmarks-table\\\":\\\"dev-bookmarks\\\",\\\"raw\\\":\\\"s3a://raw\\\","
                                    + "\\\"curated\\\":\\\"s3a://curated\\\",\\\"quarantine\\\":\\\"s3a://q\\\"}\"}}"
                            : "{\"__type\":\"ParameterNotFound\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 400, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        ssm.start();
        PROPERTIES.forEach(System::setProperty);
        System.setProperty("aws.endpointUrlDynamoDb", servers.dynamoDbEndpoint().toString());
        System.setProperty(
                "aws.endpointUrlSsm", "http://127.0.0.1:" + ssm.getAddress().getPort());
        try (DynamoDbClient client = DynamoDbClient.builder()
                .endpointOverride(servers.dynamoDbEndpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            for (String environment : List.of("dev", "other")) {
                DynamoDbSettingsStore settings = new DynamoDbSettingsStore(client, environment + "-settings");
                settings.createTableIfAbsent();
                settings.register(
                        new SourceSettings(
                                environment + "-shop",
                                1,
                                SourceKind.POSTGRESQL,
                                new ConnectionSettings.Jdbc("jdbc:postgresql://nowhere/shop", Optional.empty()),
                                ZoneOffset.UTC,
                                1),
                        Existing.REFUSE);
                settings.register(
                        Items.table(environment + "-shop/orders")
                                .columns("id bigint")
                                .build(),
                        Existing.REFUSE);
            }
            new DynamoDbBookmarkStore(client, "dev-bookmarks", Clock.systemUTC(), Duration.ZERO, holder -> false)
                    .createTableIfAbsent();
        }
    }

    @AfterAll
    static void stopAll() {
        PROPERTIES.keySet().forEach(System::clearProperty);
        System.clearProperty("aws.endpointUrlDynamoDb");
        System.clearProperty("aws.endpointUrlSsm");
        ssm.stop(0);
        servers.close();
    }

    @BeforeEach
    void forgetRequests() {
        ASKED.clear();
    }

    @Test
    void statusNeedsTheEnvironmentsNameAlone() {
        CommandRun run = CommandRun.of("--environment", "dev", "status");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("dev-shop/orders", "never run");
        assertThat(CommandRun.of(Map.of("SLUICE_ENVIRONMENT", "dev"), "status").out())
                .isEqualTo(run.out());
    }

    @Test
    void whatIsNamedBesideTheEnvironmentIsUsedInItsPlace() {
        assertThat(CommandRun.of("--environment", "dev", "--settings-table", "other-settings", "status")
                        .out())
                .contains("other-shop/orders")
                .doesNotContain("dev-shop/orders");
        assertThat(CommandRun.of(
                                Map.of("SLUICE_ENVIRONMENT", "dev", "SLUICE_SETTINGS_TABLE", "other-settings"),
                                "status")
                        .out())
                .contains("other-shop/orders");
    }

    @Test
    void anEnvironmentIsNotAskedForWhereAllIsNamed() {
        CommandRun run = CommandRun.of(
                "status",
                "--environment",
                "nowhere",
                "--settings-table",
                "dev-settings",
                "--bookmarks-table",
                "dev-bookmarks",
                "--raw",
                "s3://raw",
                "--curated",
                "s3://curated",
                "--quarantine",
                "s3://quarantine");

        assertThat(run.out()).contains("dev-shop/orders");
        assertThat(ASKED).isEmpty();
    }

    @Test
    void anUnknownEnvironmentIsAUsageErrorThatNamesTheParameter() {
        CommandRun run = CommandRun.of("status", "--environment", "prod");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("Cannot find environment: prod. There is no SSM parameter /sluice/prod/config in this account"
                        + " and region. Apply that environment's Terraform");
    }
}
