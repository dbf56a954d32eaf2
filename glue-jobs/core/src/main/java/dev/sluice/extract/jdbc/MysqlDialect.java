package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.DatabaseKind;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MySQL 5.7 and later, MariaDB 10.5 and later, Aurora MySQL. Stamps are those of a statement's start, cut to the second
 * where somebody says {@code NOW()}; a snapshot is one session's own, so one reader reads a table.
 */
final class MysqlDialect implements Dialect {

    private static final PositionLiterals LITERALS =
            new PositionLiterals("uuuu-MM-dd HH:mm:ss.SSSSSS", "TIMESTAMP'%s'", "TIMESTAMP'%s'", "DATE'%s'");

    private static final String RELATIONS =
            """
            SELECT t.table_schema, t.table_name FROM information_schema.tables t
            WHERE t.table_type IN (%s)
              AND t.table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
              AND EXISTS (SELECT 1 FROM information_schema.columns c
                          WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
                            AND c.privileges LIKE '%%select%%')
            ORDER BY t.table_schema, t.table_name""";

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.MYSQL;
    }

    @Override
    public RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return MysqlCatalog.describe(connection, name, relation);
    }

    @Override
    public String position(Position position) {
        return LITERALS.of(position);
    }

    /** MySQL's own is NULL as soon as one of them is. */
    @Override
    public String greatest(List<String> expressions) {
        return Dialect.greatestOfFilled(expressions);
    }

    /** Merging a patch drops the members that are NULL. */
    @Override
    public String unrepresentable(List<JdbcColumn> columns) {
        List<String> members = new ArrayList<>();
        for (JdbcColumn column : columns) {
            String name = column.column().name();
            members.add(kind().literal(name));
            members.add("CASE WHEN " + column.unrepresentable().orElseThrow() + " THEN " + kind().text(identifier(name))
                    + " END");
        }
        return kind().text("JSON_MERGE_PATCH('{}', JSON_OBJECT(" + String.join(", ", members) + "))");
    }

    @Override
    public ChronoUnit stampUnit() {
        return ChronoUnit.SECONDS;
    }

    @Override
    public Transactions look(Connection connection, JdbcTable table) throws SQLException {
        return new MysqlTransactions(connection, table).look(Optional.empty());
    }

    @Override
    public Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        return new MysqlTransactions(connection, table).look(Optional.of(top(bookmark)));
    }

    @Override
    public Blindness blindness(Transactions.Sight sight) {
        return switch (sight) {
            case STANDBY -> new Blindness(
                    "The source is a replica, a reader or a node of a cluster, and does not show the transactions of"
                            + " where rows are written",
                    "Read from the one server that writes for more");
            case OTHER_ENGINE -> new Blindness(
                    "The table's storage engine does not show its transactions", "Use InnoDB for more");
            case ALL, OWN_ROLE -> new Blindness(
                    "The role may not see other roles' transactions", "Grant it PROCESS for more");
        };
    }

    @Override
    public String reservation(Connection connection, JdbcTable table, Transactions look) {
        return table.extract()
                .bookmark()
                .filter(bookmark ->
                        look.sight() == Transactions.Sight.ALL && bookmark.clock() == BookmarkSettings.StampedBy.SERVER)
                .map(bookmark -> ". Of one that outlasts the look, the first statement counts as begun at most "
                        + Promises.words(bookmark.settle())
                        + " (extract.bookmark.settle) before the server shows its start")
                .orElse("");
    }

    @Override
    public List<String> advice(JdbcTable table) {
        return table.extract().parallelism().orElse(1) > 1
                ? List.of("extract.parallelism is left aside: sessions of MySQL cannot share a snapshot, so one reader"
                        + " reads the table.")
                : List.of();
    }

    @Override
    public String indexStatement(JdbcTable table, String column) {
        return "ALTER TABLE " + table.from() + " ADD INDEX (" + identifier(column) + ")";
    }

    @Override
    public Optional<Long> estimatedRows(Connection connection, JdbcTable table, Window window) throws SQLException {
        if (!table.facts().isTable()) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery(
                        "EXPLAIN SELECT 1 FROM " + table.from() + " WHERE " + table.condition(window))) {
            if (!plan.next()) {
                return Optional.empty();
            }
            // A filter may hold a subquery, which is a row of the plan of its own.
            long rows = plan.getLong("rows");
            return plan.wasNull() || plan.next() ? Optional.empty() : Optional.of(rows);
        }
    }

    /** Looking at no row takes the metadata lock, and no view of the rows: the readers' own comes later. */
    @Override
    public String beginSnapshot(Connection connection, JdbcTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT 1 FROM " + table.from() + " LIMIT 0")) {
            none.next();
        }
        return "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
    }

    @Override
    public String relations(Discovery.Relations relations) {
        return RELATIONS.formatted(
                switch (relations) {
                    case TABLES -> "'BASE TABLE', 'SYSTEM VERSIONED'";
                    case TABLES_AND_VIEWS -> "'BASE TABLE', 'SYSTEM VERSIONED', 'VIEW'";
                });
    }

    @Override
    public Optional<String> defaultSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT DATABASE()")) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }

    @Override
    public ColumnHistory history(Connection connection, Relation.Table relation, RelationFacts facts)
            throws SQLException {
        return MysqlHistory.read(connection, relation);
    }
}
