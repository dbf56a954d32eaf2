package dev.sluice.verify;

import dev.sluice.database.JdbcEndpoint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A view no other session can join: what Spark is to have passes through here, part by part. */
final class MysqlView extends DatabaseView {

    private static final int PART = 100_000;

    private static final StructType KEYS = new StructType()
            .add(Side.KEY, DataTypes.LongType)
            .add(Side.ROWS, DataTypes.LongType)
            .add(Side.SUM, DataTypes.LongType)
            .add(Side.PENDING, DataTypes.BooleanType);

    private MysqlView(JdbcEndpoint endpoint, Connection connection, String action, Instant time) {
        super(endpoint, connection, action, time);
    }

    static MysqlView begin(JdbcEndpoint endpoint, Connection connection, String action) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            try (ResultSet row = statement.executeQuery("SELECT UTC_TIMESTAMP(6)")) {
                row.next();
                return new MysqlView(
                        endpoint,
                        connection,
                        action,
                        row.getObject(1, LocalDateTime.class).toInstant(ZoneOffset.UTC));
            }
        }
    }

    /** Each part is kept by Spark's executors, so that the driver holds one at a time. */
    @Override
    Dataset<Row> keys(SparkSession spark, String query) {
        List<Row> part = new ArrayList<>();
        Dataset<Row> kept = spark.createDataFrame(List.of(), KEYS);
        List<Dataset<Row>> parts = new ArrayList<>(List.of(kept));
        each("SELECT * FROM " + query, row -> {
            part.add(RowFactory.create(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4)));
            if (part.size() == PART) {
                parts.add(keep(spark, part));
            }
        });
        parts.add(keep(spark, part));
        return parts.stream().reduce(Dataset::union).orElseThrow();
    }

    private static Dataset<Row> keep(SparkSession spark, List<Row> part) {
        Dataset<Row> kept = spark.createDataFrame(List.copyOf(part), KEYS).localCheckpoint(true);
        part.clear();
        return kept;
    }
}
