package dev.sluice.history;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.curate.CuratedZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Platform;
import dev.sluice.settings.TableName;
import java.net.URI;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaHistoryManager;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;

/**
 * Reads curated tables as they were at an earlier time: what a reader of the lake saw then, whatever was ingested since.
 * {@code curate.retention} says how far back that reaches for certain.
 */
public final class AsOf {

    private final Platform platform;

    public AsOf(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
    }

    /**
     * A curated table as it was.
     *
     * @param table the table
     * @param version the Delta version
     * @param committedAt when that version came to be, by the zone's clock
     * @param rows its rows, lazily
     */
    public record Moment(TableName table, long version, Instant committedAt, Dataset<Row> rows) {
        public Moment {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(committedAt, "committedAt");
            Objects.requireNonNull(rows, "rows");
        }

        /** Writes all rows as {@link RowExport#write} does. */
        public long export(String folder, Format format) {
            return RowExport.write(rows, folder, format);
        }
    }

    /** What an export is written as. */
    public enum Format {
        PARQUET,
        CSV,
        JSON
    }

    /** What of a table's past is asked for. */
    public sealed interface When {
        /** The table at a time. */
        record Time(Instant at) implements When {}

        /** A snapshot that was taken of it. */
        record Taken(SnapshotName name) implements When {}
    }

    /** What a person writes: the name of a snapshot, else a {@link #time}. Throws {@code REQUEST_INVALID}. */
    public static When when(String text) {
        return SnapshotName.find(text.strip()).<When>map(When.Taken::new).orElseGet(() -> new When.Time(time(text)));
    }

    /** The table at a time or as a snapshot holds it. */
    public Moment read(TableName table, When when) {
        if (when instanceof When.Taken taken) {
            Snapshots snapshots = snapshots(table);
            return moment(table, snapshots, snapshots.load(taken.name()));
        }
        return read(table, ((When.Time) when).at());
    }

    /**
     * The time a person writes, ISO 8601: with an offset, else in UTC; a date alone is the beginning of the day. Throws
     * {@code REQUEST_INVALID}.
     */
    public static Instant time(String text) {
        String written = text.strip().replace(' ', 'T');
        try {
            if (written.length() == "2026-01-31".length()) {
                return LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            return written.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? OffsetDateTime.parse(written).toInstant()
                    : LocalDateTime.parse(written).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException unreadable) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read time: " + text
                            + ". Write it like 2026-01-31T12:00:00Z, 2026-01-31T12:00 or 2026-01-31, or name a snapshot"
                            + " like daily-2026-01-31 or monthly-2026-01",
                    unreadable);
        }
    }

    /**
     * The table at a time: the last version committed at or before it, from a snapshot where it is no longer whole and one
     * was taken before the next version came. Throws {@code REQUEST_INVALID} naming the earliest
     * time that can be read where the version is no longer complete or there was none, and for a time that is yet to come.
     */
    public Moment read(TableName table, Instant at) {
        SparkSession spark = session();
        String location = new CuratedZone(platform.zones().curated()).location(table);
        DeltaLog log = DeltaLog.forTableWithSnapshot(spark, location)._1();
        long latest = log.unsafeVolatileSnapshot().version();
        if (latest < 0) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read table " + table + " as of " + at + ": there is no Delta table at " + location
                            + ". Run it first with 'sluice run " + table + "'");
        }
        if (at.isAfter(platform.clock().instant())) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read table " + table + " as of " + at
                            + ": that time is yet to come. Give one that is past");
        }
        DeltaHistoryManager.Commit commit = log.history().getActiveCommitAtTime(Timestamp.from(at), true, true, true);
        Set<String> present = files(table);
        if (committedAt(commit).isAfter(at) || !isComplete(log, commit.version(), present)) {
            Snapshots snapshots = snapshots(table);
            return snapshots
                    .find(at)
                    .map(snapshot -> moment(table, snapshots, snapshot))
                    .orElseThrow(
                            () -> outsidePromise(table, at, log, commit.version(), latest, present, snapshots.names()));
        }
        return new Moment(
                table,
                commit.version(),
                committedAt(commit),
                spark.read()
                        .format("delta")
                        .option("versionAsOf", commit.version())
                        .load(location));
    }

    private SparkSession session() {
        SparkSession spark = platform.spark().newSession();
        spark.conf().set("spark.sql.session.timeZone", "UTC");
        return spark;
    }

    private Snapshots snapshots(TableName table) {
        return new Snapshots(platform.zones().curated(), table);
    }

    private Moment moment(TableName table, Snapshots snapshots, TableSnapshot snapshot) {
        return new Moment(table, snapshot.version(), snapshot.committedAt(), snapshots.rows(session(), snapshot));
    }

    private SluiceException outsidePromise(
            TableName table,
            Instant at,
            DeltaLog log,
            long version,
            long latest,
            Set<String> present,
            List<SnapshotName> snapshots) {
        Optional<Instant> earliest = earliestComplete(log, version, latest, present);
        String promise = platform.settings()
                .findTable(table)
                .flatMap(settings -> settings.curate().retention())
                .map(retention -> "curate.retention promises " + retention)
                .orElse("curate.retention is not set, so Delta's own defaults hold");
        return new SluiceException(
                earliest.isEmpty() ? ErrorCode.CURATED_CORRUPT : ErrorCode.REQUEST_INVALID,
                "Cannot read table " + table + " as of " + at + ": "
                        + earliest.map(time -> "the earliest time that can be read is " + time + "; " + promise)
                                .orElse("not even its latest version has all its files")
                        + (earliest.isEmpty()
                                ? ". Restore its folder from the bucket's versions"
                                : ". Give that time or a later one"
                                        + (snapshots.isEmpty()
                                                ? ""
                                                : ", or a snapshot: "
                                                        + snapshots.stream()
                                                                .map(SnapshotName::toString)
                                                                .collect(Collectors.joining(", ")))));
    }

    /** Vacuum removes the files of the oldest versions first, so whatever follows a complete version is complete. */
    private static Optional<Instant> earliestComplete(DeltaLog log, long version, long latest, Set<String> present) {
        long low = version;
        long high = latest;
        if (!isComplete(log, latest, present)) {
            return Optional.empty();
        }
        while (low < high) {
            long middle = (low + high) / 2;
            if (isComplete(log, middle, present)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return committedAt(log, low);
    }

    /** When a version came to be, if the log still says. */
    static Optional<Instant> committedAt(DeltaLog log, long version) {
        return scala.collection.JavaConverters.seqAsJavaList(
                        log.history().getHistory(version, scala.Option.apply((Object) version)))
                .stream()
                .filter(entry -> entry.getVersion() == version)
                .map(entry -> Instant.ofEpochMilli(entry.getTimestamp()))
                .findFirst();
    }

    private static boolean isComplete(DeltaLog log, long version, Set<String> present) {
        Snapshot snapshot = log.getSnapshotAt(version, log.getSnapshotAt$default$2(), log.getSnapshotAt$default$3());
        List<String> paths =
                snapshot.allFiles().toDF().select("path").as(Encoders.STRING()).collectAsList();
        return paths.stream()
                .map(path -> new Path(URI.create(path)).toString())
                .allMatch(path -> new Path(path).isAbsolute() || present.contains(path));
    }

    /** The table's data files, relative to its folder. */
    private Set<String> files(TableName table) {
        String folder = table + "/";
        return platform.zones().curated().list(table.toString()).stream()
                .map(ZoneFiles.ZoneFile::path)
                .map(path -> path.substring(folder.length()))
                .filter(path -> !path.startsWith("_delta_log/"))
                .collect(Collectors.toSet());
    }

    private static Instant committedAt(DeltaHistoryManager.Commit commit) {
        return Instant.ofEpochMilli(commit.timestamp());
    }
}
