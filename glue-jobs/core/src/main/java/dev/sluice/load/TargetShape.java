package dev.sluice.load;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A target table as the database's catalog has it.
 *
 * @param relationKind the catalog's kind: r(table), p(artitioned table), v(iew), ...
 * @param columns in the table's order
 * @param uniqueKeys the column sets that a constraint or index, checked at once and for every row, keeps unique
 */
record TargetShape(String relationKind, List<TargetColumn> columns, List<Set<String>> uniqueKeys) {

    private static final String RELATION = "SELECT relkind FROM pg_catalog.pg_class WHERE oid = to_regclass(?)";

    private static final String COLUMNS =
            """
            SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), b.typname, b.typtype,
                   CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
                   a.attnotnull OR t.typnotnull,
                   a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
                   a.attgenerated <> '' OR a.attidentity = 'a'
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
            WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private static final String UNIQUE_KEYS =
            """
            SELECT array_agg(a.attname::text)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid
                AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
            WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indimmediate AND i.indisvalid
                AND i.indpred IS NULL AND i.indexprs IS NULL
            GROUP BY i.indexrelid""";

    TargetShape {
        columns = List.copyOf(columns);
        uniqueKeys = List.copyOf(uniqueKeys);
    }

    /** Reads the shape; empty where there is no such table. */
    static Optional<TargetShape> find(Connection connection, TargetTable target) throws SQLException {
        String kind;
        try (PreparedStatement statement = prepared(connection, RELATION, target);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                return Optional.empty();
            }
            kind = rows.getString(1);
        }
        List<TargetColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = prepared(connection, COLUMNS, target);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                columns.add(new TargetColumn(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getInt(5),
                        rows.getBoolean(6),
                        rows.getBoolean(7),
                        rows.getBoolean(8)));
            }
        }
        List<Set<String>> uniqueKeys = new ArrayList<>();
        try (PreparedStatement statement = prepared(connection, UNIQUE_KEYS, target);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Array names = rows.getArray(1);
                uniqueKeys.add(Set.of((String[]) names.getArray()));
            }
        }
        return Optional.of(new TargetShape(kind, columns, uniqueKeys));
    }

    Optional<TargetColumn> find(String column) {
        return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }

    /** Whether a constraint on exactly these columns refuses a second row of one key. */
    boolean isUnique(List<String> key) {
        return uniqueKeys.contains(Set.copyOf(key))
                && key.stream()
                        .allMatch(column ->
                                find(column).map(TargetColumn::notNull).orElse(false));
    }

    private static PreparedStatement prepared(Connection connection, String sql, TargetTable target)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setString(1, target.sql());
            return statement;
        } catch (SQLException failure) {
            statement.close();
            throw failure;
        }
    }
}
