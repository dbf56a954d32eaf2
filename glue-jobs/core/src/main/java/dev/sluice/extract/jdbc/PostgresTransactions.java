package dev.sluice.extract.jdbc;

import dev.sluice.database.Databases;
import dev.sluice.database.SqlText;
import dev.sluice.extract.jdbc.Transactions.Running;
import dev.sluice.extract.jdbc.Transactions.Sight;
import dev.sluice.extract.jdbc.Transactions.Startless;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The look at PostgreSQL's transactions, in one round trip: its clock first, then the running transactions, then the
 * prepared ones.
 */
final class PostgresTransactions {

    private static final String NO_TOP = "NULL::bigint";

    private PostgresTransactions() {}

    /** Looks once. */
    static Transactions look(Connection connection, int serverVersion) throws SQLException {
        return look(connection, serverVersion, "SELECT " + NO_TOP + ", NULL::bigint");
    }

    /** Looks once and reads a sequence's greatest value after the clock and before the transactions. */
    static Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        String greatest = bookmark.columns().stream()
                .map(column -> "max(" + SqlText.identifier(column) + ")")
                .collect(Collectors.joining(", ", "GREATEST(", ")"));
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
                now = Transactions.instant(row.getLong(1));
                boolean standby = row.getBoolean(2);
                sight = standby ? Sight.STANDBY : row.getBoolean(3) ? Sight.ALL : Sight.OWN_ROLE;
                long micros = row.getLong(4);
                replayed = !standby || row.wasNull() ? Optional.empty() : Optional.of(Transactions.instant(micros));
            }
            statement.getMoreResults();
            Optional<Long> greatest;
            Instant greatestAt;
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                long value = row.getLong(1);
                greatest = row.wasNull() ? Optional.empty() : Optional.of(value);
                long at = row.getLong(2);
                greatestAt = row.wasNull() ? now : Transactions.instant(at);
            }
            statement.getMoreResults();
            Optional<Running> oldest = Optional.empty();
            try (ResultSet row = statement.getResultSet()) {
                if (row.next()) {
                    oldest = Optional.of(
                            new Running(Transactions.instant(row.getLong(1)), row.getInt(2), row.getString(3)));
                }
            }
            statement.getMoreResults();
            Optional<Startless> prepared = Optional.empty();
            try (ResultSet row = statement.getResultSet()) {
                if (row.next()) {
                    prepared = Optional.of(new Startless(
                            "prepared transaction " + row.getString(1) + " of " + Transactions.instant(row.getLong(2))
                                    + ": commit or roll it back for the bookmark to move"));
                }
            }
            return new Transactions(now, sight, replayed, greatest, greatestAt, oldest, prepared);
        }
    }
}
