package dev.sluice.extract.jdbc;

import static dev.sluice.database.SqlText.identifier;
import static dev.sluice.database.SqlText.literal;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.DatabaseKind;
import dev.sluice.database.Databases;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PostgreSQL 11 and later: stamps are those of the transaction's start, and readers import one exported snapshot. */
final class PostgresDialect implements Dialect {

    private static final Pattern PLANNED_ROWS = Pattern.compile("\\(cost=\\S+ rows=(\\d+) ");

    /** Arguments one SQL function may have are limited to 100; two make one member of an object. */
    private static final int MEMBERS_PER_OBJECT = 40;

    private static final String RELATIONS =
            """
            SELECT n.nspname::text, c.relname::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN (%s) AND NOT c.relispartition
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'
              AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
              AND NOT EXISTS (SELECT 1 FROM pg_depend d
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY n.nspname, c.relname""";

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.POSTGRESQL;
    }

    @Override
    public RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return PostgresCatalog.describe(connection, name, relation);
    }

    @Override
    public String position(Position position) {
        if (position instanceof Position.At at) {
            return literal(at.instant().toString()) + "::timestamptz";
        }
        if (position instanceof Position.WallClock wallClock) {
            return literal(wallClock.time().toString()) + "::timestamp";
        }
        if (position instanceof Position.Day day) {
            return literal(day.date().toString()) + "::date";
        }
        return literal(Long.toString(((Position.Sequence) position).value())) + "::bigint";
    }

    @Override
    public String greatest(List<String> expressions) {
        return "GREATEST(" + String.join(", ", expressions) + ")";
    }

    @Override
    public String unrepresentable(List<JdbcColumn> columns) {
        List<String> objects = new ArrayList<>();
        for (int start = 0; start < columns.size(); start += MEMBERS_PER_OBJECT) {
            objects.add(columns.subList(start, Math.min(start + MEMBERS_PER_OBJECT, columns.size())).stream()
                    .map(PostgresDialect::member)
                    .collect(Collectors.joining(", ", "jsonb_build_object(", ")")));
        }
        return "jsonb_strip_nulls(" + String.join(" || ", objects) + ")::text";
    }

    private static String member(JdbcColumn column) {
        String value = DatabaseKind.POSTGRESQL.identifier(column.column().name());
        return literal(column.column().name()) + ", CASE WHEN "
                + column.unrepresentable().orElseThrow() + " THEN " + value + "::text END";
    }

    @Override
    public ChronoUnit stampUnit() {
        return ChronoUnit.MICROS;
    }

    @Override
    public Transactions look(Connection connection, JdbcTable table) throws SQLException {
        return PostgresTransactions.look(connection, table.facts().serverVersion());
    }

    @Override
    public Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        return PostgresTransactions.lookWithTop(connection, table, bookmark);
    }

    @Override
    public Blindness blindness(Transactions.Sight sight) {
        return sight == Transactions.Sight.STANDBY
                ? new Blindness(
                        "The source is a standby and does not show the primary's transactions",
                        "Read from the primary for more")
                : new Blindness(
                        "The role may not see other roles' transactions", "Grant it pg_read_all_stats for more");
    }

    /** A session that takes several values of a sequence at once may use one long after greater ones were committed. */
    @Override
    public String reservation(Connection connection, JdbcTable table, Transactions look) throws SQLException {
        if (table.bookmark()
                        .filter(bookmark -> bookmark.kind() == BookmarkColumns.Kind.SEQUENCE)
                        .isEmpty()
                || !(table.extract().relation() instanceof Relation.Table)) {
            return "";
        }
        StringBuilder words = new StringBuilder();
        for (String column : table.bookmark().get().columns()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence("
                                    + literal(table.from()) + ", " + literal(column)
                                    + ")::regclass AND seqcache > 1")) {
                if (row.next()) {
                    words.append(". But the sequence of ")
                            .append(column)
                            .append(" has CACHE ")
                            .append(row.getLong(1))
                            .append(": a session may use a lower value later, which is missed. Set CACHE 1");
                }
            }
        }
        return words.toString();
    }

    @Override
    public List<String> advice(JdbcTable table) {
        return List.of();
    }

    @Override
    public String indexStatement(JdbcTable table, String column) {
        return "CREATE INDEX ON " + table.from() + " (" + identifier(column) + ")";
    }

    @Override
    public Optional<Long> estimatedRows(Connection connection, JdbcTable table, Window window) throws SQLException {
        return hasStatistics(connection, table.facts())
                ? Optional.of(plannedRows(connection, table, window))
                : Optional.empty();
    }

    /** The planner's estimate of a window's rows, whatever it rests on. */
    static long plannedRows(Connection connection, JdbcTable table, Window window) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet plan = statement.executeQuery(
                        "EXPLAIN SELECT 1 FROM " + table.from() + " WHERE " + table.condition(window))) {
            plan.next();
            Matcher rows = PLANNED_ROWS.matcher(plan.getString(1));
            return rows.find() ? Long.parseLong(rows.group(1)) : 0L;
        }
    }

    private static boolean hasStatistics(Connection connection, RelationFacts facts) throws SQLException {
        if (!facts.isTable()) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT bool_and(reltuples > 0 OR relpages > 0 OR pg_relation_size(oid) = 0) AND bool_and(reltuples >= 0)"
                                + " FROM pg_class WHERE relkind = 'r' AND (oid = " + facts.id()
                                + " OR oid IN (SELECT relid FROM pg_partition_tree("
                                + facts.id() + ")))")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public String beginSnapshot(Connection connection, JdbcTable table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            if (table.facts().isTable() && table.facts().access() == RelationFacts.Access.WHOLE) {
                // TRUNCATE and rewriting forms of ALTER TABLE are visible to older snapshots: a lock taken before the
                // snapshot puts them entirely before it or after the last reader.
                statement.execute("LOCK TABLE " + table.from() + " IN ACCESS SHARE MODE");
            }
            try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
                row.next();
                // The isolation level must be set before the import, and both before any query.
                return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT "
                        + literal(row.getString(1)) + "; " + Databases.sessionStatements(Databases.Purpose.READ);
            }
        }
    }

    @Override
    public PartitionPlan partitions(JdbcExtraction extraction, JdbcTable table, Window window) {
        return PostgresPartitions.of(extraction, table, window);
    }

    @Override
    public String relations(Discovery.Relations relations) {
        return RELATIONS.formatted(
                switch (relations) {
                    case TABLES -> "'r', 'p'";
                    case TABLES_AND_VIEWS -> "'r', 'p', 'v', 'm', 'f'";
                });
    }

    @Override
    public Optional<String> defaultSchema(Connection connection) {
        return Optional.of("public");
    }

    @Override
    public ColumnHistory history(Connection connection, Relation.Table relation, RelationFacts facts)
            throws SQLException {
        return PostgresHistory.read(connection, facts);
    }
}
