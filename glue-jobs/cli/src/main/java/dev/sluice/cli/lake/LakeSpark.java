package dev.sluice.cli.lake;

import dev.sluice.raw.LocalDisk;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a local lake: this JVM alone, no web server, few partitions. */
final class LakeSpark {

    private LakeSpark() {}

    static SparkSession start(Home home) {
        SparkSession.Builder builder = SparkSession.builder()
                .appName("sluice")
                .master("local[*]")
                .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "4")
                .config("spark.default.parallelism", "4")
                .config("spark.databricks.delta.snapshotPartitions", "2")
                .config("spark.glue.local.bookmarks", home.glueBookmarks().toString())
                .config("spark.local.dir", home.scratch().toString())
                .config(
                        "spark.sql.warehouse.dir",
                        home.scratch().resolve("warehouse").toUri().toString());
        LocalDisk.settings().forEach(builder::config);
        return builder.getOrCreate();
    }
}
