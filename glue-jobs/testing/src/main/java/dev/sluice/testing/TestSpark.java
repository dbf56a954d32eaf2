package dev.sluice.testing;

import dev.sluice.raw.LocalDisk;
import org.apache.spark.sql.SparkSession;

/** One small Spark session with Delta for all tests of a JVM. */
public final class TestSpark {

    private static SparkSession session;

    private TestSpark() {}

    /** The session, started at the first call. */
    public static synchronized SparkSession session() {
        if (session == null) {
            SparkSession.Builder builder = SparkSession.builder()
                    .master("local[2]")
                    .appName("sluice-testing")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", "2")
                    .config("spark.sql.session.timeZone", "UTC")
                    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                    .config("spark.databricks.delta.snapshotPartitions", "1")
                    .config("spark.driver.host", "127.0.0.1")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/sluice-warehouse");
            LocalDisk.settings().forEach(builder::config);
            session = builder.getOrCreate();
        }
        return session;
    }
}
