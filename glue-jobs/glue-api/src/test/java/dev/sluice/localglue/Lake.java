package dev.sluice.localglue;

import com.amazonaws.services.glue.DataSource;
import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.util.Job;
import com.amazonaws.services.glue.util.JsonOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One Spark session for all tests, and a database, a bookmark directory and a job name for each. */
final class Lake {
    static final GlueContext GLUE = new GlueContext(SparkSession.builder()
            .master("local[2]")
            .appName("glue-api")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
            .sparkContext());

    static final String JOB = "ingest orders/daily";
    final String url;
    private int runs;

    Lake(Path home, String database) {
        url = "jdbc:h2:mem:" + database + ";DB_CLOSE_DELAY=-1";
        session()
                .conf()
                .set("spark.glue.local.bookmarks", home.resolve("bookmarks").toString());
        session()
                .conf()
                .set(
                        "spark.glue.local.connections",
                        home.resolve("connections.json").toString());
        Job.reset();
        sql("DROP ALL OBJECTS");
    }

    static SparkSession session() {
        return GLUE.getSparkSession();
    }

    void sql(String... statements) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Starts a run with the bookmark option and returns its id, {@code jr_1} for the first. */
    String start(String option, String... more) {
        String runId = "jr_" + ++runs;
        Map<String, String> args = new LinkedHashMap<>();
        args.put("job-bookmark-option", "job-bookmark-" + option);
        args.put("JOB_RUN_ID", runId);
        for (int i = 0; i < more.length; i += 2) {
            args.put(more[i], more[i + 1]);
        }
        Job.init(JOB, GLUE, args);
        return runId;
    }

    /** JDBC options: the database's URL and the given ones, written as the inside of a JSON object. */
    JsonOptions options(String more) {
        return new JsonOptions("{\"url\": \"" + url + "\", " + more.replace('\'', '"') + "}");
    }

    DataSource orders(String context, String more) {
        return GLUE.getSource("jdbc", options("'dbtable': 'orders'" + more), context, "");
    }

    /** The ids of table orders that a run with the option reads, committed. */
    List<Integer> run(String option, String... more) {
        start(option, more);
        List<Integer> ids = ids(orders("orders", ", 'jobBookmarkKeys': ['id']").getDataFrame());
        Job.commit();
        return ids;
    }

    static List<Integer> ids(Dataset<Row> rows) {
        return rows.select("ID").sort("ID").collectAsList().stream()
                .map(row -> row.isNullAt(0) ? null : ((Number) row.get(0)).intValue())
                .toList();
    }
}
