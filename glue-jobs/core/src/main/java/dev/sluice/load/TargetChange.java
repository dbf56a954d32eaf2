package dev.sluice.load;

import dev.sluice.database.SqlText;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The set-based statements that bring staged rows into the target, inside the caller's transaction. Rows that are in the
 * target byte for byte are left alone, so a repeated load writes nothing. No way of it uses TRUNCATE: that would lock
 * readers out until the transaction ends, and show an empty table to a snapshot taken before.
 */
final class TargetChange {

    /** How the staged rows relate to those of the target. */
    enum Way {
        /** Staged are net changes: deletes, and rows to insert or update by key. */
        UPSERT_CHANGES,
        /** Staged is everything: keys that are not staged go, the others are inserted or updated. */
        UPSERT_EVERYTHING,
        /** Staged are net changes of a target that need not have a unique key: staged keys go, then rows are inserted. */
        EXCHANGE_KEYS,
        /** Staged are rows the target does not have. */
        INSERT,
        /** Staged is everything, and there is no key: all rows go, then rows are inserted. */
        EXCHANGE_EVERYTHING
    }

    /** How many rows were inserted or updated, and how many deleted. */
    record Count(long upserted, long deleted) {}

    private static final String UNIQUE_VIOLATION = "23505";

    private final String target;
    private final String staged;
    private final List<String> columns;
    private final List<String> key;

    /** Of the staging table, only rows that one of the {@code attempts} copied count. */
    TargetChange(TargetTable target, StagingTable stage, List<Long> attempts, List<String> columns, List<String> key) {
        this.target = target.sql();
        String ids = attempts.isEmpty()
                ? "NULL"
                : attempts.stream().map(String::valueOf).collect(Collectors.joining(", "));
        this.staged = "(SELECT * FROM " + stage.sql() + " WHERE " + StagingTable.ATTEMPT + " IN (" + ids + ")) AS s";
        this.columns = columns.stream().map(SqlText::identifier).toList();
        this.key = key.stream().map(SqlText::identifier).toList();
    }

    Count apply(Connection connection, Way way) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            switch (way) {
                case UPSERT_CHANGES:
                    return upsert(connection, statement, deleteKeys(" AND s." + StagingTable.OPERATION + " = 'D'"));
                case UPSERT_EVERYTHING:
                    return upsert(
                            connection,
                            statement,
                            "DELETE FROM " + target + " AS t WHERE NOT EXISTS (SELECT FROM " + staged + " WHERE "
                                    + sameKey() + ")");
                case EXCHANGE_KEYS:
                    return exchange(statement, deleteKeys(""));
                case INSERT:
                    return new Count(statement.executeLargeUpdate(insert()), 0);
                case EXCHANGE_EVERYTHING:
                    return exchange(statement, "DELETE FROM " + target);
            }
            throw new IllegalStateException("Unknown way: " + way);
        }
    }

    private Count exchange(Statement statement, String delete) throws SQLException {
        long deleted = statement.executeLargeUpdate(delete);
        return new Count(statement.executeLargeUpdate(insert()), deleted);
    }

    private Count upsert(Connection connection, Statement statement, String delete) throws SQLException {
        long deleted = statement.executeLargeUpdate(delete);
        Savepoint beforeUpsert = connection.setSavepoint();
        try {
            return new Count(statement.executeLargeUpdate(upsert()), deleted);
        } catch (SQLException failure) {
            if (!UNIQUE_VIOLATION.equals(failure.getSQLState())) {
                throw failure;
            }
            // Two rows that hand a unique value from one to the other collide on the way, though not at the end.
            connection.rollback(beforeUpsert);
            statement.executeLargeUpdate(deleteKeys(" AND " + differs("t", "s")));
            return new Count(statement.executeLargeUpdate(upsert()), deleted);
        }
    }

    private String insert() {
        String names = String.join(", ", columns);
        return "INSERT INTO " + target + " AS t (" + names + ") SELECT " + names + " FROM " + staged + " WHERE s."
                + StagingTable.OPERATION + " = 'U'";
    }

    private String upsert() {
        String updates = columns.stream()
                .filter(column -> !key.contains(column))
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        String conflict = insert() + " ON CONFLICT (" + String.join(", ", key) + ") DO ";
        return updates.isEmpty()
                ? conflict + "NOTHING"
                : conflict + "UPDATE SET " + updates + " WHERE " + differs("t", "excluded");
    }

    private String deleteKeys(String condition) {
        return "DELETE FROM " + target + " AS t USING " + staged + " WHERE " + sameKey() + condition;
    }

    private String sameKey() {
        return key.stream().map(column -> "s." + column + " = t." + column).collect(Collectors.joining(" AND "));
    }

    /** Compares images, not values: json has no equality, and 'a' equals 'A' where case does not matter. */
    private String differs(String left, String right) {
        UnaryOperator<String> row = alias -> columns.stream()
                .map(column -> alias + "." + column)
                .collect(Collectors.joining(", ", "ROW(", ")::record"));
        return row.apply(left) + " OPERATOR(pg_catalog.*<>) " + row.apply(right);
    }
}
