package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.DatabaseKind;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What reading a table is in one kind of database. Whatever is not asked here is the same in all of them. */
interface Dialect {

    /** The dialect of an endpoint's database; throws {@code SETTINGS_INVALID} for a URL of no kind. */
    static Dialect of(JdbcEndpoint endpoint) {
        return switch (DatabaseKind.of(endpoint)) {
            case POSTGRESQL -> new PostgresDialect();
            case MYSQL -> new MysqlDialect();
            case SQLSERVER -> new SqlServerDialect();
            case ORACLE -> new OracleDialect();
        };
    }

    /** How names and literals are written. */
    DatabaseKind kind();

    /** A name, quoted. */
    default String identifier(String name) {
        return kind().identifier(name);
    }

    /** What stands behind FROM for a table or view. */
    default String from(Relation.Table table, RelationFacts facts) {
        return kind().identifier(table.schema(), table.name());
    }

    /** What stands behind the select list of a statement that reads no relation. */
    default String fromNothing() {
        return "";
    }

    /** The dialect that a snapshot reads in, where the instant that it reads is a part of its statements. */
    default Dialect pinned(Connection connection, JdbcTable table) throws SQLException {
        return this;
    }

    /** What the catalog says of a relation. Throws {@code RELATION_MISSING}. */
    RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException;

    /** A position as a value of the type its kind of column has. */
    String position(Position position);

    /** The greatest of several expressions that is not NULL. */
    String greatest(List<String> expressions);

    /** {@link #greatest} where the database's own is NULL as soon as one of them is. */
    static String greatestOfFilled(List<String> expressions) {
        List<String> filled = new ArrayList<>();
        for (int first = 0; first < expressions.size(); first++) {
            List<String> rotated = new ArrayList<>(expressions.subList(first, expressions.size()));
            rotated.addAll(expressions.subList(0, first));
            filled.add("COALESCE(" + String.join(", ", rotated) + ")");
        }
        return "GREATEST(" + String.join(", ", filled) + ")";
    }

    /** The greatest value of a bookmark's columns, as an aggregate. */
    default String top(BookmarkColumns bookmark) {
        List<String> greatest = bookmark.columns().stream()
                .map(column -> "MAX(" + identifier(column) + ")")
                .toList();
        return greatest.size() == 1 ? greatest.get(0) : greatest(greatest);
    }

    /**
     * A JSON object as text of those columns' values that have no raw form; evaluated where one has none. Not asked where
     * every type's values have one.
     */
    default String unrepresentable(List<JdbcColumn> columns) {
        throw new IllegalStateException("No type of " + kind().words() + " has values without a raw form");
    }

    /** What the server's own stamps are cut to: a bound at a fraction of it could lie above a stamp to come. */
    ChronoUnit stampUnit();

    /** Looks at the server's transactions once. */
    Transactions look(Connection connection, JdbcTable table) throws SQLException;

    /** Looks once and reads a sequence's greatest value after the clock and before the transactions. */
    Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark) throws SQLException;

    /** Why not all transactions can be seen, and what would help. */
    Blindness blindness(Transactions.Sight sight);

    /** What else a person should know of a table's guarantee: text to follow its reason; empty where there is nothing. */
    default String reservation(Connection connection, JdbcTable table, Transactions look) throws SQLException {
        return "";
    }

    /** What a person should know of the way the table is read. */
    List<String> advice(JdbcTable table);

    /** The statement that makes an index on a column. */
    String indexStatement(JdbcTable table, String column);

    /** The rows a window holds, by the server's estimate; empty where it has none. */
    Optional<Long> estimatedRows(Connection connection, JdbcTable table, Window window) throws SQLException;

    /**
     * Begins the coordinating transaction of a read, which keeps the table's shape until it ends.
     *
     * @param connection outside auto-commit mode, with nothing begun
     * @return the statements that a reader's session begins with
     */
    String beginSnapshot(Connection connection, JdbcTable table) throws SQLException;

    /** How a window's rows are divided among readers. */
    default PartitionPlan partitions(JdbcExtraction extraction, JdbcTable table, Window window) {
        return PartitionPlan.WHOLE;
    }

    /** A query for schema and name of the relations that a role may read. */
    String relations(Discovery.Relations relations);

    /** The schema whose tables keep their names when they are discovered; empty where all schemas are alike. */
    Optional<String> defaultSchema(Connection connection) throws SQLException;

    /** What the catalog knows of how a table's columns get their values; where nothing, a person names the bookmark. */
    default ColumnHistory history(Connection connection, Relation.Table relation, RelationFacts facts)
            throws SQLException {
        return ColumnHistory.UNKNOWN;
    }

    /**
     * Why transactions cannot be seen.
     *
     * @param reason a clause: the beginning of a sentence
     * @param remedy a sentence
     */
    record Blindness(String reason, String remedy) {}
}
