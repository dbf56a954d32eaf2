package dev.sluice.testing.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Bound.Guarantee;
import dev.sluice.extract.Extraction;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.MariaDbServer;
import dev.sluice.testing.RowsOf;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The bound that late commits cannot slip under, with sessions that are open, wait, or are prepared. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MysqlBoundTest {

    private static final Duration MARGIN = Duration.ofSeconds(1);
    private static final ZoneId UTC = ZoneId.of("UTC");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private MysqlSource source;

    @BeforeAll
    void start() {
        source = new MysqlSource();
        source.database.execute(
                """
                CREATE TABLE timed (id bigint PRIMARY KEY AUTO_INCREMENT, at timestamp(6) NOT NULL DEFAULT current_timestamp(6),
                    local datetime, day date);
                CREATE TABLE numbered (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, label text);
                CREATE TABLE plain (id int, at timestamp(6) NOT NULL DEFAULT current_timestamp(6)) ENGINE = Aria;
                """);
    }

    @AfterEach
    void rollBackPrepared() {
        for (String xid : xids()) {
            source.database.execute("XA ROLLBACK '" + xid + "'");
        }
    }

    private List<String> xids() {
        try (Connection connection = source.database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("XA RECOVER")) {
            List<String> xids = new java.util.ArrayList<>();
            while (rows.next()) {
                xids.add(rows.getString("data"));
            }
            return xids;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Items timed() {
        return source.item("timed").incremental("at");
    }

    private Items numbered() {
        return source.item("numbered").incremental("id").append();
    }

    private Bound fix(Items item) {
        try (Extraction extraction = source.open(item)) {
            return extraction.fixBound(Optional.empty(), List.of());
        }
    }

    private static Instant instant(Bound bound) {
        return ((Position.At) bound.position().orElseThrow()).instant();
    }

    private static Instant settled(Bound bound) {
        return bound.readPoint().minus(MARGIN).truncatedTo(ChronoUnit.SECONDS);
    }

    private static Optional<Position> sequence(long value) {
        return Optional.of(new Position.Sequence(value));
    }

    /** A transaction that is left open. */
    private Connection begin(String... statements) throws SQLException {
        Connection connection = source.database.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return connection;
    }

    @Test
    void withoutTransactionsTheBoundIsTheSecondBeforeTheServersClock() {
        Bound bound = fix(timed());
        assertThat(instant(bound)).isEqualTo(settled(bound));
        assertThat(bound.guarantee()).isEqualTo(Guarantee.OPEN_TRANSACTIONS);
        assertThat(bound.heldBy()).isEmpty();
    }

    @Test
    void anOpenTransactionHoldsTheBoundAndItsRowIsReadLater() throws Exception {
        try (Connection writer = begin("INSERT INTO timed (id) VALUES (NULL)");
                Extraction extraction = source.open(timed().append())) {
            Thread.sleep(1200);
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            // The start that the server shows may lie behind the stamp by as long as the statement waited.
            assertThat(instant(bound)).isBefore(bound.readPoint().minus(BookmarkSettings.DEFAULT_SETTLE));
            writer.commit();
            Bound next = extraction.fixBound(bound.position(), List.of());
            Thread.sleep(2100);
            next = extraction.fixBound(next.position(), List.of());
            assertThat(instant(next)).isEqualTo(settled(next));
            assertThat(extraction.hasNews(new Window(bound.position(), next.position())))
                    .isEqualTo(Extraction.News.SOME);
        }
    }

    @Test
    void aTransactionThatEndsWhileTheBoundIsFixedCostsNothing() throws Exception {
        try (Connection writer = begin("INSERT INTO timed (id) VALUES (NULL)");
                Extraction extraction = source.open(timed())) {
            Future<Bound> fixing = threads.submit(() -> extraction.fixBound(Optional.empty(), List.of()));
            Thread.sleep(300);
            writer.commit();
            Bound bound = fixing.get(10, TimeUnit.SECONDS);
            assertThat(instant(bound)).isEqualTo(settled(bound));
        }
    }

    /** Its stamp is that of its start; InnoDB would say that it began when the lock was free. */
    @Test
    void aStatementThatWaitsForALockHoldsTheBoundFromItsStart() throws Exception {
        try (Connection blocker = begin("LOCK TABLES timed READ")) {
            Instant before =
                    Instant.parse(source.database.ask("SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')"));
            Future<?> waiting = threads.submit(() -> source.database.execute("INSERT INTO timed (id) VALUES (NULL)"));
            Thread.sleep(3000);
            Bound bound = fix(timed());
            assertThat(instant(bound)).isBeforeOrEqualTo(before);
            try (Statement statement = blocker.createStatement()) {
                statement.execute("UNLOCK TABLES");
            }
            waiting.get(10, TimeUnit.SECONDS);
            assertThat(source.database.ask("SELECT count(*) FROM timed WHERE at < TIMESTAMP'"
                            + LocalDateTime.ofInstant(instant(bound), UTC)
                                    .toString()
                                    .replace('T', ' ')
                            + "' AND at > TIMESTAMP'"
                            + LocalDateTime.ofInstant(before, UTC).toString().replace('T', ' ') + "'"))
                    .isEqualTo("0");
        }
    }

    /** Its worker is listed under the definer, with the command of a session that has not asked for anything yet. */
    @Test
    void aScheduledEventThatWaitsHoldsTheBoundFromItsStart() throws Exception {
        source.database.execute("SET GLOBAL event_scheduler = ON");
        try (Connection blocker = begin("LOCK TABLES plain READ")) {
            source.database.execute(
                    "CREATE EVENT late ON SCHEDULE AT CURRENT_TIMESTAMP DO INSERT INTO plain (id) VALUES (7)");
            await("SELECT count(*) FROM information_schema.processlist"
                    + " WHERE user = 'root' AND command = 'Connect' AND info LIKE '%plain%' AND time >= 3");
            Bound bound = fix(source.item("plain").incremental("at"));
            assertThat(bound.guarantee()).isEqualTo(Guarantee.OPEN_TRANSACTIONS);
            try (Statement statement = blocker.createStatement()) {
                statement.execute("UNLOCK TABLES");
            }
            await("SELECT count(*) FROM plain WHERE id = 7");
            String micros =
                    source.database.ask("SELECT CAST(UNIX_TIMESTAMP(at) * 1000000 AS SIGNED) FROM plain WHERE id = 7");
            assertThat(Instant.EPOCH.plus(Long.parseLong(micros), ChronoUnit.MICROS))
                    .isBetween(instant(bound), bound.readPoint());
        } finally {
            source.database.execute("SET GLOBAL event_scheduler = OFF; DROP EVENT IF EXISTS late");
        }
    }

    /** Waits until a query counts one. */
    private void await(String count) throws InterruptedException {
        Instant until = Instant.now().plusSeconds(20);
        while (!source.database.ask(count).equals("1")) {
            assertThat(Instant.now())
                    .as(() -> count + " of " + RowsOf.query(source.database, "SHOW FULL PROCESSLIST"))
                    .isBefore(until);
            Thread.sleep(50);
        }
    }

    @Test
    void aReadersOwnTransactionHoldsNothingBack() throws Exception {
        try (Connection reader = begin("SET TRANSACTION READ ONLY", "SELECT count(*) FROM timed")) {
            Bound bound = fix(timed());
            assertThat(instant(bound)).isEqualTo(settled(bound));
            reader.rollback();
        }
    }

    @Test
    void theBoundNeverLiesBeforeTheBookmark() {
        Optional<Position> later = Optional.of(new Position.At(Instant.parse("2999-01-01T00:00:00Z")));
        try (Extraction extraction = source.open(timed())) {
            assertThat(extraction.fixBound(later, List.of()).position()).isEqualTo(later);
        }
    }

    @Test
    void aPreparedTransactionKeepsTheBoundAtTheBookmarkEvenWhenItsSessionIsGone() throws Exception {
        try (Connection writer = source.database.connect();
                Statement statement = writer.createStatement()) {
            statement.execute("XA START 'transfer-7'");
            statement.execute("INSERT INTO timed (id) VALUES (NULL)");
            statement.execute("XA END 'transfer-7'");
            statement.execute("XA PREPARE 'transfer-7'");
        }
        Thread.sleep(300);
        Optional<Position> bookmark = Optional.of(new Position.At(Instant.parse("2026-01-01T00:00:00Z")));
        Database blind = source.role("no_xa", "PROCESS");
        for (Database role : List.of(source.database, blind)) {
            try (Extraction extraction = MysqlSource.open(timed(), role, UTC)) {
                Bound bound = extraction.fixBound(bookmark, List.of());
                assertThat(bound.position()).isEqualTo(bookmark);
                assertThat(bound.heldBy().orElseThrow()).contains("commit or roll it back by XA");
            }
        }
    }

    @Test
    void aNumberSettlesOnceTheTransactionsOfItsTimeHaveEnded() throws Exception {
        try (Connection writer = begin("INSERT INTO numbered (label) VALUES ('late')");
                Statement statement = writer.createStatement();
                Extraction extraction = source.open(numbered())) {
            long low;
            try (ResultSet row = statement.executeQuery("SELECT LAST_INSERT_ID()")) {
                row.next();
                low = row.getLong(1);
            }
            source.database.execute("INSERT INTO numbered (label) VALUES ('early')");
            Bound held = extraction.fixBound(sequence(low), List.of());
            assertThat(held.position()).isEqualTo(sequence(low));
            assertThat(held.observations()).extracting(Observation::value).containsExactly(low + 1);
            writer.commit();
            source.database.execute("INSERT INTO numbered (label) VALUES ('later')");
            Bound settled = extraction.fixBound(sequence(low), held.observations());
            assertThat(settled.position()).isEqualTo(sequence(low + 3));
            assertThat(settled.observations()).isEmpty();
        }
    }

    @Test
    void aRoleWithoutProcessSettlesByDelay() {
        Database role = source.role("reader_only");
        try (Extraction extraction = MysqlSource.open(timed(), role, UTC)) {
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            assertThat(bound.guarantee()).isEqualTo(Guarantee.SETTLE_DELAY);
            assertThat(instant(bound))
                    .isEqualTo(bound.readPoint()
                            .minus(BookmarkSettings.DEFAULT_SETTLE)
                            .truncatedTo(ChronoUnit.SECONDS));
            assertThat(extraction.promise().reason())
                    .isEqualTo("The role may not see other roles' transactions: rows that commit later than 5 min"
                            + " (extract.bookmark.settle) after their bookmark are missed. Grant it PROCESS for more");
        }
    }

    @Test
    void theLeastRoleThatSeesAllNeedsProcessAndSelect() {
        Database role = source.role("reader", "PROCESS");
        try (Extraction extraction = MysqlSource.open(timed(), role, UTC)) {
            assertThat(extraction.promise().guarantee()).isEqualTo(Guarantee.OPEN_TRANSACTIONS);
            assertThat(extraction.promise().reason())
                    .startsWith("All open transactions are seen, prepared ones included: no late commit is missed."
                            + " Of one that outlasts the look");
        }
    }

    @Test
    void aServerThatOnlyReadsSettlesByDelay() {
        source.database.execute("SET GLOBAL read_only = 1");
        try {
            Bound bound = fix(timed());
            assertThat(bound.guarantee()).isEqualTo(Guarantee.SETTLE_DELAY);
        } finally {
            source.database.execute("SET GLOBAL read_only = 0");
        }
    }

    @Test
    void anEngineWithoutTransactionsIsSeenByItsStatements() {
        assertThat(fix(source.item("plain").incremental("at")).guarantee()).isEqualTo(Guarantee.OPEN_TRANSACTIONS);
    }

    @Test
    void wallClocksAndDaysFollowTheSourcesZone() {
        ZoneId zone = ZoneId.of("Asia/Kolkata");
        try (Extraction local = MysqlSource.open(source.item("timed").incremental("local"), source.database, zone);
                Extraction day = MysqlSource.open(source.item("timed").incremental("day"), source.database, zone)) {
            Bound bound = local.fixBound(Optional.empty(), List.of());
            assertThat(bound.position())
                    .contains(new Position.WallClock(LocalDateTime.ofInstant(settled(bound), zone)));
            Bound days = day.fixBound(Optional.empty(), List.of());
            assertThat(days.position())
                    .contains(new Position.Day(
                            LocalDateTime.ofInstant(settled(days), zone).toLocalDate()));
        }
    }

    @Test
    void aListThatOthersKeepReadingIsReadUntilItIsFresh() throws Exception {
        Future<?> monitor = threads.submit(() -> {
            try (Connection connection = source.database.connect();
                    Statement statement = connection.createStatement()) {
                while (!Thread.currentThread().isInterrupted()) {
                    statement
                            .executeQuery("SELECT count(*) FROM information_schema.innodb_trx")
                            .close();
                    Thread.sleep(20);
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return null;
        });
        try {
            Optional<Position> bookmark = Optional.of(new Position.At(Instant.parse("2026-01-01T00:00:00Z")));
            try (Extraction extraction = source.open(timed())) {
                Bound bound = extraction.fixBound(bookmark, List.of());
                // Either the look found a gap, or it says what it waits for. It never takes the old list for the new.
                if (bound.position().equals(bookmark)) {
                    assertThat(bound.heldBy().orElseThrow()).contains("other sessions read so often");
                } else {
                    assertThat(instant(bound)).isEqualTo(settled(bound));
                }
            }
        } finally {
            monitor.cancel(true);
        }
    }
}
