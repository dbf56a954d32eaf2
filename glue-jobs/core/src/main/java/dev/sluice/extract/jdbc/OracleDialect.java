package dev.sluice.extract.jdbc;

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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Oracle 12.2 and later. A table is read as of one system change number, which its sessions share, where the role may flash
 * back; else one reader reads it in one statement, which sees one instant. What is known of transactions is not proven to
 * show each that may still commit, so the bound keeps the settle delay from the oldest that is seen.
 */
final class OracleDialect implements Dialect {

    private static final PositionLiterals LITERALS =
            new PositionLiterals("uuuu-MM-dd HH:mm:ss.SSSSSS", "TIMESTAMP '%s +00:00'", "TIMESTAMP '%s'", "DATE '%s'");
    private static final String UTC_NOW = OracleTypes.micros("SYS_EXTRACT_UTC(SYSTIMESTAMP)");

    private static final String STATE = "SELECT " + UTC_NOW
            + ", CASE WHEN SYS_CONTEXT('USERENV', 'DATABASE_ROLE') = 'PRIMARY' THEN 0 ELSE 1 END,"
            + " (SELECT COUNT(*) FROM all_views WHERE owner = 'SYS' AND view_name IN ('GV_$TRANSACTION', 'GV_$SESSION'))"
            + " FROM DUAL";

    /** Begins of transactions are on the server's own clock, in whole seconds; of a cluster those of all its nodes count. */
    private static final String OLDEST =
            """
            SELECT * FROM (
              SELECT %s - ROUND((SYSDATE - t.start_date) * 86400) * 1000000, s.sid, s.program
              FROM gv$transaction t JOIN gv$session s ON s.inst_id = t.inst_id AND s.taddr = t.addr
              WHERE s.program <> '%s'
              ORDER BY t.start_date)
            WHERE ROWNUM = 1"""
                    .formatted(UTC_NOW, Databases.Purpose.READ.applicationName());

    private static final UnprovenTransactions TRANSACTIONS = new UnprovenTransactions(STATE, 2, OLDEST);

    static final String CHANGE_NUMBER = "SELECT DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER FROM DUAL";

    private final OptionalLong changeNumber;

    OracleDialect() {
        this(OptionalLong.empty());
    }

    private OracleDialect(OptionalLong changeNumber) {
        this.changeNumber = changeNumber;
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.ORACLE;
    }

    @Override
    public RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return OracleCatalog.describe(connection, name, relation);
    }

    @Override
    public String from(Relation.Table table, RelationFacts facts) {
        String name = kind().identifier(table.schema(), table.name());
        return changeNumber.isPresent() && facts.isTable() ? name + " AS OF SCN " + changeNumber.getAsLong() : name;
    }

    /**
     * The dialect that reads tables as of now: of a role that may neither ask for the change number nor flash the table
     * back, the same as before.
     */
    @Override
    public Dialect pinned(Connection connection, JdbcTable table) throws SQLException {
        if (!table.facts().isTable()) {
            return this;
        }
        try (Statement statement = connection.createStatement()) {
            OracleDialect pinned;
            try (ResultSet row = statement.executeQuery(CHANGE_NUMBER)) {
                row.next();
                pinned = new OracleDialect(OptionalLong.of(row.getLong(1)));
            }
            Relation.Table relation = (Relation.Table) table.extract().relation();
            try (ResultSet none =
                    statement.executeQuery("SELECT 1 FROM " + pinned.from(relation, table.facts()) + " WHERE 1 = 0")) {
                none.next();
            }
            return pinned;
        } catch (SQLException failure) {
            if (isDenied(failure)) {
                return this;
            }
            throw failure;
        }
    }

    /** No such table, name or package to this role, or not its to use. */
    private static boolean isDenied(SQLException failure) {
        return List.of(904, 942, 1031, 6550).contains(failure.getErrorCode());
    }

    @Override
    public String position(Position position) {
        return LITERALS.of(position);
    }

    /** Oracle's own is NULL as soon as one of them is. */
    @Override
    public String greatest(List<String> expressions) {
        return Dialect.greatestOfFilled(expressions);
    }

    /** SYSDATE has whole seconds. */
    @Override
    public ChronoUnit stampUnit() {
        return ChronoUnit.SECONDS;
    }

    @Override
    public String fromNothing() {
        return " FROM DUAL";
    }

    @Override
    public Transactions look(Connection connection, JdbcTable table) throws SQLException {
        return TRANSACTIONS.look(connection, Optional.empty());
    }

    @Override
    public Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        // An aggregate beside the clock: its statement yields one row, of one instant.
        return TRANSACTIONS.look(
                connection, Optional.of("SELECT " + top(bookmark) + ", MAX(" + UTC_NOW + ") FROM " + table.from()));
    }

    @Override
    public Blindness blindness(Transactions.Sight sight) {
        return sight == Transactions.Sight.STANDBY
                ? new Blindness(
                        "The source is a standby and does not show the primary's transactions",
                        "Read from the primary for more")
                : new Blindness(
                        "What Oracle shows of transactions is not proven to be all that may still commit",
                        "Grant SELECT on SYS.GV_$TRANSACTION and SYS.GV_$SESSION, so that the delay counts from the oldest"
                                + " that is seen");
    }

    @Override
    public List<String> advice(JdbcTable table) {
        return table.extract().parallelism().orElse(1) > 1
                ? List.of("extract.parallelism is left aside: one reader reads a table of Oracle.")
                : List.of();
    }

    @Override
    public String indexStatement(JdbcTable table, String column) {
        return "CREATE INDEX ON " + table.from() + " (" + identifier(column) + ") under a name of its own";
    }

    @Override
    public Optional<Long> estimatedRows(Connection connection, JdbcTable table, Window window) throws SQLException {
        boolean all = window.equals(Window.ALL) && table.extract().filter().isEmpty();
        if (!all || !(table.extract().relation() instanceof Relation.Table relation)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT num_rows FROM all_tables WHERE owner = "
                        + kind().literal(relation.schema()) + " AND table_name = " + kind().literal(relation.name()))) {
            if (!row.next()) {
                return Optional.empty();
            }
            long rows = row.getLong(1);
            return row.wasNull() ? Optional.empty() : Optional.of(rows);
        }
    }

    /** What is read as of one instant is in the statements themselves; a session has its time zone only. */
    @Override
    public String beginSnapshot(Connection connection, JdbcTable table) {
        return Databases.oracleSessionStatement();
    }

    @Override
    public String relations(Discovery.Relations relations) {
        return "SELECT o.owner, o.object_name FROM all_objects o JOIN all_users u ON u.username = o.owner"
                + " WHERE u.oracle_maintained = 'N' AND o.temporary = 'N' AND o.object_type IN ("
                + switch (relations) {
                    case TABLES -> "'TABLE'";
                    case TABLES_AND_VIEWS -> "'TABLE', 'VIEW', 'MATERIALIZED VIEW'";
                }
                + ") ORDER BY 1, 2";
    }

    @Override
    public Optional<String> defaultSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA') FROM DUAL")) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }
}
