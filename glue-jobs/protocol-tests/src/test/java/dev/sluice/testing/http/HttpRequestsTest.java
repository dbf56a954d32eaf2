package dev.sluice.testing.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.HttpSettings.Style;
import dev.sluice.settings.HttpSettings.TimeFormat;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to page, to be let in and to fail, request by request and without Spark. */
class HttpRequestsTest {

    private static final Instant STAMP = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private Endpoint endpoint;

    @BeforeEach
    void serve() {
        endpoint = Endpoint.start();
        for (int id = 1; id <= 5; id++) {
            endpoint.put(id, "new", "1.00", STAMP.plusSeconds(id));
        }
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private Extraction open(Authentication authentication, HttpSettings http) {
        Items item = Items.table("crm/orders")
                .http(http)
                .columns("id bigint not null")
                .merge("id");
        http.since().ifPresent(parameter -> item.columns("updated_at timestamp")
                .incremental(new BookmarkSettings(
                        List.of("updated_at"),
                        BookmarkSettings.Engine.SLUICE,
                        BookmarkSettings.StampedBy.SERVER,
                        Duration.ZERO,
                        Duration.ofMinutes(5))));
        TableSettings table = item.build();
        Lake lake =
                Lake.in(folder).connect("crm", endpoint.settings(authentication), endpoint.endpoint(authentication));
        SourceSettings source = lake.settings().findSource("crm").orElseThrow();
        return lake.extractor(source, table).open(source, lake.connections(), table);
    }

    private long records(HttpSettings http) {
        try (Extraction extraction = open(Authentication.BEARER, http)) {
            return extraction.estimate(Window.ALL).rows();
        }
    }

    private SluiceException failure(HttpSettings http) {
        SluiceException failure = catchThrowableOfType(SluiceException.class, () -> records(http));
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage())
                .contains("/v1/")
                .doesNotContain(Endpoint.TOKEN)
                .doesNotContain("an error page")
                .doesNotContain("?");
        return failure;
    }

    private static HttpSettings cursor() {
        return HttpSourceTest.http("/cursor", FileSettings.Format.JSON, HttpSourceTest.byCursor(), Optional.empty());
    }

    private static HttpSettings paged(String path, Style style, String next, String parameter, Integer size) {
        return HttpSourceTest.http(
                path,
                path.equals("/page") ? FileSettings.Format.CSV : FileSettings.Format.JSON,
                new Paging(
                        style,
                        Optional.ofNullable(next),
                        Optional.ofNullable(parameter),
                        1,
                        size == null ? OptionalInt.empty() : OptionalInt.of(size),
                        Optional.empty()),
                Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "/cursor, CURSOR, /meta/next_cursor, cursor, , 3",
        "/next, NEXT_LINK, /links/next, , , 3",
        "/link, NEXT_LINK, , , , 3",
        "/page, PAGE, , page, , 4",
        "/page, PAGE, , page, 2, 3",
        "/offset, OFFSET, , offset, 2, 3",
        "/cursor, NONE, , , , 1"
    })
    void everyWayOfPagingEndsWithTheLastPage(
            String path, Style style, String next, String parameter, Integer size, int requests) {
        assertThat(records(paged(path, style, next, parameter, size))).isEqualTo(style == Style.NONE ? 2 : 5);
        assertThat(endpoint.requests()).hasSize(requests);
    }

    @ParameterizedTest
    @EnumSource(names = {"BASIC", "BEARER", "HEADER", "PARAMETER"})
    void theSecretIsBroughtAsTheEndpointWantsIt(Authentication authentication) {
        HttpSettings linked = paged("/next", Style.NEXT_LINK, "/links/next", null, null);
        try (Extraction extraction = open(authentication, linked)) {
            assertThat(extraction.estimate(Window.ALL).rows()).isEqualTo(5);
            assertThat(extraction.describe().columns())
                    .extracting(SourceColumn::name)
                    .contains("id", "status", "price", "updated_at");
        }
        assertThat(endpoint.endpoint(authentication)).asString().doesNotContain(Endpoint.TOKEN);
    }

    @Test
    void aSecretThatNoHeaderCanHoldIsNotQuoted() {
        Items item =
                Items.table("crm/orders").http(cursor()).columns("id bigint").merge("id");
        Lake lake = Lake.in(folder)
                .connect(
                        "crm",
                        endpoint.settings(Authentication.BEARER),
                        endpoint.endpoint(Authentication.BEARER, "two\nlines"));
        SourceSettings source = lake.settings().findSource("crm").orElseThrow();
        TableSettings table = item.build();
        try (Extraction extraction = lake.extractor(source, table).open(source, lake.connections(), table)) {
            assertThat(catchThrowableOfType(SluiceException.class, extraction::describe))
                    .hasMessageContaining("header Authorization cannot hold the secret")
                    .hasMessageNotContaining("two")
                    .hasNoCause();
        }
    }

    @Test
    void whatMayPassIsAskedForAgain() {
        endpoint.failing(
                Endpoint.status(500), Endpoint.hangUp(), Endpoint.truncated(), Endpoint.says("<html>busy</html>"));
        assertThat(records(cursor())).isEqualTo(5);
        assertThat(endpoint.requests()).hasSize(7);

        endpoint.failing(endpoint.hanging());
        long begun = System.nanoTime();
        assertThat(records(cursor())).isEqualTo(5);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));

        endpoint.requests();
        endpoint.failing(Endpoint.status(429, "Retry-After", "1"));
        assertThat(records(cursor())).isEqualTo(5);
        List<Endpoint.Request> requests = endpoint.requests();
        assertThat(Duration.ofNanos(requests.get(1).nanos() - requests.get(0).nanos()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatWillNotPassIsNotAskedForAgain() {
        endpoint.failing(Endpoint.status(401));
        assertThat(failure(cursor()).code()).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
        endpoint.failing(Endpoint.status(400));
        assertThat(failure(cursor()).code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        endpoint.failing(Endpoint.status(302, "Location", "http://127.0.0.1:1/elsewhere"));
        assertThat(failure(cursor())).hasMessageContaining("the secret is not carried there");
        endpoint.failing(Endpoint.status(429, "Retry-After", "7200"));
        assertThat(failure(cursor())).hasMessageContaining("asks to wait for PT2H");
        assertThat(failure(paged("/nothing", Style.NONE, null, null, null)).code())
                .isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(endpoint.requests()).hasSize(5);

        endpoint.failing(
                Endpoint.says("<html>"),
                Endpoint.says("["),
                Endpoint.says("{"),
                Endpoint.says("<"),
                Endpoint.says("x"));
        assertThat(failure(cursor()))
                .hasMessageContaining("its answer cannot be read")
                .hasMessageContaining("no JSON");
    }

    @Test
    void aHeaderThatLacksADeclaredColumnIsNamed() {
        endpoint.failing(Endpoint.says("number,updated_at\n1,2026-01-01T00:00:01Z\n"));
        HttpSettings http = HttpSourceTest.http("/page", FileSettings.Format.CSV, Paging.NONE, Optional.of("since"));
        assertThat(catchThrowableOfType(SluiceException.class, () -> records(http)))
                .hasMessageContaining("the header of its answers lacks id (schema.missing-columns: fail)")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT));
    }

    @Test
    void aLinkThatLeadsElsewhereAndACursorThatLeadsBackAreRefused() {
        HttpSettings linked = paged("/next", Style.NEXT_LINK, "/links/next", null, null);
        endpoint.failing(Endpoint.says("{\"items\":[{\"id\":1}],\"links\":{\"next\":\"http://127.0.0.1:1/v1/next\"}}"));
        assertThat(catchThrowableOfType(SluiceException.class, () -> records(linked)))
                .hasMessageContaining("its link is none of " + endpoint.url());
        Endpoint.Fault same = Endpoint.says("{\"items\":[{\"id\":1}],\"meta\":{\"next_cursor\":\"1\"}}");
        endpoint.failing(same, same);
        assertThat(catchThrowableOfType(SluiceException.class, () -> records(cursor())))
                .hasMessageContaining("it leads to a page that was pulled before");
    }

    @Test
    void requestsComeNoFasterThanAllowed() {
        HttpSettings plain = cursor();
        assertThat(records(new HttpSettings(
                        plain.path(),
                        plain.body(),
                        plain.paging(),
                        plain.since(),
                        plain.until(),
                        plain.timeFormat(),
                        plain.reads(),
                        OptionalInt.of(300),
                        plain.timeout())))
                .isEqualTo(5);
        List<Endpoint.Request> requests = endpoint.requests();
        assertThat(Duration.ofNanos(requests.get(2).nanos() - requests.get(0).nanos()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aRangeIsAskedForByBothEndsAndWhatLiesOutsideIsLeftOut() {
        HttpSettings plain =
                HttpSourceTest.http("/all", FileSettings.Format.JSON_LINES, Paging.NONE, Optional.of("since"));
        HttpSettings http = new HttpSettings(
                plain.path(),
                plain.body(),
                plain.paging(),
                plain.since(),
                Optional.of("to"),
                plain.timeFormat(),
                plain.reads(),
                plain.requestsPerMinute(),
                plain.timeout());
        try (Extraction extraction = open(Authentication.BEARER, http)) {
            Window window = new Window(
                    Optional.of(new Position.At(STAMP.plusSeconds(2))),
                    Optional.of(new Position.At(STAMP.plusSeconds(4))));
            assertThat(extraction.estimate(window).rows()).isEqualTo(2);
            assertThat(extraction.hasNews(window)).isEqualTo(Extraction.News.SOME);
        }
        assertThat(endpoint.requests()).as("pulled once").singleElement().satisfies(request -> assertThat(
                        request.query())
                .containsEntry("since", "2026-01-01T00:00:01Z")
                .containsEntry("to", "2026-01-01T00:00:05Z"));
    }

    @ParameterizedTest
    @CsvSource({"ISO, 2026-01-01T00:00:01Z", "EPOCH_SECONDS, 1767225601", "EPOCH_MILLIS, 1767225601000"})
    void theBoundStaysBehindTheClockAndTheQuestionAStepBeforeTheBookmark(TimeFormat format, String asked) {
        HttpSettings plain =
                HttpSourceTest.http("/offset", FileSettings.Format.JSON, Paging.NONE, Optional.of("updated_since"));
        HttpSettings http = new HttpSettings(
                plain.path(),
                plain.body(),
                plain.paging(),
                plain.since(),
                plain.until(),
                format,
                plain.reads(),
                plain.requestsPerMinute(),
                plain.timeout());
        Position from = new Position.At(STAMP.plusMillis(2500));
        endpoint.put(1, "new", "1", STAMP.plusSeconds(9));
        try (Extraction extraction = open(Authentication.BEARER, http)) {
            Instant before = Instant.now();
            Bound bound = extraction.fixBound(Optional.of(from), List.of());
            assertThat(((Position.At) bound.position().orElseThrow()).instant())
                    .isBetween(before.minusSeconds(301), Instant.now().minusSeconds(300));
            assertThat(endpoint.requests()).singleElement().satisfies(request -> assertThat(request.query())
                    .containsEntry("updated_since", asked));
        }
    }
}
