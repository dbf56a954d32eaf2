package dev.sluice.load;

import dev.sluice.settings.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The load bookmark of one curated table in one target table. It lies in the target database, in {@code
 * sluice.load_bookmark}, so that it changes in one transaction with the rows it speaks of.
 */
final class LoadBookmarks {

    /** Which curated table the target equals, and at which version of it. */
    record Bookmark(String deltaTableId, long curatedVersion) {}

    /**
     * What a look at the bookmark found.
     *
     * @param bookmark the bookmark
     * @param ofTarget the same, but empty where the target table is gone
     */
    record Found(Optional<Bookmark> bookmark, Optional<Bookmark> ofTarget) {}

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String CREATION_LOCK = "sluice.load_bookmark";
    private static final String CREATE_SCHEMA = "CREATE SCHEMA sluice";
    private static final String CREATE_TABLE =
            """
            CREATE TABLE sluice.load_bookmark (
                source_table text NOT NULL,
                target_table text NOT NULL,
                delta_table_id text NOT NULL,
                curated_version bigint NOT NULL,
                loaded_at timestamptz NOT NULL,
                PRIMARY KEY (source_table, target_table))""";
    private static final String READ =
            """
            SELECT delta_table_id, curated_version, to_regclass(?) IS NOT NULL FROM sluice.load_bookmark
            WHERE source_table = ? AND target_table = ?""";
    private static final String MOVE =
            """
            INSERT INTO sluice.load_bookmark (source_table, target_table, delta_table_id, curated_version, loaded_at)
            VALUES (?, ?, ?, ?, now())
            ON CONFLICT (source_table, target_table) DO UPDATE SET delta_table_id = excluded.delta_table_id,
                curated_version = excluded.curated_version, loaded_at = excluded.loaded_at""";

    private final String sourceTable;
    private final TargetTable target;

    LoadBookmarks(TableName source, TargetTable target) {
        this.sourceTable = source.toString();
        this.target = target;
    }

    /** The bookmark as last committed, by one query; empty before the first load. Creates nothing. */
    Found find(Connection connection) throws SQLException {
        try {
            return read(connection, READ);
        } catch (SQLException failure) {
            if (UNDEFINED_TABLE.equals(failure.getSQLState())) {
                return new Found(Optional.empty(), Optional.empty());
            }
            throw failure;
        }
    }

    /** Creates the schema and the table if they are not there; any number of callers at once may. */
    static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            lock(connection, CREATION_LOCK);
            if (isAbsent(statement, "to_regnamespace('sluice')")) {
                statement.execute(CREATE_SCHEMA);
            }
            if (isAbsent(statement, "to_regclass('sluice.load_bookmark')")) {
                statement.execute(CREATE_TABLE);
            }
            connection.commit();
        } catch (SQLException failure) {
            connection.rollback();
            throw failure;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** The bookmark, which nobody else changes until this transaction ends; also where there is none yet. */
    Optional<Bookmark> lock(Connection connection) throws SQLException {
        lock(connection, "sluice.load " + sourceTable + " " + target);
        return read(connection, READ + " FOR UPDATE").bookmark();
    }

    /** Moves the bookmark; the transaction must hold its lock. */
    void move(Connection connection, Bookmark to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
            statement.setString(1, sourceTable);
            statement.setString(2, target.toString());
            statement.setString(3, to.deltaTableId());
            statement.setLong(4, to.curatedVersion());
            statement.executeUpdate();
        }
    }

    private Found read(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, target.sql());
            statement.setString(2, sourceTable);
            statement.setString(3, target.toString());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return new Found(Optional.empty(), Optional.empty());
                }
                Optional<Bookmark> found = Optional.of(new Bookmark(rows.getString(1), rows.getLong(2)));
                return new Found(found, rows.getBoolean(3) ? found : Optional.empty());
            }
        }
    }

    private static void lock(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
            statement.setString(1, name);
            statement.execute();
        }
    }

    private static boolean isAbsent(Statement statement, String name) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT " + name + " IS NULL")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }
}
