package dev.sluice.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.settings.BookmarkSettings.StampedBy;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BoundTest {

    private static final TableSettings TIMED =
            TestSource.table("timed").bookmark("at").build();
    private static final TableSettings NUMBERED =
            TestSource.table("numbered").bookmark("id").append().build();

    private static TestSource source;

    @BeforeAll
    static void start() throws Exception {
        source = new TestSource();
        source.execute(
                "CREATE TABLE timed (id bigint, at timestamptz NOT NULL DEFAULT now(), local timestamp, day date)",
                "CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text)",
                "CREATE ROLE plain LOGIN PASSWORD 'plain'",
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain");
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
    }

    private static Extraction open(TableSettings table) {
        return open(table, source.endpoint(), ZoneId.of("UTC"));
    }

    private static Extraction open(TableSettings table, JdbcEndpoint endpoint, ZoneId zone) {
        return new JdbcExtractor().open(TestSource.source(zone), any -> endpoint, table);
    }

    private static Instant instant(Bound bound) {
        return ((Position.At) bound.position().orElseThrow()).instant();
    }

    private static Bound fix(TableSettings table) {
        try (Extraction extraction = open(table)) {
            return extraction.fixBound(Optional.empty(), List.of());
        }
    }

    private static Optional<Position> sequence(long value) {
        return Optional.of(new Position.Sequence(value));
    }

    /** A transaction that is left open. */
    private static Statement begin(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        return connection.createStatement();
    }

    @Test
    void withoutTransactionsTheBoundStaysOneSecondBehindTheServersClock() {
        Bound bound = fix(TIMED);
        assertThat(instant(bound)).isEqualTo(bound.readPoint().minusSeconds(1));
        assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.OPEN_TRANSACTIONS);
        assertThat(bound.heldBy()).isEmpty();
    }

    @Test
    void anOpenTransactionHoldsTheBoundAtItsStartAndItsRowIsReadLater() throws Exception {
        try (Connection writer = source.connect();
                Statement statement = begin(writer);
                Extraction extraction =
                        open(TestSource.table("timed").bookmark("at").append().build())) {
            statement.execute("INSERT INTO timed (id) VALUES (1)");
            Instant stamp;
            try (ResultSet row = statement.executeQuery("SELECT (extract(epoch FROM now()) * 1000000)::bigint")) {
                row.next();
                stamp = Instant.EPOCH.plusNanos(row.getLong(1) * 1000);
            }
            Thread.sleep(1200);
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            // The row that is still to come lies exactly at the bound: above it, for the bound is excluded.
            assertThat(instant(bound)).isEqualTo(stamp);
            writer.commit();
            assertThat(extraction.hasNews(new Window(Optional.empty(), bound.position())))
                    .isEqualTo(Extraction.News.NONE);
            Thread.sleep(1100);
            Bound next = extraction.fixBound(bound.position(), List.of());
            assertThat(extraction.hasNews(new Window(bound.position(), next.position())))
                    .isEqualTo(Extraction.News.SOME);
        }
    }

    @Test
    void aReadersOwnTransactionHoldsNothingBack() throws Exception {
        try (Extraction other = open(NUMBERED);
                Snapshot snapshot = other.openSnapshot()) {
            assertThat(snapshot.table().columns()).hasSize(2);
            Thread.sleep(1200);
            Bound bound = fix(TIMED);
            assertThat(instant(bound)).isEqualTo(bound.readPoint().minusSeconds(1));
        }
    }

    @Test
    void theBoundNeverLiesBeforeTheBookmark() {
        Optional<Position> later = Optional.of(new Position.At(Instant.parse("2999-01-01T00:00:00Z")));
        try (Extraction extraction = open(TIMED)) {
            assertThat(extraction.fixBound(later, List.of()).position()).isEqualTo(later);
        }
    }

    @Test
    void aPreparedTransactionKeepsTheBoundAtTheBookmark() throws Exception {
        try (Connection writer = source.connect();
                Statement statement = begin(writer);
                Extraction timed = open(TIMED);
                Extraction numbered = open(NUMBERED)) {
            statement.execute("INSERT INTO timed (id) VALUES (2)");
            statement.execute("PREPARE TRANSACTION 'transfer-7'");
            writer.setAutoCommit(true);
            try {
                Bound first = timed.fixBound(Optional.empty(), List.of());
                assertThat(first.position()).isEmpty();
                assertThat(first.heldBy().orElseThrow()).startsWith("prepared transaction transfer-7 of 20");
                Optional<Position> bookmark = Optional.of(new Position.At(Instant.parse("2026-01-01T00:00:00Z")));
                assertThat(timed.fixBound(bookmark, List.of()).position()).isEqualTo(bookmark);
                source.execute("INSERT INTO numbered (label) VALUES ('while prepared')");
                Bound number = numbered.fixBound(sequence(1), List.of());
                assertThat(number.position()).isEqualTo(sequence(1));
                assertThat(number.observations()).hasSize(1);
            } finally {
                statement.execute("ROLLBACK PREPARED 'transfer-7'");
            }
            assertThat(timed.fixBound(Optional.empty(), List.of()).position()).isPresent();
        }
    }

    @Test
    void aSequenceSettlesOnceTheTransactionsOfItsTimeHaveEnded() throws Exception {
        try (Connection writer = source.connect();
                Statement statement = begin(writer);
                Extraction extraction = open(NUMBERED)) {
            long low;
            try (ResultSet row = statement.executeQuery("INSERT INTO numbered (label) VALUES ('late') RETURNING id")) {
                row.next();
                low = row.getLong(1);
            }
            source.execute("INSERT INTO numbered (label) VALUES ('early')");
            Bound held = extraction.fixBound(sequence(low), List.of());
            assertThat(held.position()).isEqualTo(sequence(low));
            assertThat(held.observations()).extracting(Observation::value).containsExactly(low + 1);
            writer.commit();
            source.execute("INSERT INTO numbered (label) VALUES ('later')");
            Bound settled = extraction.fixBound(sequence(low), held.observations());
            assertThat(settled.position()).isEqualTo(sequence(low + 3));
            assertThat(settled.observations()).isEmpty();
            assertThat(extraction.estimate(new Window(sequence(low), settled.position())))
                    .isEqualTo(new Extraction.Estimate(3, Extraction.Estimate.Basis.COUNT));
        }
    }

    @Test
    void anOldObservationSettlesWhileANewerOneWaits() throws Exception {
        source.execute("INSERT INTO numbered (label) VALUES ('one')");
        long top = Long.parseLong(source.ask("SELECT max(id) FROM numbered"));
        Observation old = new Observation(top, Instant.now().minusSeconds(60));
        try (Connection writer = source.connect();
                Statement statement = begin(writer);
                Extraction extraction = open(NUMBERED)) {
            statement.execute("INSERT INTO numbered (label) VALUES ('open')");
            source.execute("INSERT INTO numbered (label) VALUES ('two')");
            Bound bound = extraction.fixBound(sequence(top), List.of(old));
            assertThat(bound.position()).isEqualTo(sequence(top + 1));
            assertThat(bound.observations()).extracting(Observation::value).containsExactly(top + 2);
            writer.rollback();
        }
    }

    @Test
    void aSequenceWithNothingNewIsNotWaitedFor() throws Exception {
        source.execute("INSERT INTO numbered (label) VALUES ('one')");
        long top = Long.parseLong(source.ask("SELECT max(id) FROM numbered"));
        try (Extraction extraction = open(NUMBERED)) {
            Instant before = Instant.now();
            Bound bound = extraction.fixBound(sequence(top + 1), List.of());
            assertThat(bound.position()).isEqualTo(sequence(top + 1));
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofMillis(900));
        }
    }

    @Test
    void aRoleThatSeesNoOthersSettlesByDelay() throws Exception {
        try (Extraction extraction = open(TIMED, source.endpoint("plain", "plain"), ZoneId.of("UTC"))) {
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.SETTLE_DELAY);
            assertThat(instant(bound)).isEqualTo(bound.readPoint().minus(Duration.ofMinutes(5)));
            assertThat(extraction.promise().reason())
                    .isEqualTo("The role may not see other roles' transactions: rows that commit later than 5 min"
                            + " (extract.bookmark.settle) after their bookmark are missed."
                            + " Grant it pg_read_all_stats for more");
        }
    }

    @Test
    void aColumnStampedByAClientSettlesByDelay() {
        Bound bound =
                fix(TestSource.table("timed").bookmark(StampedBy.CLIENT, "at").build());
        assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.SETTLE_DELAY);
        assertThat(instant(bound)).isEqualTo(bound.readPoint().minus(Duration.ofMinutes(5)));
    }

    @Test
    void wallClocksAndDaysFollowTheSourcesZone() {
        ZoneId zone = ZoneId.of("Asia/Kolkata");
        try (Extraction local = open(TestSource.table("timed").bookmark("local").build(), source.endpoint(), zone);
                Extraction day = open(TestSource.table("timed").bookmark("day").build(), source.endpoint(), zone)) {
            Bound bound = local.fixBound(Optional.empty(), List.of());
            LocalDateTime wall = LocalDateTime.ofInstant(bound.readPoint().minusSeconds(1), zone);
            assertThat(bound.position()).contains(new Position.WallClock(wall));
            Bound days = day.fixBound(Optional.empty(), List.of());
            assertThat(days.position())
                    .contains(new Position.Day(
                            LocalDateTime.ofInstant(days.readPoint().minusSeconds(1), zone)
                                    .toLocalDate()));
        }
    }

    @Test
    void theHourThatComesTwiceLiesAboveTheBoundUntilItsSecondPass() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        // Clocks go from 03:00 back to 02:00 on 2026-10-25 at 01:00 UTC.
        assertThat(BoundFixer.wallClock(Instant.parse("2026-10-24T23:30:00Z"), berlin))
                .isEqualTo("2026-10-25T01:30:00");
        assertThat(BoundFixer.wallClock(Instant.parse("2026-10-25T00:30:00Z"), berlin))
                .isEqualTo("2026-10-25T02:00:00");
        assertThat(BoundFixer.wallClock(Instant.parse("2026-10-25T01:00:00Z"), berlin))
                .isEqualTo("2026-10-25T02:00:00");
        assertThat(BoundFixer.wallClock(Instant.parse("2026-10-25T01:10:00Z"), berlin))
                .isEqualTo("2026-10-25T02:10:00");
        assertThat(BoundFixer.wallClock(Instant.parse("2026-03-29T01:10:00Z"), berlin))
                .isEqualTo("2026-03-29T03:10:00");
    }

    @Test
    void atMostTwentyObservationsAreHandedOnWithTheOldestAndTheNewest() {
        List<Observation> many = IntStream.range(0, 50)
                .mapToObj(i -> new Observation(i, Instant.EPOCH.plusSeconds(i)))
                .toList();
        assertThat(BoundFixer.thin(many))
                .hasSize(20)
                .startsWith(many.get(0))
                .endsWith(many.get(49))
                .isSortedAccordingTo((one, other) -> Long.compare(one.value(), other.value()));
    }

    @Test
    void aFullReadHasNoBound() {
        Bound bound = fix(TestSource.table("timed").build());
        assertThat(bound.position()).isEmpty();
        assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.FULL_READ);
    }

    @Test
    void aPromiseNamesASequenceThatSessionsCache() throws Exception {
        source.execute(
                "CREATE SEQUENCE fast CACHE 50",
                "CREATE TABLE cached (id bigint DEFAULT nextval('fast'))",
                "ALTER SEQUENCE fast OWNED BY cached.id");
        try (Extraction cached = open(TestSource.table("cached").bookmark("id").build());
                Extraction numbered = open(NUMBERED)) {
            assertThat(cached.promise().reason()).contains("the sequence of id has CACHE 50");
            assertThat(numbered.promise())
                    .isEqualTo(new Promise(
                            Bound.Guarantee.OPEN_TRANSACTIONS,
                            "All open transactions are seen, prepared ones included: no late commit is missed"));
        }
    }

    @Test
    void valuesAreFoundBelowAPosition() throws Exception {
        source.execute("CREATE TABLE sparse (id bigint, extra text)", "INSERT INTO sparse VALUES (1, NULL), (9, 'x')");
        try (Extraction extraction =
                open(TestSource.table("sparse").bookmark("id").build())) {
            assertThat(extraction.hasValues("extra", sequence(9))).isEqualTo(Extraction.News.NONE);
            assertThat(extraction.hasValues("extra", sequence(10))).isEqualTo(Extraction.News.SOME);
            assertThat(extraction.hasValues("extra", Optional.empty())).isEqualTo(Extraction.News.SOME);
            assertThat(extraction.estimate(Window.ALL).basis()).isEqualTo(Extraction.Estimate.Basis.COUNT);
            source.execute("ANALYZE sparse");
            assertThat(extraction.estimate(Window.ALL))
                    .isEqualTo(new Extraction.Estimate(2, Extraction.Estimate.Basis.STATISTICS));
        }
    }
}
