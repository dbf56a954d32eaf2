package dev.sluice.verify;

import dev.sluice.database.DatabaseKind;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A read-only transaction that sees one instant, and the database's time when it began. */
abstract class DatabaseView implements AutoCloseable {

    static final int FETCH_SIZE = 10_000;

    private final JdbcEndpoint endpoint;
    private final Connection connection;
    private final String action;
    private final Instant time;

    DatabaseView(JdbcEndpoint endpoint, Connection connection, String action, Instant time) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.action = action;
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
            return switch (DatabaseKind.of(endpoint)) {
                case POSTGRESQL -> PostgresView.begin(endpoint, connection, action);
                case MYSQL -> MysqlView.begin(endpoint, connection, action);
                case SQLSERVER, ORACLE -> {
                    connection.close();
                    throw Texts.unsupported(DatabaseKind.of(endpoint));
                }
            };
        } catch (SQLException failure) {
            try {
                connection.close();
            } catch (SQLException second) {
                failure.addSuppressed(second);
            }
            throw SqlFailures.of(action, endpoint, failure);
        }
    }

    /** The keys of a query in parentheses, in the columns of {@link Side#keys}, as this view sees them. */
    abstract Dataset<Row> keys(SparkSession spark, String query);

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
        List<T> read = new ArrayList<>();
        each(sql, row -> read.add(reader.read(row)));
        return read;
    }

    /** Shows the rows of a statement one after the other; rows come by fetch size. */
    void each(String sql, RowVisitor visitor) {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    visitor.visit(result);
                }
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

    /** Reads one row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Looks at one row. */
    interface RowVisitor {
        void visit(ResultSet row) throws SQLException;
    }
}
