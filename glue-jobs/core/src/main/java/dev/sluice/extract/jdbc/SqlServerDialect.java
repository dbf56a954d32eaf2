package dev.sluice.extract.jdbc;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
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
import java.util.stream.Collectors;

/**
 * SQL Server 2016 and later, Azure SQL. A row is stamped when its statement begins, and what is known of transactions is not
 * proven to show each that may still commit, so the bound keeps the settle delay from the oldest that is seen. Sessions
 * cannot share a snapshot: one reader reads a table, in one statement.
 */
final class SqlServerDialect implements Dialect {

    private static final PositionLiterals LITERALS = new PositionLiterals(
            "uuuu-MM-dd'T'HH:mm:ss.SSSSSS",
            "CAST('%s+00:00' AS datetimeoffset(6))",
            "CAST('%s' AS datetime2(6))",
            "CAST('%s' AS date)");
    private static final String UTC_NOW = SqlServerTypes.micros("SYSUTCDATETIME()");

    /** Begins of transactions are on the server's own clock. */
    private static final String OLDEST =
            """
            SELECT TOP 1 %s - DATEDIFF_BIG(millisecond, t.transaction_begin_time, GETDATE()) * 1000,
                   s.session_id, s.program_name
            FROM sys.dm_tran_active_transactions t
            JOIN sys.dm_tran_database_transactions d ON d.transaction_id = t.transaction_id AND d.database_id = DB_ID()
            JOIN sys.dm_tran_session_transactions st ON st.transaction_id = t.transaction_id
            JOIN sys.dm_exec_sessions s ON s.session_id = st.session_id
            WHERE t.transaction_type <> 2 AND s.session_id <> @@SPID AND s.program_name <> '%s'
            ORDER BY t.transaction_begin_time"""
                    .formatted(UTC_NOW, Databases.Purpose.READ.applicationName());

    private static final String STATE = "SELECT " + UTC_NOW
            + ", CASE WHEN DATABASEPROPERTYEX(DB_NAME(), 'Updateability') = 'READ_ONLY' THEN 1 ELSE 0 END,"
            + " CASE WHEN HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE') = 1"
            + " OR HAS_PERMS_BY_NAME(NULL, 'DATABASE', 'VIEW DATABASE STATE') = 1 THEN 1 ELSE 0 END";

    private static final UnprovenTransactions TRANSACTIONS = new UnprovenTransactions(STATE, 1, OLDEST);

    static final String ISOLATION =
            "SELECT snapshot_isolation_state, is_read_committed_snapshot_on FROM sys.databases WHERE database_id = DB_ID()";

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.SQLSERVER;
    }

    @Override
    public RelationFacts describe(Connection connection, TableName name, Relation relation) throws SQLException {
        return SqlServerCatalog.describe(connection, name, relation);
    }

    @Override
    public String position(Position position) {
        return LITERALS.of(position);
    }

    /** An aggregate over values leaves NULL out; the function that does so is new in 2022. */
    @Override
    public String greatest(List<String> expressions) {
        return expressions.stream()
                .map(expression -> "(" + expression + ")")
                .collect(Collectors.joining(", ", "(SELECT MAX(v) FROM (VALUES ", ") AS sluice_greatest(v))"));
    }

    /** GETDATE() is rounded to a three hundredth of a second, smalldatetime further. */
    @Override
    public ChronoUnit stampUnit() {
        return ChronoUnit.SECONDS;
    }

    @Override
    public Transactions look(Connection connection, JdbcTable table) throws SQLException {
        return TRANSACTIONS.look(connection, Optional.empty());
    }

    @Override
    public Transactions lookWithTop(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        return TRANSACTIONS.look(
                connection, Optional.of("SELECT " + top(bookmark) + ", " + UTC_NOW + " FROM " + table.from()));
    }

    @Override
    public Blindness blindness(Transactions.Sight sight) {
        return sight == Transactions.Sight.STANDBY
                ? new Blindness(
                        "The source is a replica that is read, and does not show the transactions of the primary",
                        "Read from the primary for more")
                : new Blindness(
                        "What SQL Server shows of transactions is not proven to be all that may still commit",
                        "Grant VIEW SERVER STATE (on Azure VIEW DATABASE STATE), so that the delay counts from the oldest"
                                + " that is seen");
    }

    @Override
    public List<String> advice(JdbcTable table) {
        return table.extract().parallelism().orElse(1) > 1
                ? List.of("extract.parallelism is left aside: sessions of SQL Server cannot share a snapshot, so one"
                        + " reader reads the table.")
                : List.of();
    }

    @Override
    public String indexStatement(JdbcTable table, String column) {
        return "CREATE INDEX " + identifier("ix_" + column) + " ON " + table.from() + " (" + identifier(column) + ")";
    }

    @Override
    public Optional<Long> estimatedRows(Connection connection, JdbcTable table, Window window) throws SQLException {
        boolean all = window.equals(Window.ALL) && table.extract().filter().isEmpty();
        if (!all || !table.facts().isTable() || !(table.extract().relation() instanceof Relation.Table)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT SUM(rows) FROM sys.partitions WHERE index_id IN (0, 1) AND object_id = OBJECT_ID("
                                + kind().literal(table.from()) + ")")) {
            row.next();
            long rows = row.getLong(1);
            return row.wasNull() ? Optional.empty() : Optional.of(rows);
        }
    }

    /**
     * A reader's one statement sees one instant, at snapshot isolation or where the database reads committed rows by their
     * versions; otherwise it would wait for writers and see rows that moved twice, or not at all.
     */
    @Override
    public String beginSnapshot(Connection connection, JdbcTable table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ISOLATION)) {
            row.next();
            if (row.getInt(1) == 1) {
                return "SET TRANSACTION ISOLATION LEVEL SNAPSHOT";
            }
            if (row.getBoolean(2)) {
                return "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
            }
        }
        throw new SluiceException(
                ErrorCode.FAILED,
                "Cannot read table " + table.name() + " as of one instant: its database keeps no versions of rows. Run"
                        + " ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON, or READ_COMMITTED_SNAPSHOT ON");
    }

    @Override
    public String relations(Discovery.Relations relations) {
        return "SELECT SCHEMA_NAME(schema_id), name FROM sys.objects WHERE is_ms_shipped = 0 AND type IN ("
                + switch (relations) {
                    case TABLES -> "'U'";
                    case TABLES_AND_VIEWS -> "'U', 'V'";
                }
                + ") AND HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(schema_id)) + '.' + QUOTENAME(name), 'OBJECT', 'SELECT') = 1"
                + " ORDER BY 1, 2";
    }

    @Override
    public Optional<String> defaultSchema(Connection connection) {
        return Optional.of("dbo");
    }
}
