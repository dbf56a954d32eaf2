package dev.sluice.testing.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.FileSettings.Format;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.Masking;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.Tidiness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer that tells of an error with status 200 is not one without records: nothing is lost or deleted over it. */
class HttpAnswersTest {

    private static final TableName ORDERS = TableName.parse("crm/orders");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final Endpoint.Fault BUSY = Endpoint.says("{\"error\":\"busy\"}");

    private Endpoint endpoint;
    private Lake lake;

    @BeforeEach
    void serve(@TempDir Path folder) {
        endpoint = Endpoint.start();
        lake = Lake.in(folder)
                .connect("crm", endpoint.settings(Authentication.BEARER), endpoint.endpoint(Authentication.BEARER));
        for (int id = 1; id <= 3; id++) {
            endpoint.put(id, "new", id + ".00", LONG_AGO.plusSeconds(id));
        }
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    /** How an endpoint of one answer writes it. */
    private static HttpSettings http(Format format, String records, boolean header) {
        return new HttpSettings(
                "/all",
                new FileSettings(
                        ".",
                        FileSettings.DEFAULT_PATTERN,
                        format,
                        header
                                ? FileSettings.Csv.DEFAULT
                                : new FileSettings.Csv(
                                        ',', '"', FileSettings.Header.NONE, List.of("id", "status"), Optional.empty()),
                        Optional.ofNullable(records),
                        "UTF-8",
                        Duration.ZERO,
                        Optional.empty()),
                Paging.NONE,
                Optional.empty(),
                Optional.empty(),
                HttpSettings.TimeFormat.ISO,
                HttpSettings.Reads.ALL,
                java.util.OptionalInt.empty(),
                Duration.ofSeconds(5));
    }

    private long records(HttpSettings http) {
        TableSettings table = Items.table(ORDERS.toString())
                .http(http)
                .columns("id bigint not null", "status string")
                .merge("id")
                .build();
        SourceSettings source = lake.settings().findSource("crm").orElseThrow();
        try (Extraction extraction = lake.extractor(source, table).open(source, lake.connections(), table)) {
            return extraction.estimate(Window.ALL).rows();
        }
    }

    private void answering(Endpoint.Fault fault) {
        endpoint.failing(Collections.nCopies(5, fault).toArray(Endpoint.Fault[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "JSON|/items|{\"error\":\"busy\"}|nothing stands at /items (extract.http.records)",
                "JSON|/items|{\"items\":null,\"errors\":[1]}|what stands at /items is no array (extract.http.records)",
                "JSON|/items|{\"items\":{\"id\":1}}|what stands at /items is no array",
                "JSON||{\"id\":7,\"error\":\"busy\"}|it is no array (extract.http.records)",
                "JSON||[{\"error\":\"busy\"}]|none of its records has a column of the table (schema.columns)",
                "JSON|/items|``|it is empty",
                "JSON|/items|` `|nothing stands at /items",
                "JSON_LINES||{\"error\":\"busy\"}|none of its records has a column of the table",
                "JSON_LINES||<html>busy</html>|none of its records has a column of the table",
                "CSV||{\"error\":\"busy\"}|its header names no column of the table",
                "CSV||``|it is empty",
                "XML|order|<error>busy</error>|it has no element order (extract.http.records)",
                "XML|orders/order|<error><order/></error>|it has no element orders (extract.http.records)"
            })
    void whatTellsOfAnErrorCannotBeRead(Format format, String records, String body, String why) {
        answering(Endpoint.says(body));
        assertThat(catchThrowableOfType(SluiceException.class, () -> records(http(format, records, true))))
                .hasMessageContaining("Cannot pull page 1 of table crm/orders")
                .hasMessageContaining("5 times asked, its answer cannot be read: " + why)
                .hasMessageContaining("Run again once it answers, or correct extract.http")
                .hasMessageNotContaining("busy")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
        assertThat(endpoint.requests()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "JSON|/items|true|{\"items\":[]}",
                "JSON||true|[]",
                "JSON_LINES||true|``",
                "CSV||true|id,status",
                "CSV||false|``",
                "XML|orders/order|true|<orders/>"
            })
    void anEmptyListHasNoRecords(Format format, String records, boolean header, String body) {
        endpoint.failing(Endpoint.says(body));
        assertThat(records(http(format, records, header))).isZero();
        endpoint.failing(Endpoint.noContent());
        assertThat(records(http(format, records, header))).isZero();
        assertThat(endpoint.requests()).hasSize(2);
    }

    private Items orders(HttpSettings http) {
        return Items.table(ORDERS.toString())
                .http(http)
                .columns("id bigint not null", "price decimal(12,2)", "updated_at timestamp");
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private TableOutcome run() {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(ORDERS)))
                .tables()
                .get(0);
    }

    private TableOutcome runWell() {
        TableOutcome outcome = run();
        assertThat(outcome.failure()).isEmpty();
        return outcome;
    }

    private List<String> curated() {
        return RowsOf.curated(lake, ORDERS.toString(), "id");
    }

    @Test
    void theBookmarkStaysWhereAnErrorIsAnswered() {
        register(orders(HttpSourceTest.http("/cursor", Format.JSON, HttpSourceTest.byCursor(), Optional.of("since")))
                .incremental(new BookmarkSettings(
                        List.of("updated_at"),
                        BookmarkSettings.Engine.SLUICE,
                        BookmarkSettings.StampedBy.SERVER,
                        Duration.ZERO,
                        Duration.ZERO))
                .merge("id"));
        runWell();
        TableState before = lake.bookmarks().load(ORDERS);
        endpoint.put(4, "new", "4.00", Instant.now());
        answering(BUSY);
        assertThat(run().failure()).map(Failure::code).contains(ErrorCode.SOURCE_UNREACHABLE);
        assertThat(lake.bookmarks().load(ORDERS).position()).isEqualTo(before.position());
        runWell();
        assertThat(curated()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void anEndpointReadInFullThatHasNoRecordAtAllDeletesNothingUntilARewindSaysSo() {
        HttpSettings full = HttpSourceTest.http("/cursor", Format.JSON, HttpSourceTest.byCursor(), Optional.empty());
        register(orders(full).merge("id"));
        runWell();
        answering(BUSY);
        assertThat(run().failure()).map(Failure::code).contains(ErrorCode.SOURCE_UNREACHABLE);

        List.of(1, 2, 3).forEach(endpoint::remove);
        Failure refused = run().failure().orElseThrow();
        assertThat(refused.code()).isEqualTo(ErrorCode.DELETES_REFUSED);
        assertThat(refused.message())
                .startsWith("Cannot read table crm/orders: its endpoint answers without a record (extract.http)")
                .contains("Nothing was changed", "'sluice bookmark rewind crm/orders --to-start'");
        assertThat(curated()).containsExactly("1", "2", "3");
        Tidiness.assertNothingIsLeftOver(lake, ORDERS);

        new Rewind(lake).to(ORDERS, Optional.empty(), "rewind");
        runWell();
        assertThat(curated()).isEmpty();
        runWell();

        // What replaces the table empties it as well.
        register(orders(full));
        new Rewind(lake).to(ORDERS, Optional.empty(), "replace");
        endpoint.put(9, "new", "9.00", LONG_AGO);
        runWell();
        endpoint.remove(9);
        assertThat(run().failure()).map(Failure::code).contains(ErrorCode.DELETES_REFUSED);
        assertThat(curated()).containsExactly("9");
    }

    @Test
    void whereColumnsAreMaskedTheListingShowsNoTextOfAMalformedLine() {
        register(Items.table(ORDERS.toString())
                .http(http(Format.JSON_LINES, null, true))
                .columns("id bigint not null")
                .column(ColumnSettings.plain("status", ColumnType.of("string")).masked(Masking.TRUNCATE))
                .merge("id"));
        endpoint.failing(Endpoint.says("{\"id\":1,\"status\":\"Ada Lovelace\"}\n{\"id\":2,\"status\":\"Grace Hopper\"\n"
                + "{\"id\":\"x\",\"status\":\"Alan Turing\"}\n"));
        assertThat(runWell().batch().orElseThrow().quarantined()).isEqualTo(2);
        assertThat(new Quarantine(lake.zones().quarantine())
                        .list(
                                lake.settings().findTable(ORDERS).orElseThrow(),
                                lake.bookmarks().history(ORDERS, Integer.MAX_VALUE),
                                Integer.MAX_VALUE))
                .hasSize(2)
                .allSatisfy(entry ->
                        assertThat(entry.toString()).contains("(masked)").doesNotContain("Hopper", "Turing"));
        assertThat(RowsOf.curated(lake, ORDERS.toString(), "id", "status")).containsExactly("1|Ada");
    }
}
