package dev.sluice.extract.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;

/**
 * The look at the transactions of a database that is not proven to show each that may still commit: its clock first, then a
 * sequence's greatest value where one is asked for, then the oldest running transaction, where the role sees any.
 *
 * @param state a query for the clock in microseconds, whether the server is a standby (1), and what the role sees
 * @param seen what the last of these is where the role sees transactions
 * @param oldest a query for the oldest's start in microseconds, its process and application; no row where none runs
 */
record UnprovenTransactions(String state, int seen, String oldest) {

    /**
     * Looks once.
     *
     * @param top where it is asked for, a query for the greatest value and the clock in microseconds, NULL where not known
     */
    Transactions look(Connection connection, Optional<String> top) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Instant now;
            boolean standby;
            boolean sighted;
            try (ResultSet row = statement.executeQuery(state)) {
                row.next();
                now = Transactions.instant(row.getLong(1));
                standby = row.getInt(2) == 1;
                sighted = row.getInt(3) == seen;
            }
            Optional<Long> greatest = Optional.empty();
            Instant greatestAt = now;
            if (top.isPresent()) {
                try (ResultSet row = statement.executeQuery(top.get())) {
                    row.next();
                    long value = row.getLong(1);
                    greatest = row.wasNull() ? Optional.empty() : Optional.of(value);
                    long at = row.getLong(2);
                    greatestAt = row.wasNull() ? now : Transactions.instant(at);
                }
            }
            return new Transactions(
                    now,
                    standby ? Transactions.Sight.STANDBY : Transactions.Sight.OWN_ROLE,
                    Optional.empty(),
                    greatest,
                    greatestAt,
                    sighted && !standby ? oldest(statement) : Optional.empty(),
                    Optional.empty());
        }
    }

    private Optional<Transactions.Running> oldest(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(oldest)) {
            return row.next()
                    ? Optional.of(new Transactions.Running(
                            Transactions.instant(row.getLong(1)),
                            row.getLong(2),
                            Optional.ofNullable(row.getString(3)).orElse("")))
                    : Optional.empty();
        }
    }
}
