package dev.sluice.verify;

import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A view whose snapshot is exported: sessions of Spark's join it. */
final class PostgresView extends DatabaseView {

    private final String exported;

    private PostgresView(JdbcEndpoint endpoint, Connection connection, String action, String exported, Instant time) {
        super(endpoint, connection, action, time);
        this.exported = exported;
    }

    static PostgresView begin(JdbcEndpoint endpoint, Connection connection, String action) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot(), now()")) {
            row.next();
            return new PostgresView(
                    endpoint,
                    connection,
                    action,
                    row.getString(1),
                    row.getObject(2, OffsetDateTime.class).toInstant());
        }
    }

    @Override
    Dataset<Row> keys(SparkSession spark, String query) {
        Properties properties = Databases.properties(endpoint(), Databases.Purpose.READ);
        properties.setProperty("fetchsize", Integer.toString(FETCH_SIZE));
        properties.setProperty(
                "sessionInitStatement",
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT "
                        + SqlText.literal(exported) + "; " + Databases.sessionStatements(Databases.Purpose.READ));
        properties.setProperty("pushDownPredicate", "false");
        return spark.read()
                .jdbc(Databases.url(endpoint()), query, properties)
                .toDF(Side.KEY, Side.ROWS, Side.SUM, Side.PENDING);
    }
}
