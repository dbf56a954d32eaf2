package dev.sluice.extract;

import dev.sluice.database.Databases;
import dev.sluice.database.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One look at a server's transactions: its clock first, then the running transactions, then the prepared ones. The order
 * carries the proof: whatever begins after the clock was read is younger than it, and a transaction that is prepared
 * between the last two steps was seen running.
 *
 * @param now the server's clock before anything else was looked at
 * @param sight whether other roles' transactions can be seen
 * @param replayed on a standby, the commit time of the last transaction it has replayed
 * @param top the greatest sequence value, where it was asked for and there is one
 * @param topAt the server's clock after {@code top} was read; {@code now} where it was not asked for
 * @param oldest the running transaction that began first
 * @param prepared the transaction that was prepared first
 */
record Transactions(
        Instant now,
        Sight sight,
        Optional<Instant> replayed,
        Optional<Long> top,
        Instant topAt,
        Optional<Running> oldest,
        Optional<Prepared> prepared) {

    private static final String NO_TOP = "NULL::bigint";

    /** How much of the server's transactions a role sees. */
    enum Sight {
        /** All of them. */
        ALL,
        /** Those of its own role. */
        OWN_ROLE,
        /** The server is a standby; those that matter run elsewhere. */
        STANDBY
    }

    /** A running transaction. */
    record Running(Instant start, int pid, String application) {}

    /** A prepared transaction; when it began is not to be known. */
    record Prepared(String gid, Instant at) {}

    /** Looks once. */
    static Transactions look(Connection connection, int serverVersion) throws SQLException {
        return look(connection, serverVersion, "SELECT " + NO_TOP + ", NULL::bigint");
    }

    /** Looks once and reads a sequence's greatest value after the clock and before the transactions. */
    static Transactions lookWithTop(Connection connection, PostgresTable table, PostgresBookmark bookmark)
            throws SQLException {
        String greatest = bookmark.columns().stream()
                .map(column -> "max(" + SqlText.identifier(column) + ")")
                .collect(java.util.stream.Collectors.joining(", ", "GREATEST(", ")"));
        return look(
                connection,
                table.facts().serverVersion(),
                "SELECT " + greatest + "::bigint, "
                        + PostgresTypes.micros(
                                "clock_timestamp()", table.facts().serverVersion()) + " FROM "
                        + table.from());
    }

    private static Transactions look(Connection connection, int serverVersion, String top) throws SQLException {
        String statements = "SELECT " + PostgresTypes.micros("clock_timestamp()", serverVersion)
                + ", pg_is_in_recovery(), pg_has_role('pg_read_all_stats', 'USAGE'), "
                + PostgresTypes.micros("pg_last_xact_replay_timestamp()", serverVersion) + ";\n" + top + ";\n"
                + "SELECT " + PostgresTypes.micros("xact_start", serverVersion) + ", pid, application_name"
                + " FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
                + " AND pid <> pg_backend_pid() AND backend_type IS DISTINCT FROM 'autovacuum worker'"
                + " AND application_name IS DISTINCT FROM "
                + SqlText.literal(Databases.Purpose.READ.applicationName())
                + " ORDER BY xact_start LIMIT 1;\n"
                + "SELECT gid, " + PostgresTypes.micros("prepared", serverVersion)
                + " FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1";
        try (Statement statement = connection.createStatement()) {
            statement.execute(statements);
            Instant now;
            Sight sight;
            Optional<Instant> replayed;
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                now = instant(row.getLong(1));
                boolean standby = row.getBoolean(2);
                sight = standby ? Sight.STANDBY : row.getBoolean(3) ? Sight.ALL : Sight.OWN_ROLE;
                long micros = row.getLong(4);
                replayed = !standby || row.wasNull() ? Optional.empty() : Optional.of(instant(micros));
            }
            statement.getMoreResults();
            Optional<Long> greatest;
            Instant greatestAt;
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                long value = row.getLong(1);
                greatest = row.wasNull() ? Optional.empty() : Optional.of(value);
                long at = row.getLong(2);
                greatestAt = row.wasNull() ? now : instant(at);
            }
            statement.getMoreResults();
            Optional<Running> oldest = Optional.empty();
            try (ResultSet row = statement.getResultSet()) {
                if (row.next()) {
                    oldest = Optional.of(new Running(instant(row.getLong(1)), row.getInt(2), row.getString(3)));
                }
            }
            statement.getMoreResults();
            Optional<Prepared> prepared = Optional.empty();
            try (ResultSet row = statement.getResultSet()) {
                if (row.next()) {
                    prepared = Optional.of(new Prepared(row.getString(1), instant(row.getLong(2))));
                }
            }
            return new Transactions(now, sight, replayed, greatest, greatestAt, oldest, prepared);
        }
    }

    /** What keeps a bound back, in words: a prepared transaction, or a running one older than a minute. */
    Optional<String> heldBy() {
        if (prepared.isPresent()) {
            return prepared.map(held -> "prepared transaction " + held.gid() + " of " + held.at()
                    + ": commit or roll it back for the bookmark to move");
        }
        return oldest.filter(held -> held.start().isBefore(now.minus(Duration.ofMinutes(1))))
                .map(held -> "transaction of process " + held.pid()
                        + (held.application().isEmpty() ? "" : " (" + held.application() + ")") + ", open for "
                        + Duration.between(held.start(), now).truncatedTo(ChronoUnit.SECONDS));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
