package dev.sluice.curate;

import dev.sluice.settings.TableSettings;
import io.delta.tables.DeltaTable;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.functions;
import scala.Console;

/**
 * Keeps a curated table's files in good order. Compaction and clustering are Delta commits that change no row, which loads
 * pass over; whoever reads an earlier version still finds its files until a vacuum, and that spares what was promised.
 */
public final class Upkeep {

    /** Files of this size are read well, and a merge that touches one rewrites no more than this. */
    private static final long FILE_BYTES = 128L << 20;

    /** What is larger is left as it is, so that a table is not rewritten for every few rows that come. */
    private static final long SMALL_FILE_BYTES = FILE_BYTES / 2;

    /** Z-order rewrites everything, so it waits until this share of the bytes was written since the last time. */
    private static final double SHARE_TO_CLUSTER = 0.1;

    private static final double SECONDS_PER_HOUR = 3600;

    /** How far back the last clustering is looked for; reading the log of each commit takes time. */
    private static final int COMMITS_LOOKED_AT = 1000;

    private final SparkSession spark;
    private final String location;
    private final TableSettings settings;

    /**
     * @param spark a session of its own for the table
     * @param location the table's root as Spark names it; a Delta table is there
     */
    public Upkeep(SparkSession spark, String location, TableSettings settings) {
        this.spark = Objects.requireNonNull(spark, "spark");
        this.location = Objects.requireNonNull(location, "location");
        this.settings = Objects.requireNonNull(settings, "settings");
        spark.conf().set("spark.databricks.delta.optimize.maxFileSize", String.valueOf(FILE_BYTES));
        spark.conf().set("spark.databricks.delta.optimize.minFileSize", String.valueOf(SMALL_FILE_BYTES));
        spark.conf().set("spark.databricks.delta.commitInfo.userMetadata", "sluice maintain");
        // A vacuum lists with so many tasks, of 10,000 by default, however few folders there are.
        spark.conf()
                .set(
                        "spark.sql.sources.parallelPartitionDiscovery.parallelism",
                        String.valueOf(4 * spark.sparkContext().defaultParallelism()));
    }

    /** Files and bytes of curated's latest version. */
    public record Size(long files, long bytes) {}

    /** What the table's latest version consists of. */
    public Size size() {
        Snapshot snapshot = snapshot();
        return new Size(snapshot.numOfFiles(), snapshot.sizeInBytes());
    }

    /** Joins small files of a partition; a table without several of them is left as it is. */
    public void compact() {
        DeltaTable.forPath(spark, location).optimize().executeCompaction();
    }

    /** Whether so much was written since the last time that rows are worth being sorted again. */
    public boolean needsClustering() {
        if (settings.maintain().clusterBy().isEmpty()) {
            return false;
        }
        Snapshot now = snapshot();
        if (now.numOfFiles() == 0) {
            return false;
        }
        OptionalLong last = lastClustered();
        if (last.isEmpty()) {
            return true;
        }
        Set<String> clustered = new HashSet<>(paths(snapshotAt(last.getAsLong()))
                .select("path")
                .as(Encoders.STRING())
                .collectAsList());
        long since = paths(now).collectAsList().stream()
                .filter(file -> !clustered.contains(file.getString(0)))
                .mapToLong(file -> file.getLong(1))
                .sum();
        return since >= SHARE_TO_CLUSTER * now.sizeInBytes();
    }

    /** Sorts the rows of each partition anew, so that those close in the columns of {@code cluster-by} share files. */
    public void cluster() {
        DeltaTable.forPath(spark, location)
                .optimize()
                .executeZOrderBy(settings.maintain().clusterBy().toArray(String[]::new));
    }

    /** The last version that was clustered by the same columns, if the log still names it and its files are known. */
    private OptionalLong lastClustered() {
        List<Row> found = DeltaTable.forPath(spark, location)
                .history(COMMITS_LOOKED_AT)
                .filter(functions.col("operation").equalTo("OPTIMIZE"))
                .filter(functions
                        .element_at(functions.col("operationParameters"), "zOrderBy")
                        .equalTo(zOrder()))
                .select("version")
                .orderBy(functions.col("version").desc())
                .limit(1)
                .collectAsList();
        return found.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(found.get(0).getLong(0));
    }

    /** As Delta writes it into its history. */
    private String zOrder() {
        return settings.maintain().clusterBy().stream()
                .collect(java.util.stream.Collectors.joining("\",\"", "[\"", "\"]"));
    }

    /**
     * Removes files that no version of the last {@link TableSettings#vacuumAfter} needs, those of writers that died among
     * them. What the table itself keeps longer, as by a {@code retention} that was taken out of the settings, stays.
     */
    public void vacuum() {
        settings.curate().retention().ifPresent(retention -> Retention.apply(spark, location, retention));
        Duration kept =
                Duration.ofMillis(DeltaLog.tombstoneRetentionMillis(snapshot().metadata()));
        Duration asked = settings.vacuumAfter();
        double spared = hours(asked.compareTo(kept) > 0 ? asked : kept);
        // Delta prints what it has deleted, where a command's answer belongs.
        Console.withOut(OutputStream.nullOutputStream(), () -> DeltaTable.forPath(spark, location)
                .vacuum(spared));
    }

    private static double hours(Duration duration) {
        return duration.toSeconds() / SECONDS_PER_HOUR;
    }

    private static Dataset<Row> paths(Snapshot snapshot) {
        return snapshot.allFiles().toDF().select(new Column[] {functions.col("path"), functions.col("size")});
    }

    private Snapshot snapshot() {
        return DeltaLog.forTable(spark, location).update(false, scala.Option.empty(), scala.Option.empty());
    }

    private Snapshot snapshotAt(long version) {
        return DeltaLog.forTable(spark, location).getSnapshotAt(version, scala.Option.empty(), scala.Option.empty());
    }
}
