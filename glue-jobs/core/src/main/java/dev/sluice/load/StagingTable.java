package dev.sluice.load;

import dev.sluice.database.SqlText;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unlogged table {@code sluice.stage_(target)_(run)} that one load copies its rows to. Its columns have the target's
 * types, so copying in is where text becomes values. The connection that creates it holds a session lock on its name
 * for as long as it lives: a staging table nobody holds the lock of was left by a load that died, and the next load of
 * the same target removes it.
 */
final class StagingTable implements AutoCloseable {

    /** 'U' for a row to insert or update, 'D' for a key to delete. */
    static final String OPERATION = "_sluice_op";
    /** The Spark task attempt that copied the row: an attempt that Spark gave up may have left rows as well. */
    static final String ATTEMPT = "_sluice_attempt";

    private static final Logger LOG = LoggerFactory.getLogger(StagingTable.class);
    private static final int HASH_LENGTH = 12;
    private static final String FIND_LEFTOVERS =
            """
            SELECT relname FROM pg_catalog.pg_class
            WHERE relnamespace = to_regnamespace('sluice') AND starts_with(relname::text, ?)
                AND pg_catalog.pg_has_role(relowner, 'MEMBER')""";

    private final Connection connection;
    private final String name;

    private StagingTable(Connection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /** Removes what dead loads of this target left, and creates this load's table. */
    static StagingTable create(Connection connection, String owner, List<TargetFit.Column> columns)
            throws SQLException {
        String prefix = "stage_" + hash(owner) + "_";
        removeLeftovers(connection, prefix);
        StagingTable stage =
                new StagingTable(connection, prefix + hash(UUID.randomUUID().toString()));
        // The lock comes first: from the moment the table is seen, its owner is known to live.
        if (!stage.tryLock()) {
            throw new SQLException("The lock of the new staging table " + stage.name + " is taken");
        }
        String definitions = columns.stream()
                .map(column -> SqlText.identifier(column.name()) + " " + column.type() + ", ")
                .collect(Collectors.joining());
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNLOGGED TABLE " + stage.sql() + " (" + definitions + OPERATION + " \"char\", "
                    + ATTEMPT + " bigint)");
        }
        return stage;
    }

    /** The name as SQL text. */
    String sql() {
        return new TargetTable("sluice", name).sql();
    }

    /** Empties the table. */
    void clear() throws SQLException {
        execute("TRUNCATE " + sql());
    }

    /** Gives the planner the table's size, without which it joins as if there were next to nothing. */
    void analyze() throws SQLException {
        execute("ANALYZE " + sql());
    }

    /** Drops the table, in the connection's transaction if there is one. */
    void drop() throws SQLException {
        execute("DROP TABLE IF EXISTS " + sql());
    }

    /** Drops the table unless it is dropped. Where that fails the rows are not at risk, and the next load drops it. */
    @Override
    public void close() {
        try {
            drop();
            unlock();
        } catch (SQLException failure) {
            LOG.warn("Cannot drop staging table {}: {}. The next load drops it.", name, failure.getMessage());
        }
    }

    private static void removeLeftovers(Connection connection, String prefix) throws SQLException {
        List<String> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(FIND_LEFTOVERS)) {
            statement.setString(1, prefix);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        for (String name : found) {
            StagingTable leftover = new StagingTable(connection, name);
            if (leftover.tryLock()) {
                leftover.execute("DROP TABLE IF EXISTS " + leftover.sql());
                leftover.unlock();
            }
        }
    }

    private boolean tryLock() throws SQLException {
        return lockFunction("pg_try_advisory_lock");
    }

    private void unlock() throws SQLException {
        lockFunction("pg_advisory_unlock");
    }

    private boolean lockFunction(String function) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + function + "(hashtextextended(?, 0))")) {
            statement.setString(1, "sluice." + name);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, HASH_LENGTH);
    }
}
