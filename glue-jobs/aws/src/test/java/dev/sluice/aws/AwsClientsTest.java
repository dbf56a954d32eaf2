package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.glue.GlueCatalog;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.aws.result.JobResult;
import dev.sluice.bookmark.Column;
import dev.sluice.catalog.CatalogPublisher.CuratedTable;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Credentials, catalog and notifications, through the SDK's real clients. */
class AwsClientsTest {

    private static final TableName ORDERS = new TableName("web-shop", "order-lines");

    private FakeAws aws;
    private GlueClient glue;
    private SecretsManagerClient secretsManager;
    private SnsClient sns;
    private SsmClient ssm;

    @BeforeEach
    void startFake() throws Exception {
        aws = FakeAws.start();
        glue = reach(GlueClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
        secretsManager = reach(SecretsManagerClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
        ssm = reach(SsmClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
        sns = reach(SnsClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
    }

    @AfterEach
    void closeAll() {
        glue.close();
        secretsManager.close();
        sns.close();
        ssm.close();
        aws.close();
    }

    @Test
    void aUrlWithoutASecretHasNoCredentials() {
        JdbcEndpoint endpoint = resolve(new ConnectionSettings.Jdbc("jdbc:postgresql://host/shop", Optional.empty()));

        assertThat(endpoint.url()).isEqualTo("jdbc:postgresql://host/shop");
        assertThat(endpoint.user()).isEmpty();
        assertThat(aws.calls()).isEmpty();
    }

    @Test
    void aSecretGivesUserAndPassword() {
        aws.secret("shop-reader", "{\"username\":\"reader\",\"password\":\"s3cret\",\"engine\":\"postgres\"}");
        JdbcEndpoint endpoint =
                resolve(new ConnectionSettings.Jdbc("jdbc:postgresql://host/shop", Optional.of("shop-reader")));

        assertThat(endpoint.user()).contains("reader");
        assertThat(endpoint.password()).contains("s3cret");
        assertThat(endpoint).hasToString("jdbc:postgresql://host/shop");
    }

    @Test
    void aSecretThatIsNotThereIsNamed() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() ->
                        resolve(new ConnectionSettings.Jdbc("jdbc:postgresql://host/shop", Optional.of("shop-reader"))))
                .withMessage("Cannot read secret: shop-reader. There is no such secret in this account and region."
                        + " Check connection.secret.")
                .matches(missing -> missing.code() == ErrorCode.SECRET_MISSING);
    }

    @Test
    void aSecretOfAnotherFormIsRefusedWithoutShowingIt() {
        for (String form : List.of("s3cret", "{\"user\":\"reader\",\"password\":\"s3cret\"}", "[\"s3cret\"]", "")) {
            aws.secret("shop-reader", form);
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> resolve(
                            new ConnectionSettings.Jdbc("jdbc:postgresql://host/shop", Optional.of("shop-reader"))))
                    .withMessage("Cannot read secret: shop-reader. It is no JSON object with the texts username and"
                            + " password. Store it in that form.")
                    .withNoCause();
        }
    }

    @Test
    void aMaskingSecretGivesItsKeyAndShowsNothingOfAnotherForm() {
        Secrets secrets = new Secrets(secretsManager);
        aws.secret("people", "{\"key\":\"0123456789abcdef\"}");
        assertThat(secrets.key("people")).asString().isEqualTo("0123456789abcdef");
        for (String form : List.of(
                "s3cret-s3cret-s3cret", "{\"key\":\"s3cret\"}", "{\"password\":\"s3cret-s3cret-s3cret\"}", "")) {
            aws.secret("people", form);
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> secrets.key("people"))
                    .withMessage("Cannot read secret: people. It is no JSON object with the text key of at least 16"
                            + " characters. Store it in that form.")
                    .withNoCause()
                    .matches(missing -> missing.code() == ErrorCode.SECRET_MISSING);
        }
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> secrets.key("nobody"))
                .withMessageEndingWith("Check schema.masking-secret.");
    }

    @Test
    void aGlueConnectionGivesUrlAndCredentials() throws Exception {
        aws.connection(
                "plain",
                "{\"JDBC_CONNECTION_URL\":\"jdbc:postgresql://host/shop\",\"USERNAME\":\"reader\",\"PASSWORD\":\"p\","
                        + "\"JDBC_ENFORCE_SSL\":\"true\"}");
        aws.connection(
                "secret", "{\"JDBC_CONNECTION_URL\":\"jdbc:postgresql://host/shop\",\"SECRET_ID\":\"shop-reader\"}");
        aws.connection(
                "parts",
                "{\"HOST\":\"host\",\"PORT\":\"5432\",\"DATABASE\":\"shop\",\"USERNAME\":\"reader\",\"PASSWORD\":\"p\"}");
        aws.secret("shop-reader", "{\"username\":\"from-secret\",\"password\":\"q\"}");

        assertThat(resolve(new ConnectionSettings.Glue("plain")).url())
                .isEqualTo("jdbc:postgresql://host/shop?sslmode=require");
        assertThat(resolve(new ConnectionSettings.Glue("plain")).password()).contains("p");
        assertThat(resolve(new ConnectionSettings.Glue("secret")).user()).contains("from-secret");
        assertThat(resolve(new ConnectionSettings.Glue("parts")).url()).isEqualTo("jdbc:postgresql://host:5432/shop");
    }

    @Test
    void aGlueConnectionThatIsNotThereOrToNoDatabaseIsNamed() throws Exception {
        aws.connection("bus", "{\"KAFKA_BOOTSTRAP_SERVERS\":\"host:9092\"}");

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> resolve(new ConnectionSettings.Glue("nowhere")))
                .withMessage("Cannot read Glue connection: nowhere. There is none of that name in this account and"
                        + " region. Check connection.glue-connection.")
                .matches(missing -> missing.code() == ErrorCode.SECRET_MISSING);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> resolve(new ConnectionSettings.Glue("bus")))
                .withMessageStartingWith("Cannot use Glue connection: bus. It has neither a JDBC URL nor")
                .matches(invalid -> invalid.code() == ErrorCode.SETTINGS_INVALID);
    }

    @Test
    void aTableIsPublishedAsNativeDeltaAndOnlyWhatChangedIsWrittenAgain() {
        GlueCatalog catalog = new GlueCatalog(glue, "");
        CuratedTable table = curated(new Column("id", ColumnType.of("bigint")));
        catalog.publish(table);
        var entry = aws.table("web_shop.order_lines");
        assertThat(entry.path("TableType").asText()).isEqualTo("EXTERNAL_TABLE");
        assertThat(entry.path("Parameters").path("table_type").asText()).isEqualTo("DELTA");
        assertThat(entry.path("Parameters").path("spark.sql.sources.provider").asText())
                .isEqualTo("delta");
        assertThat(entry.path("StorageDescriptor").path("Location").asText())
                .isEqualTo("s3://lake/curated/web-shop/order-lines");
        assertThat(aws.calls()).containsExactly("GetTable", "CreateTable", "CreateDatabase", "CreateTable");

        catalog.publish(table);
        assertThat(aws.calls()).hasSize(5).last().isEqualTo("GetTable");

        catalog.publish(curated(
                new Column("id", ColumnType.of("bigint")), new Column("At", ColumnType.of("array<timestamp_ntz>"))));
        assertThat(aws.calls()).last().isEqualTo("UpdateTable");
        assertThat(aws.table("web_shop.order_lines")
                        .path("StorageDescriptor")
                        .path("Columns")
                        .toString())
                .isEqualTo("[{\"Name\":\"id\",\"Type\":\"bigint\"},{\"Name\":\"at\",\"Type\":\"array<timestamp>\"}]");
    }

    @Test
    void anEntryIsAllThatAthenaNeedsToReadTheTableByItsLog() {
        new GlueCatalog(glue, "sluice_dev_")
                .publish(new CuratedTable(
                        ORDERS,
                        "s3a://lake/curated/web-shop/order-lines",
                        List.of(
                                new Column("id", ColumnType.of("bigint")),
                                new Column("price", ColumnType.of("decimal(12,2)")),
                                new Column("placed_at", ColumnType.of("timestamp_ntz")),
                                new Column("tags", ColumnType.of("array<string>")),
                                new Column("day", ColumnType.of("date"))),
                        List.of("day")));
        JsonNode entry = aws.table("sluice_dev_web_shop.order_lines");

        assertThat(entry.path("TableType").asText()).isEqualTo("EXTERNAL_TABLE");
        assertThat(entry.path("Parameters").toString())
                .contains(
                        "\"EXTERNAL\":\"TRUE\"",
                        "\"table_type\":\"DELTA\"",
                        "\"classification\":\"delta\"",
                        "\"spark.sql.sources.provider\":\"delta\"");
        assertThat(entry.path("PartitionKeys")).isEmpty();
        JsonNode storage = entry.path("StorageDescriptor");
        assertThat(storage.path("Location").asText()).isEqualTo("s3://lake/curated/web-shop/order-lines");
        assertThat(storage.path("SerdeInfo").path("Parameters").path("path").asText())
                .isEqualTo("s3://lake/curated/web-shop/order-lines");
        assertThat(storage.path("Columns").toString())
                .isEqualTo("[{\"Name\":\"id\",\"Type\":\"bigint\"},"
                        + "{\"Name\":\"price\",\"Type\":\"decimal(12,2)\"},"
                        + "{\"Name\":\"placed_at\",\"Type\":\"timestamp\"},"
                        + "{\"Name\":\"tags\",\"Type\":\"array<string>\"},"
                        + "{\"Name\":\"day\",\"Type\":\"date\",\"Comment\":\"files are partitioned by it\"}]");
    }

    @Test
    void whatOthersNotedInAnEntryOutlivesItsUpdate() {
        GlueCatalog catalog = new GlueCatalog(glue, "");
        catalog.publish(curated(new Column("id", ColumnType.of("int"))));
        ObjectNode entry = (ObjectNode) aws.table("web_shop.order_lines");
        entry.put("Description", "lines of orders");
        ((ObjectNode) entry.path("Parameters")).put("owner-team", "sales");

        catalog.publish(curated(new Column("id", ColumnType.of("bigint"))));
        assertThat(aws.calls()).last().isEqualTo("UpdateTable");
        JsonNode updated = aws.table("web_shop.order_lines");
        assertThat(updated.path("Description").asText()).isEqualTo("lines of orders");
        assertThat(updated.path("Parameters").path("owner-team").asText()).isEqualTo("sales");
        assertThat(updated.path("StorageDescriptor").path("Columns").toString())
                .isEqualTo("[{\"Name\":\"id\",\"Type\":\"bigint\"}]");
    }

    @Test
    void anEnvironmentIsFoundByItsName() {
        aws.parameter(
                "/sluice/dev/config",
                "{\"settings-table\":\"s\",\"bookmarks-table\":\"b\",\"runs-table\":\"r\",\"raw\":\"s3://raw\","
                        + "\"curated\":\"s3://curated\",\"quarantine\":\"s3://quarantine\",\"topic-arn\":\"t\","
                        + "\"state-machines\":{\"shop\":\"m\"}}");

        assertThat(new EnvironmentParameter(ssm).names("dev"))
                .isEqualTo(new AwsPlatform.Names("s", "b", "s3://raw", "s3://curated", "s3://quarantine"));
    }

    @Test
    void anEnvironmentThatCannotBeUsedIsNamedWithItsParameter() {
        aws.parameter("/sluice/broken/config", "{");
        aws.parameter("/sluice/partial/config", "{\"settings-table\":\"s\",\"bookmarks-table\":\" \"}");

        assertRefused(
                "dev",
                "Cannot find environment: dev. There is no SSM parameter /sluice/dev/config in this account and region."
                        + " Apply that environment's Terraform, or choose account and region with AWS_PROFILE and"
                        + " --region.");
        assertRefused(
                "../prod",
                "Cannot find environment: ../prod. A name has letters, digits, dots, dashes and underscores, like"
                        + " dev.");
        assertRefused(
                "broken",
                "Cannot use SSM parameter: /sluice/broken/config. Its value is no JSON. Apply that environment's"
                        + " Terraform again, which writes it.");
        assertRefused(
                "partial",
                "Cannot use SSM parameter: /sluice/partial/config. It has no text bookmarks-table. Apply that"
                        + " environment's Terraform again, which writes it.");
    }

    @Test
    void aParameterThatCannotBeReadIsNamedWithTheCauseInFewWords() {
        try (SsmClient signedOut = SsmClient.builder()
                .endpointOverride(aws.endpoint())
                .region(Region.EU_CENTRAL_1)
                .httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(AwsCredentialsProviderChain.of(EnvironmentVariableCredentialsProvider.create()))
                .build()) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> new EnvironmentParameter(signedOut).names("dev"))
                    .withMessage("Cannot read SSM parameter: /sluice/dev/config. Unable to load credentials from any of"
                            + " the providers in the chain. Sign in or choose account and region with AWS_PROFILE and"
                            + " --region, and let your role call ssm:GetParameter on it.");
        }
    }

    private void assertRefused(String environment, String message) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> new EnvironmentParameter(ssm).names(environment))
                .withMessage(message)
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
    }

    @Test
    void aRunsFailuresAreToldOnceAndASuccessIsNot() {
        SnsNotifications notifications = new SnsNotifications(sns, "arn:aws:sns:eu-central-1:1:sluice");
        notifications.publish(result(List.of()));
        assertThat(aws.messages()).isEmpty();

        notifications.publish(result(List.of(
                new JobFailure("web-shop/order-lines", ErrorCode.SOURCE_UNREACHABLE, "Cannot connect: größe"))));
        notifications.publish(result(List.of(new JobFailure("*", ErrorCode.REQUEST_INVALID, "Cannot use --tables."))));
        assertThat(aws.messages())
                .containsExactly(
                        "Sluice: 1 failed in ingest run run-1\nCannot ingest 1 of 2 tables:\n"
                                + "web-shop/order-lines: SOURCE_UNREACHABLE: Cannot connect: größe",
                        "Sluice: failed: ingest run run-1\nREQUEST_INVALID: Cannot use --tables.");
    }

    private JdbcEndpoint resolve(ConnectionSettings connection) {
        return new AwsConnections(glue, secretsManager)
                .resolve(new SourceSettings("shop", 1, SourceKind.POSTGRESQL, connection, ZoneOffset.UTC, 1));
    }

    private static CuratedTable curated(Column... columns) {
        return new CuratedTable(ORDERS, "s3a://lake/curated/web-shop/order-lines", List.of(columns), List.of());
    }

    private static JobResult result(List<JobFailure> failures) {
        return new JobResult(
                "run-1", JobKind.INGEST, "jr_1", Instant.EPOCH, Instant.EPOCH, new JobOutcome(2, 0, 0, 0, failures));
    }

    private <B extends AwsClientBuilder<B, ?>> B reach(B builder) {
        return builder.endpointOverride(aws.endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
}
