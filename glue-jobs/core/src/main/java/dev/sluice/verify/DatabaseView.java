package dev.sluice.verify;

import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.database.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A read-only transaction, its snapshot exported, and the database's time when it began. */
final class DatabaseView implements AutoCloseable {

    private static final int FETCH_SIZE = 10_000;

    private final JdbcEndpoint endpoint;
    private final Connection connection;
    private final String action;
    private final String exported;
    private final Instant time;

    private DatabaseView(JdbcEndpoint endpoint, Connection connection, String action, String exported, Instant time) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.action = action;
        this.exported = exported;
        this.time = time;
    }

    /**
     * Begins the transaction on a connection, which the view then closes.
     *
     * @param action what it is for, as "verify table shop/orders"
     */
    static DatabaseView begin(JdbcEndpoint endpoint, String action) {
        Connection connection = Databases.open(endpoint, Databases.Purpose.READ);
        try {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_export_snapshot(), now()")) {
                row.next();
                return new DatabaseView(
                        endpoint,
                        connection,
                        action,
                        row.getString(1),
                        row.getObject(2, OffsetDateTime.class).toInstant());
            }
        } catch (SQLException failure) {
            try {
                connection.close();
            } catch (SQLException second) {
                failure.addSuppressed(second);
            }
            throw SqlFailures.of(action, endpoint, failure);
        }
    }

    Connection connection() {
        return connection;
    }

    JdbcEndpoint endpoint() {
        return endpoint;
    }

    Instant time() {
        return time;
    }

    <T> List<T> query(String sql, RowReader<T> reader) {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet result = statement.executeQuery(sql)) {
                List<T> read = new ArrayList<>();
                while (result.next()) {
                    read.add(reader.read(result));
                }
                return read;
            }
        } catch (SQLException failure) {
            throw SqlFailures.of(action, endpoint, failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.rollback();
            connection.close();
        } catch (SQLException failure) {
            throw SqlFailures.of(action, endpoint, failure);
        }
    }

    /** Rows of a query in parentheses, lazily, by a session of Spark's that joins this snapshot. */
    Dataset<Row> read(SparkSession spark, String query) {
        Properties properties = Databases.properties(endpoint, Databases.Purpose.READ);
        properties.setProperty("fetchsize", Integer.toString(FETCH_SIZE));
        properties.setProperty(
                "sessionInitStatement",
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT "
                        + SqlText.literal(exported) + "; " + Databases.sessionStatements(Databases.Purpose.READ));
        properties.setProperty("pushDownPredicate", "false");
        return spark.read().jdbc(endpoint.url(), query, properties);
    }

    /** Reads one row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
