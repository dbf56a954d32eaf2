package dev.sluice.extract.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * What a MySQL server does at one moment: statements first, then open transactions, then prepared ones. The order carries
 * the proof: a statement that ends between the first two steps leaves a transaction that the second shows, or none, and
 * one that is prepared between the last two was seen open. Transactions that are declared to read only do not count.
 *
 * @param at the server's clock before anything was looked at
 * @param statements statements that run, by thread
 * @param transactions open transactions that may write, by thread
 * @param startless what is held up by a transaction without a session, in words for people
 * @param replicated whether the server applies transactions of another
 */
record MysqlActivity(
        Instant at,
        Map<Long, RunningStatement> statements,
        Map<Long, OpenTransaction> transactions,
        Optional<String> startless,
        boolean replicated) {

    private static final int ACCESS_DENIED = 1227;
    /** MySQL wants the privilege XA_RECOVER_ADMIN, and refuses with a number of XA's own. */
    private static final int XA_REFUSED = 1401;

    private static final int ATTEMPTS = 20;

    /** Ids from here on are made of addresses, for transactions that have not written yet. */
    private static final long FIRST_UNREAL_ID = 1L << 47;

    private static final Set<String> IDLE_COMMANDS = Set.of("Sleep", "Daemon", "Binlog Dump", "Binlog Dump GTID");
    private static final String SYSTEM = "system user";
    /** Before a session has said who it is it runs nothing; a scheduled event's worker is of the same command. */
    private static final String UNKNOWN = "unauthenticated user";

    private static final String STATEMENTS =
            """
            SELECT id, user, command, COALESCE(time, 0), COALESCE(info, '')
            FROM information_schema.processlist WHERE id <> CONNECTION_ID()""";

    /**
     * Starts are of the system's zone. Where its clocks were set back within a day, the earlier reading is taken.
     */
    private static final String TRANSACTIONS =
            """
            SELECT trx_mysql_thread_id, CAST(trx_started AS CHAR), trx_id, trx_is_read_only, trx_query,
                   LEAST(%s, %s)
            FROM information_schema.innodb_trx, (SELECT '%s' AS nonce) AS look"""
                    .formatted(started("UTC_TIMESTAMP()"), started("UTC_TIMESTAMP() - INTERVAL 1 DAY"), "%s");

    /** Something that may still commit a row. */
    sealed interface Work {
        long thread();

        String user();
    }

    /** A statement that runs. */
    record RunningStatement(long thread, String user, Instant start, String text) implements Work {}

    /** A transaction that is open; {@code id} is 0 as long as it has not written. */
    record OpenTransaction(long thread, String user, Instant start, String started, long id) implements Work {}

    /** Microseconds of a transaction's start, by the system zone's offset at a time. */
    private static String started(String time) {
        return MysqlTypes.micros("trx_started") + " - TIMESTAMPDIFF(SECOND, " + time + ", CONVERT_TZ(" + time
                + ", '+00:00', 'SYSTEM')) * 1000000";
    }

    /** Looks; empty where the role may not see other roles' transactions. */
    static Optional<MysqlActivity> look(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int attempt = 1; ; attempt++) {
                // A transaction of its own shows whether the server's list is of now: it is kept for 100 ms.
                statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                try {
                    Optional<MysqlActivity> activity = look(statement);
                    if (activity.isPresent()) {
                        return activity;
                    }
                } catch (SQLException failure) {
                    if (failure.getErrorCode() == ACCESS_DENIED) {
                        return Optional.empty();
                    }
                    throw failure;
                } finally {
                    statement.execute("COMMIT");
                }
                if (attempt == ATTEMPTS) {
                    return Optional.of(new MysqlActivity(
                            Instant.MAX,
                            Map.of(),
                            Map.of(),
                            Optional.of("information_schema.innodb_trx, which other sessions read so often that it does"
                                    + " not show the present: let them read it less often"),
                            false));
                }
                pause();
            }
        }
    }

    private static Optional<MysqlActivity> look(Statement statement) throws SQLException {
        Instant at;
        long self;
        try (ResultSet row =
                statement.executeQuery("SELECT " + MysqlTypes.micros("UTC_TIMESTAMP(6)") + ", CONNECTION_ID()")) {
            row.next();
            at = Transactions.instant(row.getLong(1));
            self = row.getLong(2);
        }
        Map<Long, RunningStatement> statements = new HashMap<>();
        Map<Long, String> users = new HashMap<>();
        boolean replicated = false;
        try (ResultSet rows = statement.executeQuery(STATEMENTS)) {
            while (rows.next()) {
                long thread = rows.getLong(1);
                String user = String.valueOf(rows.getString(2));
                String command = String.valueOf(rows.getString(3));
                users.put(thread, user);
                boolean system = user.equals(SYSTEM);
                replicated |= system && !command.equals("Daemon");
                boolean arriving = command.equals("Connect") && user.equals(UNKNOWN);
                if (!system && !arriving && !IDLE_COMMANDS.contains(command)) {
                    // Whole seconds, rounded either way.
                    Instant start = at.minusSeconds(rows.getLong(4) + 1);
                    statements.put(thread, new RunningStatement(thread, user, start, rows.getString(5)));
                }
            }
        }
        Map<Long, OpenTransaction> transactions = new HashMap<>();
        boolean orphaned = false;
        boolean fresh = false;
        Set<Long> readers = new HashSet<>();
        String nonce = UUID.randomUUID().toString();
        try (ResultSet rows = statement.executeQuery(TRANSACTIONS.formatted(nonce))) {
            while (rows.next()) {
                long thread = rows.getLong(1);
                fresh |= thread == self && String.valueOf(rows.getString(5)).contains(nonce);
                if (rows.getBoolean(4)) {
                    readers.add(thread);
                } else if (thread == 0) {
                    orphaned = true;
                } else if (thread != self) {
                    transactions.put(
                            thread,
                            new OpenTransaction(
                                    thread,
                                    users.getOrDefault(thread, ""),
                                    Transactions.instant(rows.getLong(6)),
                                    rows.getString(2),
                                    rows.getLong(3)));
                }
            }
        }
        if (!fresh) {
            return Optional.empty();
        }
        // A thread that now only reads has ended whatever it did before.
        statements.keySet().removeAll(readers);
        return Optional.of(new MysqlActivity(
                at, statements, transactions, prepared(statement).or(orphan(orphaned)), replicated));
    }

    private static Supplier<Optional<String>> orphan(boolean orphaned) {
        return () -> orphaned
                ? Optional.of("a transaction without a session, prepared or being recovered: commit or roll it back by"
                        + " XA for the bookmark to move")
                : Optional.empty();
    }

    /** The first prepared transaction. Those without a session are in {@code innodb_trx} for who may not ask for them. */
    private static Optional<String> prepared(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("XA RECOVER")) {
            return rows.next()
                    ? Optional.of("prepared transaction " + rows.getString("data")
                            + ": commit or roll it back by XA for the bookmark to move")
                    : Optional.empty();
        } catch (SQLException failure) {
            if (failure.getErrorCode() == ACCESS_DENIED || failure.getErrorCode() == XA_REFUSED) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /** All that may still commit. */
    List<Work> work() {
        List<Work> work = new ArrayList<>(transactions.values());
        statements.values().stream()
                .filter(statement -> !transactions.containsKey(statement.thread()))
                .forEach(work::add);
        return work;
    }

    /**
     * What is left at this moment of a work seen before; empty where it has ended. A statement that ended leaves its
     * transaction, if that is open.
     */
    Optional<Work> find(Work earlier) {
        Optional<OpenTransaction> open = Optional.ofNullable(transactions.get(earlier.thread()));
        if (earlier instanceof OpenTransaction transaction) {
            return open.filter(
                            now -> now.started().equals(transaction.started()) && !differ(now.id(), transaction.id()))
                    .map(now -> transaction);
        }
        RunningStatement statement = (RunningStatement) earlier;
        Optional<Work> running = Optional.ofNullable(statements.get(earlier.thread()))
                .filter(now -> now.text().equals(statement.text())
                        && now.start().isBefore(statement.start().plusSeconds(2)))
                .map(now -> statement);
        return running.isPresent() ? running : open.map(Work.class::cast);
    }

    /** The latest instant that the stamps of a work cannot lie before. */
    Instant start(Work work, Duration settle) {
        return work instanceof OpenTransaction transaction
                ? transaction.start().minus(settle)
                : ((RunningStatement) work).start();
    }

    private static boolean differ(long one, long other) {
        return real(one) && real(other) && one != other;
    }

    private static boolean real(long id) {
        return id > 0 && id < FIRST_UNREAL_ID;
    }

    private static void pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(105, 200));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
