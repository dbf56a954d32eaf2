package dev.sluice.curate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/** Makes Delta keep a table's log and the files of its earlier versions as long as {@code curate.retention} says. */
final class Retention {

    /** How long commits can be named; log entries before a checkpoint that is older are removed with the next one. */
    private static final String LOG = "logRetentionDuration";
    /** How long a file that no version needs any more is left by a vacuum. */
    private static final String FILES = "deletedFileRetentionDuration";

    private Retention() {}

    /** Lets tables that the session makes begin with the retention. */
    static void prepare(SparkSession session, Duration retention) {
        for (String property : new String[] {LOG, FILES}) {
            session.conf().set("spark.databricks.delta.properties.defaults." + property, interval(retention));
        }
    }

    /** Gives a table the retention, in a commit of its own, if it does not have it. */
    static void apply(SparkSession spark, String location, Duration retention) {
        scala.collection.immutable.Map<String, String> present = DeltaLog.forTable(spark, location)
                .update(false, scala.Option.empty(), scala.Option.empty())
                .metadata()
                .configuration();
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("delta." + LOG, interval(retention));
        wanted.put("delta." + FILES, interval(retention));
        wanted.entrySet().removeIf(property -> present.get(property.getKey()).contains(property.getValue()));
        if (!wanted.isEmpty()) {
            spark.sql("ALTER TABLE delta.`" + location + "` SET TBLPROPERTIES ("
                    + wanted.entrySet().stream()
                            .map(property -> "'" + property.getKey() + "' = '" + property.getValue() + "'")
                            .collect(Collectors.joining(", "))
                    + ")");
        }
    }

    private static String interval(Duration retention) {
        return "interval " + retention.toSeconds() + " seconds";
    }
}
