package dev.sluice.verify;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.TableState;
import dev.sluice.curate.CuratedZone;
import dev.sluice.run.Platform;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.TableName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/** A curated table's rows at one version, and what both comparisons ask of its columns. */
final class CuratedRows {

    private CuratedRows() {}

    /** The rows, lazily; throws {@code CURATED_CORRUPT} where the version is not there. */
    static Dataset<Row> read(Platform platform, SparkSession spark, TableName table, long version) {
        String location = new CuratedZone(platform.zones().curated()).location(table);
        try {
            return spark.read().format("delta").option("versionAsOf", version).load(location);
        } catch (Exception failure) {
            // Spark declares no checked exceptions and throws its own all the same.
            throw new SluiceException(
                    ErrorCode.CURATED_CORRUPT,
                    "Cannot read curated table " + table + " at version " + version + ": "
                            + String.valueOf(failure.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")
                            + ". Restore " + location + " from the bucket's versions, or where its log no longer"
                            + " reaches back that far run or load the table and verify again",
                    failure);
        }
    }

    /** The version of the last batch; throws {@code REQUEST_INVALID} before the first. */
    static long version(TableState state) {
        return state.curatedVersion()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot verify table " + state.table()
                                + ": nothing has been ingested yet. Run it first with 'sluice run " + state.table()
                                + "'"));
    }

    /** The table's latest version; empty where no Delta table is there. */
    static Optional<Long> latestVersion(Platform platform, SparkSession spark, TableName table) {
        String location = new CuratedZone(platform.zones().curated()).location(table);
        long version = DeltaLog.forTableWithSnapshot(spark, location)._2().version();
        return version < 0 ? Optional.empty() : Optional.of(version);
    }

    static List<Column> columns(Dataset<Row> rows) {
        return Arrays.stream(rows.schema().fields())
                .map(field ->
                        new Column(field.name(), ColumnType.of(field.dataType().catalogString())))
                .toList();
    }

    /**
     * The places of the key's columns among those compared; empty where there is no key, or one of its columns is not
     * compared, and rows can only be told by all their columns.
     */
    static List<Integer> key(List<String> primaryKey, List<ComparedColumn> columns) {
        List<String> names = columns.stream().map(ComparedColumn::name).toList();
        return names.containsAll(primaryKey)
                ? primaryKey.stream().map(names::indexOf).toList()
                : List.of();
    }

    /** What to say of rows that cannot be told by their key. */
    static List<String> keyNotes(List<String> primaryKey, List<Integer> key) {
        if (!key.isEmpty()) {
            return List.of();
        }
        return List.of(
                primaryKey.isEmpty()
                        ? "the table has no primary key, so rows are compared as wholes"
                        : "not all columns of the primary key " + primaryKey
                                + " can be compared, so rows are compared as wholes");
    }
}
