package dev.sluice.aws.glue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.SluiceException;
import dev.sluice.aws.FakeAws;
import dev.sluice.bookmark.Column;
import dev.sluice.catalog.CatalogPublisher.CuratedTable;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.glue.GlueClient;

/** Views in the Glue catalog, as Athena writes its own. */
class GlueCatalogViewsTest {

    private static final TableName ORDERS = new TableName("web-shop", "orders");

    private FakeAws aws;
    private GlueClient client;
    private GlueCatalog catalog;

    @BeforeEach
    void start() throws IOException {
        aws = FakeAws.start();
        client = GlueClient.builder()
                .endpointOverride(aws.endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        catalog = new GlueCatalog(client, "sluice_dev_");
    }

    @AfterEach
    void stop() {
        client.close();
        aws.close();
    }

    private static ViewSettings view(String name, String sql) {
        return SettingsParser.parseView(Map.of(
                "source",
                "web-shop",
                "view",
                name,
                "version",
                1,
                "description",
                "for finance",
                "sql",
                sql,
                "columns",
                List.of(
                        Map.of("name", "id", "type", "bigint"),
                        Map.of("name", "net", "type", "decimal(18,2)"),
                        Map.of("name", "tags", "type", "array<string>"),
                        Map.of("name", "placed_at", "type", "timestamp"),
                        Map.of("name", "share", "type", "float"),
                        Map.of("name", "pieces", "type", "int")),
                "tables",
                List.of("web-shop/orders", "crm/contacts")));
    }

    @Test
    void anEntryIsAsAthenasCreateViewWritesIt() throws IOException {
        ViewSettings view =
                view("invoices", "SELECT o.id, o.net FROM web_shop.orders o JOIN crm.contacts c ON c.id = o.id");
        assertThat(catalog.shows(view)).isFalse();
        catalog.publish(view);

        JsonNode entry = aws.table("sluice_dev_web_shop.invoices");
        assertThat(entry.path("TableType").asText()).isEqualTo("VIRTUAL_VIEW");
        assertThat(entry.path("Description").asText()).isEqualTo("for finance");
        assertThat(entry.path("ViewExpandedText").asText()).isEqualTo("/* Presto View */");
        assertThat(entry.path("Parameters").path("presto_view").asText()).isEqualTo("true");
        assertThat(entry.path("PartitionKeys")).isEmpty();
        assertThat(entry.path("StorageDescriptor").has("SerdeInfo")).isTrue();
        assertThat(entry.path("StorageDescriptor").path("Columns").toString())
                .isEqualTo("[{\"Name\":\"id\",\"Type\":\"bigint\"},{\"Name\":\"net\",\"Type\":\"decimal(18,2)\"},"
                        + "{\"Name\":\"tags\",\"Type\":\"array<string>\"},{\"Name\":\"placed_at\",\"Type\":\"timestamp\"},"
                        + "{\"Name\":\"share\",\"Type\":\"float\"},{\"Name\":\"pieces\",\"Type\":\"int\"}]");

        String text = entry.path("ViewOriginalText").asText();
        assertThat(text).startsWith("/* Presto View: ").endsWith(" */");
        JsonNode definition = new ObjectMapper()
                .readTree(Base64.getDecoder()
                        .decode(text.substring("/* Presto View: ".length(), text.length() - " */".length())));
        assertThat(definition.path("catalog").asText()).isEqualTo("awsdatacatalog");
        assertThat(definition.path("schema").asText()).isEqualTo("sluice_dev_web_shop");
        assertThat(definition.path("columns").toString())
                .isEqualTo("[{\"name\":\"id\",\"type\":\"bigint\"},{\"name\":\"net\",\"type\":\"decimal(18,2)\"},"
                        + "{\"name\":\"tags\",\"type\":\"array(varchar)\"},{\"name\":\"placed_at\",\"type\":\"timestamp(3)\"},"
                        + "{\"name\":\"share\",\"type\":\"real\"},{\"name\":\"pieces\",\"type\":\"integer\"}]");
        assertThat(definition.path("originalSql").asText())
                .isEqualTo(
                        """
                        SELECT
                          CAST(id AS bigint) AS id,
                          CAST(net AS decimal(18,2)) AS net,
                          CAST(tags AS array(varchar)) AS tags,
                          CAST(placed_at AS timestamp(3)) AS placed_at,
                          CAST(share AS real) AS share,
                          CAST(pieces AS integer) AS pieces
                        FROM (
                        SELECT o.id, o.net FROM sluice_dev_web_shop.orders o JOIN sluice_dev_crm.contacts c ON c.id = o.id
                        ) AS definition""");
    }

    @Test
    void onlyWhatChangedIsWrittenAgain() {
        ViewSettings view = view("invoices", "SELECT 1 AS id FROM web_shop.orders");
        catalog.publish(view);
        int calls = aws.calls().size();
        assertThat(catalog.shows(view)).isTrue();
        catalog.publish(view);
        assertThat(aws.calls().subList(calls, aws.calls().size())).containsExactly("GetTable", "GetTable");

        ViewSettings changed = view("invoices", "SELECT 2 AS id FROM web_shop.orders");
        assertThat(catalog.shows(changed)).isFalse();
        catalog.publish(changed);
        assertThat(aws.calls()).last().isEqualTo("UpdateTable");
        assertThat(catalog.shows(changed)).isTrue();
    }

    @Test
    void whatIsNoLongerRegisteredGoesAndNothingElse() {
        assertThat(catalog.removeViewsExcept("web-shop", Set.of())).isEmpty();
        catalog.publish(new CuratedTable(
                ORDERS, "s3a://lake/orders", List.of(new Column("id", ColumnType.of("bigint"))), List.of()));
        ViewSettings kept = view("kept", "SELECT 1 AS id FROM web_shop.orders");
        catalog.publish(kept);
        catalog.publish(view("gone", "SELECT 1 AS id FROM web_shop.orders"));
        catalog.publish(view("theirs", "SELECT 1 AS id FROM web_shop.orders"));
        ((ObjectNode) aws.table("sluice_dev_web_shop.theirs").path("Parameters")).remove("sluice.view");

        assertThat(catalog.removeViewsExcept("web-shop", Set.of(kept.name())))
                .containsExactly(new TableName("web-shop", "gone"));
        assertThat(aws.table("sluice_dev_web_shop.gone")).isNull();
        assertThat(List.of("orders", "kept", "theirs"))
                .allSatisfy(name ->
                        assertThat(aws.table("sluice_dev_web_shop." + name)).isNotNull());
        assertThat(catalog.removeViewsExcept("web-shop", Set.of(kept.name()))).isEmpty();

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> catalog.publish(view("theirs", "SELECT 3 AS id FROM web_shop.orders")))
                .withMessage(
                        "Cannot publish view web-shop/theirs to the Glue catalog: sluice_dev_web_shop.theirs is there"
                                + " already and was not made by Sluice. Rename the view, or remove that entry");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> catalog.publish(view("orders", "SELECT 3 AS id FROM web_shop.orders")))
                .withMessageContaining("was not made by Sluice");
    }

    @Test
    void aTableThatTakesAViewsNameInheritsNothingOfIt() {
        catalog.publish(view("orders", "SELECT 1 AS id FROM web_shop.customers"));
        catalog.publish(new CuratedTable(
                ORDERS, "s3a://lake/orders", List.of(new Column("id", ColumnType.of("bigint"))), List.of()));
        JsonNode entry = aws.table("sluice_dev_web_shop.orders");
        assertThat(entry.path("TableType").asText()).isEqualTo("EXTERNAL_TABLE");
        assertThat(entry.path("Parameters").has("presto_view")).isFalse();
        assertThat(entry.path("Parameters").has("sluice.view")).isFalse();
    }
}
