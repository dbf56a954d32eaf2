package dev.sluice.testing.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.HttpSettings.Style;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Difference;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every source, through whole runs over a real server: news, ties, deaths, idle ticks and verification. */
class HttpSourceTest {

    private static final TableName ORDERS = TableName.parse("crm/orders");
    private static final TableName EVENTS = TableName.parse("crm/events");
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private Endpoint endpoint;
    private Lake lake;

    @BeforeEach
    void serve(@TempDir Path folder) {
        endpoint = Endpoint.start();
        lake = Lake.in(folder)
                .connect("crm", endpoint.settings(Authentication.BEARER), endpoint.endpoint(Authentication.BEARER));
        for (int id = 1; id <= 5; id++) {
            endpoint.put(id, "new", id + ".00", LONG_AGO.plusSeconds(id));
        }
        register(orders(cursor()));
        register(events());
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    /** Objects of JSON behind a cursor, since a stamp. */
    static HttpSettings cursor() {
        return http("/cursor", FileSettings.Format.JSON, byCursor(), Optional.of("since"));
    }

    /** Pages of CSV, since a number. */
    static HttpSettings pages() {
        return http(
                "/page",
                FileSettings.Format.CSV,
                new Paging(Style.PAGE, Optional.empty(), Optional.of("page"), 1, OptionalInt.empty(), Optional.empty()),
                Optional.of("since"));
    }

    static Paging byCursor() {
        return new Paging(
                Style.CURSOR,
                Optional.of("/meta/next_cursor"),
                Optional.of("cursor"),
                1,
                OptionalInt.empty(),
                Optional.empty());
    }

    static HttpSettings http(String path, FileSettings.Format format, Paging paging, Optional<String> since) {
        return new HttpSettings(
                path,
                new FileSettings(
                        ".",
                        FileSettings.DEFAULT_PATTERN,
                        format,
                        FileSettings.Csv.DEFAULT,
                        path.equals("/cursor") || path.equals("/next") ? Optional.of("/items") : Optional.empty(),
                        "UTF-8",
                        Duration.ZERO,
                        Optional.empty()),
                paging,
                since,
                Optional.empty(),
                HttpSettings.TimeFormat.ISO,
                HttpSettings.Reads.ALL,
                OptionalInt.empty(),
                Duration.ofSeconds(2));
    }

    private static Items orders(HttpSettings http) {
        Items item = Items.table(ORDERS.toString())
                .http(http)
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .merge("id")
                .rule("price-not-negative", "price >= 0");
        return http.since().isPresent() ? item.incremental(bookmark("updated_at")) : item;
    }

    /** An append table of CSV pages, by number. */
    private static Items events() {
        return Items.table(EVENTS.toString())
                .http(pages())
                .incremental(bookmark("id"))
                .columns("id bigint not null", "status string", "price decimal(12,2)")
                .append();
    }

    static BookmarkSettings bookmark(String column) {
        return new BookmarkSettings(
                List.of(column),
                BookmarkSettings.Engine.SLUICE,
                BookmarkSettings.StampedBy.SERVER,
                Duration.ZERO,
                Duration.ZERO);
    }

    private static Items appended() {
        return Items.table(ORDERS.toString())
                .http(cursor())
                .incremental(bookmark("updated_at"))
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .append();
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private RunReport run(RunListener listener, TableName... tables) {
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(tables)));
    }

    private TableOutcome runWell(TableName table) {
        TableOutcome outcome = run(RunListener.NONE, table).tables().get(0);
        assertThat(outcome.failure()).isEmpty();
        return outcome;
    }

    private BatchRecord ingest(TableName table) {
        return runWell(table).batch().orElseThrow();
    }

    private List<String> curated(TableName table) {
        return RowsOf.curated(lake, table.toString(), "id", "status", "price");
    }

    private TableState state(TableName table) {
        return lake.bookmarks().load(table);
    }

    @Test
    void newsAreAskedForFromTheBookmarkOnAndRawKeepsEachAnswerAsItCame() throws IOException {
        BatchRecord first = ingest(ORDERS);
        assertThat(first.rows()).isEqualTo(5);
        assertThat(first.notes()).contains("3 pages pulled");
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
        assertThat(endpoint.requests())
                .extracting(request -> request.query().get("since"))
                .containsExactly(null, null, null);
        assertThat(originals()).isEqualTo(endpoint.answers());

        Instant bookmark = ((Position.At) state(ORDERS).position().orElseThrow()).instant();
        int sessions = lake.sparkSessions();
        assertThat(runWell(ORDERS).status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(lake.sparkSessions()).isEqualTo(sessions);
        assertThat(endpoint.requests()).singleElement().satisfies(request -> assertThat(
                        Instant.parse(request.query().get("since")))
                .as("a step before the bookmark, whether the endpoint includes it or not")
                .isBefore(bookmark)
                .isAfter(bookmark.minusSeconds(3)));

        // Both lie at the bookmark itself, which is in the next window.
        Instant tie = ((Position.At) state(ORDERS).position().orElseThrow()).instant();
        endpoint.put(2, "paid", "2.50", tie);
        endpoint.put(6, "new", "6.00", tie);
        BatchRecord second = ingest(ORDERS);
        assertThat(second.rows()).isEqualTo(2);
        assertThat(endpoint.requests())
                .as("what was pulled to look for news is what the batch takes")
                .hasSize(1);
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
        assertThat(runWell(ORDERS).status()).isEqualTo(TableOutcome.Status.IDLE);

        new Rewind(lake).to(ORDERS, Optional.empty(), "rewind");
        assertThat(ingest(ORDERS).rows()).isEqualTo(6);
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
    }

    private List<String> originals() throws IOException {
        try (Stream<Path> raw = Files.walk(lake.folder().resolve("raw"))) {
            List<Path> pages = raw.filter(path -> path.toString().contains("/originals/page-"))
                    .sorted()
                    .toList();
            return pages.stream()
                    .map(path -> {
                        try {
                            return Files.readString(path);
                        } catch (IOException failure) {
                            throw new java.io.UncheckedIOException(failure);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void eachRecordOfAnAppendTableIsThereOnceAndARangeCanBeReadAgain() {
        ingest(EVENTS);
        assertThat(curated(EVENTS)).isEqualTo(endpoint.rows());
        assertThat(state(EVENTS).position()).contains(new Position.Sequence(6));
        assertThat(runWell(EVENTS).status()).isEqualTo(TableOutcome.Status.IDLE);
        endpoint.put(6, "new", "6.00", LONG_AGO);
        endpoint.put(7, "new", "7.00", LONG_AGO);
        assertThat(ingest(EVENTS).rows()).isEqualTo(2);
        endpoint.change(2, "status", "paid");
        endpoint.change(4, "status", "beyond");
        TableOutcome backfill = new Ingest(lake, RunListener.NONE)
                .run(new IngestRequest(
                        "backfill",
                        List.of(EVENTS),
                        new JobBookmark.Enabled(),
                        Optional.of(new Window(
                                Optional.of(new Position.Sequence(2)), Optional.of(new Position.Sequence(4))))))
                .tables()
                .get(0);
        assertThat(backfill.failure()).isEmpty();
        endpoint.change(4, "status", "new");
        assertThat(curated(EVENTS)).isEqualTo(endpoint.rows());
    }

    /** A page of JSON is one line. */
    @Test
    void ofRecordsOnOneLineAReplayTakesThoseInQuarantineAloneHoweverOftenTheyWereRefused() {
        endpoint.put(3, "odd", "3.00", LONG_AGO);
        register(appended().rule("known", "status <> 'odd'"));
        assertThat(ingest(ORDERS).quarantined()).isEqualTo(1);
        for (int refused = 1; refused <= 2; refused++) {
            assertThat(new Replay(lake, RunListener.NONE).run(ORDERS, Optional.empty(), "refused"))
                    .singleElement()
                    .satisfies(replayed -> assertThat(replayed.quarantined()).isEqualTo(1));
        }
        register(appended());
        assertThat(new Replay(lake, RunListener.NONE).run(ORDERS, Optional.empty(), "replay"))
                .singleElement()
                .satisfies(replayed -> assertThat(replayed.rows()).isEqualTo(1));
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
    }

    @Test
    void whatIsMalformedIsQuarantinedByPageAndLineAndReplayedAsTheSettingsNowSay() {
        endpoint.put(6, "new", "-6.00", LONG_AGO);
        endpoint.put(7, "new", "7.00", LONG_AGO);
        endpoint.change(7, "updated_at", "yesterday");
        endpoint.change(5, "price", "x");
        register(orders(http("/all", FileSettings.Format.JSON_LINES, Paging.NONE, Optional.of("since"))));
        endpoint.failing(
                Endpoint.says(
                        all()
                                + "no json\n{\"id\":1,\"status\":\"later\",\"price\":\"1\",\"updated_at\":\"2026-01-01T00:00:01Z\"}\n"));
        BatchRecord batch = ingest(ORDERS);
        assertThat(batch.quarantined()).isEqualTo(4);
        assertThat(curated(ORDERS)).containsExactly("1|later|1.00", "2|new|2.00", "3|new|3.00", "4|new|4.00");
        assertThat(new Quarantine(lake.zones().quarantine())
                        .list(
                                lake.settings().findTable(ORDERS).orElseThrow(),
                                lake.bookmarks().history(ORDERS, Integer.MAX_VALUE),
                                Integer.MAX_VALUE)
                        .toString())
                .contains("line 8 of page-000001", "no JSON at column", "price-not-negative", "castable to decimal")
                .contains("representable as timestamp", "yesterday");
        Items lenient = Items.table(ORDERS.toString())
                .http(http("/all", FileSettings.Format.JSON_LINES, Paging.NONE, Optional.of("since")))
                .incremental(bookmark("updated_at"))
                .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                .merge("id");
        register(lenient);
        List<BatchRecord> replayed = new Replay(lake, RunListener.NONE).run(ORDERS, Optional.empty(), "replay");
        assertThat(replayed).hasSize(1);
        assertThat(curated(ORDERS))
                .containsExactly("1|later|1.00", "2|new|2.00", "3|new|3.00", "4|new|4.00", "6|new|-6.00");
    }

    private String all() {
        java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(endpoint.url() + "/all"))
                .header("Authorization", "Bearer " + Endpoint.TOKEN)
                .build();
        try {
            return java.net.http.HttpClient.newHttpClient()
                    .send(request, java.net.http.HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aTableReadInFullLosesWhatTheEndpointLostAndKeepsWhatItCannotRead() {
        register(orders(http("/cursor", FileSettings.Format.JSON, byCursor(), Optional.empty())));
        ingest(ORDERS);
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
        endpoint.remove(2);
        endpoint.put(3, "bad", "-1.00", LONG_AGO);
        endpoint.put(4, "paid", "4.00", LONG_AGO);
        ingest(ORDERS);
        assertThat(curated(ORDERS)).containsExactly("1|new|1.00", "3|new|3.00", "4|paid|4.00", "5|new|5.00");
        assertThat(verify().verdict()).isEqualTo(Verdict.EQUAL);
    }

    @Test
    void verifyHoldsCuratedAgainstAllThatTheEndpointAnswers() {
        ingest(ORDERS);
        endpoint.put(9, "pending", "9.00", Instant.now());
        Comparison equal = verify();
        assertThat(equal.verdict()).as("one is the next run's").isEqualTo(Verdict.EQUAL);
        assertThat(equal.rightRows()).isEqualTo(5);
        endpoint.change(3, "status", "silent");
        endpoint.remove(4);
        Comparison comparison = verify();
        assertThat(comparison.differences())
                .extracting(Difference::kind)
                .containsExactlyInAnyOrder(Difference.Kind.DIFFERENT, Difference.Kind.EXTRA);
        assertThat(comparison.differences().toString()).contains("silent");
        assertThat(lake.zones().raw().list("crm/orders"))
                .as("what was pulled to compare is gone")
                .noneMatch(file -> file.path().contains("verify"));

        HttpSettings whole = cursor();
        register(orders(new HttpSettings(
                whole.path(),
                whole.body(),
                whole.paging(),
                whole.since(),
                whole.until(),
                whole.timeFormat(),
                HttpSettings.Reads.RECENT,
                whole.requestsPerMinute(),
                whole.timeout())));
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(SluiceException.class, this::verify))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID))
                .hasMessageContaining("extract.http.reads")
                .hasMessageContaining("--scope targets");
        new Rewind(lake).to(ORDERS, Optional.empty(), "rewind");
        assertThat(run(RunListener.NONE, ORDERS)
                        .tables()
                        .get(0)
                        .failure()
                        .orElseThrow()
                        .message())
                .contains("curated would lose the others");
    }

    private Comparison verify() {
        return new Verification(lake)
                .verify(ORDERS, Set.of(Scope.CURATED))
                .comparisons()
                .get(0);
    }

    @Test
    void anEndpointThatFailsChangesNothingAndTheSecretIsNowhere() throws IOException {
        ingest(ORDERS);
        TableState before = state(ORDERS);
        endpoint.put(6, "new", "6.00", Instant.now());
        // The client itself asks once more after some of them.
        endpoint.failing(
                Endpoint.status(500),
                Endpoint.truncated(),
                Endpoint.hangUp(),
                Endpoint.status(503),
                Endpoint.status(503),
                Endpoint.status(503),
                Endpoint.status(503));
        TableOutcome failed = run(RunListener.NONE, ORDERS).tables().get(0);
        assertThat(failed.failure().orElseThrow().code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE);
        assertThat(failed.failure().orElseThrow().message())
                .contains("page 1 of table crm/orders", "5 times asked", "status 503")
                .doesNotContain(Endpoint.TOKEN, "since");
        assertThat(state(ORDERS).position()).isEqualTo(before.position());
        assertThat(state(ORDERS).lastBatch()).isEqualTo(before.lastBatch());
        endpoint.failing(Endpoint.status(500), Endpoint.hangUp(), Endpoint.truncated());
        ingest(ORDERS);
        assertThat(curated(ORDERS)).isEqualTo(endpoint.rows());
        try (Stream<Path> all = Files.walk(lake.folder())) {
            assertThat(all.filter(Files::isRegularFile).toList()).isNotEmpty().allSatisfy(file -> assertThat(
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                    .doesNotContain(Endpoint.TOKEN));
        }
    }
}
