package dev.sluice.extract.jdbc;

import dev.sluice.extract.jdbc.MysqlActivity.Work;
import dev.sluice.extract.jdbc.Transactions.Running;
import dev.sluice.extract.jdbc.Transactions.Sight;
import dev.sluice.extract.jdbc.Transactions.Startless;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The look at a MySQL server's transactions. A row is stamped when its statement begins, which is before InnoDB says that
 * the transaction began wherever the statement had to wait for a lock. So a start that the server shows proves little, and
 * the look goes by identity: it reads the clock, then lists what runs and what is open, and waits a moment for exactly
 * those to end. Once they have, nothing with a stamp before the clock is still to come. What outlasts the wait counts from
 * the start that the server shows, less the settle delay for a transaction.
 */
final class MysqlTransactions {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Engines that commit with the statement, or show their transactions in {@code innodb_trx}. */
    private static final Set<String> SEEN_ENGINES =
            Set.of("innodb", "myisam", "aria", "memory", "csv", "archive", "mrg_myisam", "blackhole");

    private static final String CLOCK = MysqlTypes.micros("UTC_TIMESTAMP(6)");

    private final Connection connection;
    private final JdbcTable table;

    MysqlTransactions(Connection connection, JdbcTable table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Looks once.
     *
     * @param top the expression of a sequence's greatest value, where that is wanted
     */
    Transactions look(Optional<String> top) throws SQLException {
        Instant now;
        boolean elsewhere;
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT " + CLOCK + ", @@global.read_only OR @@innodb_read_only")) {
            row.next();
            now = Transactions.instant(row.getLong(1));
            elsewhere = row.getBoolean(2);
        }
        Optional<Long> greatest = Optional.empty();
        Instant greatestAt = now;
        if (top.isPresent()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT " + top.get() + ", " + CLOCK + " FROM " + table.from())) {
                row.next();
                long value = row.getLong(1);
                greatest = row.wasNull() ? Optional.empty() : Optional.of(value);
            }
            // The clock of a statement is that of its start.
            greatestAt = clock();
        }
        if (!seenEngine()) {
            return unseen(now, Sight.OTHER_ENGINE, greatest, greatestAt);
        }
        Optional<MysqlActivity> first = MysqlActivity.look(connection);
        if (first.isEmpty()) {
            return unseen(now, Sight.OWN_ROLE, greatest, greatestAt);
        }
        if (elsewhere || first.get().replicated()) {
            return unseen(now, Sight.STANDBY, greatest, greatestAt);
        }
        MysqlActivity latest = first.get();
        List<Work> open = latest.work();
        Instant until = now.plus(PATIENCE);
        while (!open.isEmpty() && latest.startless().isEmpty() && latest.at().isBefore(until)) {
            latest = MysqlActivity.look(connection)
                    .orElseThrow(() -> new SQLException("The role has lost the privilege PROCESS", "42501"));
            MysqlActivity seen = latest;
            open = open.stream().flatMap(work -> seen.find(work).stream()).toList();
        }
        MysqlActivity last = latest;
        Optional<Running> oldest = open.stream()
                .map(work -> new Running(last.start(work, settle()), work.thread(), work.user()))
                .min(Comparator.comparing(Running::start));
        return new Transactions(
                now,
                Sight.ALL,
                Optional.empty(),
                greatest,
                greatestAt,
                oldest,
                latest.startless().map(Startless::new));
    }

    private Duration settle() {
        return table.extract().bookmark().map(bookmark -> bookmark.settle()).orElse(Duration.ZERO);
    }

    private boolean seenEngine() {
        return table.facts()
                .engine()
                .map(engine -> SEEN_ENGINES.contains(engine.toLowerCase(java.util.Locale.ROOT)))
                .orElse(true);
    }

    private Instant clock() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + CLOCK)) {
            row.next();
            return Transactions.instant(row.getLong(1));
        }
    }

    private static Transactions unseen(Instant now, Sight sight, Optional<Long> top, Instant topAt) {
        return new Transactions(now, sight, Optional.empty(), top, topAt, Optional.empty(), Optional.empty());
    }
}
