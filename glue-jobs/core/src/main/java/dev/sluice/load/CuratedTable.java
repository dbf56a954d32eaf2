package dev.sluice.load;

import static dev.sluice.SparkNames.columns;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.AddCDCFile;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.actions.Metadata;
import org.apache.spark.sql.delta.actions.RemoveFile;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/** A curated Delta table as of its latest version, and what has changed in it since an earlier one. */
final class CuratedTable {

    /** What the commits of a range did to the rows. */
    enum Effect {
        /** Nothing: files were rearranged, or only metadata changed. */
        NONE,
        /** Rows were added. */
        INSERTS,
        /** Rows were added, changed or taken back. */
        ANY
    }

    /**
     * The commits after a version, to the latest.
     *
     * @param from the first version, inclusive
     * @param effect what they did
     * @param bytes the size of the files that hold the changes
     */
    record Changes(long from, Effect effect, long bytes) {}

    private static final String VERSION = "_commit_version";
    private static final String TYPE = "_change_type";
    private static final String RANK = "_sluice_rank";
    private static final String INSERT = "insert";
    private static final String DELETE = "delete";
    private static final String PREIMAGE = "update_preimage";

    private final SparkSession spark;
    private final String path;
    private final DeltaLog log;
    private final Snapshot snapshot;

    private CuratedTable(SparkSession spark, String path, DeltaLog log, Snapshot snapshot) {
        this.spark = spark;
        this.path = path;
        this.log = log;
        this.snapshot = snapshot;
    }

    /** The table at its latest version, by its own log; empty where no Delta table lies there. */
    static Optional<CuratedTable> find(SparkSession spark, String path) {
        Tuple2<DeltaLog, Snapshot> found = DeltaLog.forTableWithSnapshot(spark, path);
        return found._2().version() < 0
                ? Optional.empty()
                : Optional.of(new CuratedTable(spark, path, found._1(), found._2()));
    }

    /** The table's identity; a table that was dropped and made again has another. */
    String id() {
        return snapshot.metadata().id();
    }

    long version() {
        return snapshot.version();
    }

    StructType schema() {
        return snapshot.metadata().schema();
    }

    /** The columns the table had at an earlier version; empty where the log no longer says. */
    Optional<StructType> schemaAt(long version) {
        try {
            return Optional.of(log.getSnapshotAt(version, log.getSnapshotAt$default$2(), log.getSnapshotAt$default$3())
                    .metadata()
                    .schema());
        } catch (RuntimeException failure) {
            if (isFeedLost(failure)) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    /**
     * What happened after a version, read from the log without a Spark job; empty where the log no longer says, and where a
     * column had another type: its files of then cannot be read as what it is now.
     */
    Optional<Changes> changesSince(long version) {
        boolean inserts = false;
        boolean others = false;
        boolean described = false;
        long bytes = 0;
        try {
            var commits = log.getChanges(version + 1, true);
            while (commits.hasNext()) {
                Tuple2<?, ?> commit = commits.next();
                if ((Long) commit._1() > version()) {
                    break;
                }
                var actions = ((scala.collection.Iterable<?>) commit._2()).iterator();
                if (!actions.hasNext()) {
                    // Every commit says at least who made it; an emptied one would pass for one without changes.
                    throw new IllegalStateException("commit " + commit._1() + " of its log is empty");
                }
                while (actions.hasNext()) {
                    Object action = actions.next();
                    if (action instanceof AddCDCFile file) {
                        others = true;
                        bytes += file.size();
                    } else if (action instanceof AddFile file && file.dataChange()) {
                        inserts = true;
                        bytes += file.size();
                    } else if (action instanceof RemoveFile file && file.dataChange()) {
                        others = true;
                    } else if (action instanceof Metadata) {
                        described = true;
                    }
                }
            }
        } catch (RuntimeException failure) {
            if (isFeedLost(failure)) {
                return Optional.empty();
            }
            throw failure;
        }
        if (described && schemaAt(version).filter(this::isRead).isEmpty()) {
            return Optional.empty();
        }
        Effect effect = others ? Effect.ANY : inserts ? Effect.INSERTS : Effect.NONE;
        return Optional.of(new Changes(version + 1, effect, bytes));
    }

    /** Whether files of an earlier schema are read as the latest: it may have more columns, and none of another type. */
    private boolean isRead(StructType earlier) {
        List<String> now = List.of(schema().fieldNames());
        return Stream.of(earlier.fields())
                .filter(field -> now.contains(field.name()))
                .allMatch(field -> schema().apply(field.name()).dataType().equals(field.dataType()));
    }

    /** All rows, each to be put into the target. */
    Dataset<Row> rows() {
        return spark.read()
                .format("delta")
                .option("versionAsOf", version())
                .load(path)
                .withColumn(StagingTable.OPERATION, functions.lit("U"));
    }

    /** The rows that were added, each as often as it was. */
    Dataset<Row> inserted(Changes changes) {
        return feed(changes)
                .filter(functions.col(TYPE).equalTo(INSERT))
                .drop(TYPE, VERSION, "_commit_timestamp")
                .withColumn(StagingTable.OPERATION, functions.lit("U"));
    }

    /**
     * The net change per key: the last version's, and within one version the row that is there after it, for a commit
     * that rewrites a row reports its old place as deleted.
     */
    Dataset<Row> changed(Changes changes, List<String> key, int partitions) {
        Column[] columns = columns(key);
        Column isDelete = functions.col(TYPE).equalTo(DELETE);
        return feed(changes)
                .filter(functions.col(TYPE).notEqual(PREIMAGE))
                .repartition(partitions, columns)
                .withColumn(
                        RANK,
                        functions
                                .row_number()
                                .over(Window.partitionBy(columns)
                                        .orderBy(functions.col(VERSION).desc(), isDelete.asc())))
                .filter(functions.col(RANK).equalTo(1))
                .withColumn(
                        StagingTable.OPERATION, functions.when(isDelete, "D").otherwise("U"))
                .drop(RANK, TYPE, VERSION, "_commit_timestamp");
    }

    /** Whether a failed read means that the log or the change feed no longer reaches back, or cannot be read as one. */
    static boolean isFeedLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileNotFoundException) {
                return true;
            }
            if (cause instanceof SparkThrowable coded && coded.getErrorClass() != null) {
                String error = coded.getErrorClass();
                if (error.startsWith("DELTA_MISSING_")
                        || error.startsWith("DELTA_CHANGE_")
                        || error.startsWith("DELTA_FILE_NOT_FOUND")
                        || error.startsWith("DELTA_LOG_FILE_NOT_FOUND")
                        || error.startsWith("DELTA_TRUNCATED_TRANSACTION_LOG")
                        || error.startsWith("DELTA_VERSIONS_NOT_CONTIGUOUS")) {
                    return true;
                }
            }
        }
        return false;
    }

    private Dataset<Row> feed(Changes changes) {
        return spark.read()
                .format("delta")
                .option("readChangeFeed", "true")
                .option("startingVersion", changes.from())
                .option("endingVersion", version())
                .load(path);
    }
}
