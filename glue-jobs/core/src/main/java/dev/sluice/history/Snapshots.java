package dev.sluice.history;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.SparkNames;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.raw.ZoneFiles.ZoneFile;
import dev.sluice.settings.SnapshotPolicy;
import dev.sluice.settings.TableName;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Named snapshots of a curated table, below {@code _snapshots} in its folder: a document each, and one copy of each data
 * file that any of them holds. A vacuum leaves folders alone whose name begins so. A snapshot is there once its document is;
 * it costs the files that no other snapshot holds.
 */
public final class Snapshots {

    private static final String FOLDER = "/_snapshots";
    private static final String FILES = FOLDER + "/files/";
    private static final String DOCUMENT = ".json";

    private final ZoneFiles zone;
    private final TableName table;

    /** @param zone the curated zone */
    public Snapshots(ZoneFiles zone, TableName table) {
        this.zone = Objects.requireNonNull(zone, "zone");
        this.table = Objects.requireNonNull(table, "table");
    }

    /** Everything that is stored for snapshots. */
    public List<ZoneFile> stored() {
        return zone.list(table + FOLDER);
    }

    /** The names of the snapshots there are, oldest first. */
    public List<SnapshotName> names() {
        return stored().stream()
                .map(ZoneFile::path)
                .filter(path -> path.endsWith(DOCUMENT) && !path.startsWith(table + FILES))
                .map(path -> path.substring(table.toString().length() + FOLDER.length() + 1))
                .flatMap(file -> SnapshotName.find(file.substring(0, file.length() - DOCUMENT.length())).stream())
                .sorted()
                .toList();
    }

    /**
     * Takes today's snapshots that a policy wants and that are not there yet, of the table's latest version, and removes
     * those it keeps no longer. Under the table's lease; done again on one day it changes nothing.
     *
     * @param confirm asks for the lease once more, before a snapshot counts
     */
    public void keep(SparkSession spark, SnapshotPolicy policy, Clock clock, Runnable confirm) {
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        List<SnapshotName> present = names();
        List<SnapshotName> missing = SnapshotName.wanted(policy, day).stream()
                .filter(name -> !present.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            take(spark, missing, clock, confirm);
        }
        expire(policy, day);
    }

    private void take(SparkSession spark, List<SnapshotName> names, Clock clock, Runnable confirm) {
        Instant takenAt = clock.instant();
        DeltaLog log = DeltaLog.forTable(spark, zone.uri(table.toString()));
        Snapshot latest = log.update(false, scala.Option.empty(), scala.Option.empty());
        List<ZoneFile> files = files(latest);
        Set<String> present = stored().stream().map(ZoneFile::path).collect(Collectors.toSet());
        files.parallelStream()
                .filter(file -> !present.contains(table + FILES + file.path()))
                .forEach(file -> zone.copy(table + "/" + file.path(), table + FILES + file.path()));
        confirm.run();
        Instant committedAt = AsOf.committedAt(log, latest.version()).orElse(takenAt);
        for (SnapshotName name : names) {
            TableSnapshot snapshot = new TableSnapshot(
                    name,
                    latest.version(),
                    committedAt,
                    takenAt,
                    latest.metadata().schema().json(),
                    files);
            zone.createIfAbsent(document(name), snapshot.write());
            requireWhole(snapshot);
        }
    }

    private static List<ZoneFile> files(Snapshot snapshot) {
        return snapshot.allFiles().toDF().select("path", "size", "deletionVector").collectAsList().stream()
                .map(file -> {
                    if (!file.isNullAt(2)) {
                        throw new SluiceException(
                                ErrorCode.REQUEST_INVALID,
                                "Cannot take a snapshot of the table at " + snapshot.path()
                                        + ": it has deletion vectors, which a snapshot does not hold. Purge them with"
                                        + " REORG TABLE … APPLY (PURGE), or leave maintain.snapshots out");
                    }
                    return new ZoneFile(new Path(URI.create(file.getString(0))).toString(), file.getLong(1));
                })
                .sorted(Comparator.comparing(ZoneFile::path))
                .toList();
    }

    /** Files that no snapshot names any more go after the documents that named them. */
    private void expire(SnapshotPolicy policy, LocalDate day) {
        List<SnapshotName> over =
                names().stream().filter(name -> !name.isKept(policy, day)).toList();
        over.forEach(name -> zone.delete(document(name)));
        Set<String> named = names().stream()
                .flatMap(name -> load(name).files().stream())
                .map(file -> table + FILES + file.path())
                .collect(Collectors.toSet());
        stored().stream()
                .map(ZoneFile::path)
                .filter(path -> path.startsWith(table + FILES) && !named.contains(path))
                .forEach(zone::delete);
    }

    /** The snapshot that holds exactly what the table was at a time, if there is one. */
    Optional<TableSnapshot> find(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return names().stream()
                .filter(name -> !name.first().isBefore(day.withDayOfMonth(1)))
                .map(this::load)
                .filter(snapshot -> snapshot.held(at))
                .findFirst();
    }

    /** Throws {@code REQUEST_INVALID} naming those there are. */
    TableSnapshot load(SnapshotName name) {
        String path = document(name);
        return zone.read(path)
                .map(content -> TableSnapshot.read(path, content))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot read snapshot " + name + " of table " + table
                                + ": there is none of that name. There are "
                                + (names().isEmpty()
                                        ? "none at all; maintain.snapshots has them taken"
                                        : names().stream()
                                                .map(SnapshotName::toString)
                                                .collect(Collectors.joining(", ")))));
    }

    /** The snapshot's rows, lazily, with the columns the table had then. Throws {@code CURATED_CORRUPT}. */
    Dataset<Row> rows(SparkSession spark, TableSnapshot snapshot) {
        requireWhole(snapshot);
        StructType schema = (StructType) DataType.fromJson(snapshot.schema());
        if (snapshot.files().isEmpty()) {
            return spark.createDataFrame(List.of(), schema);
        }
        return spark.read()
                .schema(schema)
                .option("basePath", zone.uri(table + FILES))
                .parquet(snapshot.files().stream()
                        .map(file -> zone.uri(table + FILES + file.path()))
                        .toArray(String[]::new))
                // Columns that are in the files' paths come last otherwise.
                .select(Arrays.stream(schema.fieldNames())
                        .map(SparkNames::column)
                        .toArray(Column[]::new));
    }

    private void requireWhole(TableSnapshot snapshot) {
        Map<String, Long> present = stored().stream().collect(Collectors.toMap(ZoneFile::path, ZoneFile::bytes));
        snapshot.files().stream()
                .filter(file -> !Optional.of(file.bytes())
                        .equals(Optional.ofNullable(present.get(table + FILES + file.path()))))
                .findFirst()
                .ifPresent(file -> {
                    throw new SluiceException(
                            ErrorCode.CURATED_CORRUPT,
                            "Cannot use snapshot " + snapshot.name() + " of table " + table + ": file " + file.path()
                                    + " is missing or has another length. Restore it from the bucket's versions, or"
                                    + " delete " + document(snapshot.name()));
                });
    }

    private String document(SnapshotName name) {
        return table + FOLDER + "/" + name + DOCUMENT;
    }
}
