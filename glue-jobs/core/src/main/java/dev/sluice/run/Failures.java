package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.kafka.KafkaFailures;
import dev.sluice.quality.Discretion;
import dev.sluice.raw.DiskFailures;
import dev.sluice.settings.TableName;
import java.io.FileNotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.sql.AnalysisException;

/** What an exception out of Spark, Delta or a driver means for a table. */
final class Failures {

    /** Of these a message says nothing that belongs to the server; the endpoint's own parts are not known here. */
    private static final JdbcEndpoint UNKNOWN = new JdbcEndpoint("", Optional.empty(), Optional.empty());

    private static final List<String> DAMAGED = List.of(
            "is not a parquet file", "could not read footer", "cannot_read_file_footer", "could not verify page");

    private Failures() {}

    static Failure of(TableName table, Throwable thrown, String runId, Instant at) {
        return of(table, Discretion.NONE, thrown, runId, at);
    }

    static Failure of(TableName table, Discretion discretion, Throwable thrown, String runId, Instant at) {
        SluiceException failure = translate(table, thrown);
        String message = discretion.message(failure.getMessage(), thrown);
        return new Failure(failure.code(), named(table, message), runId, at);
    }

    /** Parts that know no table, such as a connection, leave it to this place to name it. */
    private static String named(TableName table, String message) {
        if (message.contains(table.toString())) {
            return message;
        }
        String rest = message.startsWith("Cannot ") ? "cannot " + message.substring("Cannot ".length()) : message;
        return "Cannot run table " + table + ": " + rest;
    }

    static SluiceException translate(TableName table, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException known) {
                return known;
            }
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (DiskFailures.isFull(cause)) {
                return new SluiceException(
                        ErrorCode.STORAGE_FULL,
                        "Cannot write table " + table
                                + ": no space left on the zone's disk. Free space, then run again",
                        thrown);
            }
            if (SqlFailures.findSqlException(cause).isPresent()) {
                return SqlFailures.of("run table " + table, UNKNOWN, thrown);
            }
            // By its name: a session that reads no topic need not have Kafka's client.
            if (cause.getClass().getName().startsWith("org.apache.kafka.common.errors.")) {
                return KafkaFailures.of("run table " + table, cause);
            }
            if (isDamage(cause, message)) {
                return damaged(table, thrown, cause);
            }
            if (cause.getClass().getName().contains(".delta.")
                            && !cause.getClass().getSimpleName().startsWith("Concurrent")
                    || message.contains("_delta_log")) {
                return curatedCorrupt(table, thrown, cause);
            }
        }
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new SluiceException(
                ErrorCode.FAILED,
                "Cannot run table " + table + ": " + root.getClass().getSimpleName() + ": " + firstLine(root)
                        + (root instanceof AnalysisException
                                ? ". Check the table's schema and curate settings against its columns"
                                : ""),
                thrown);
    }

    private static boolean isDamage(Throwable cause, String message) {
        return cause instanceof FileNotFoundException
                || cause instanceof ChecksumException
                || !message.contains("_delta_log") && DAMAGED.stream().anyMatch(message::contains);
    }

    private static SluiceException damaged(TableName table, Throwable thrown, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        // Only raw has attempts, and only raw files are named by their batch.
        if (message.contains("/attempt=") && !message.contains("_delta_log")) {
            return new SluiceException(
                    ErrorCode.RAW_CORRUPT,
                    "Cannot read a raw file of table " + table + ": " + firstLine(cause)
                            + ". Restore it from the bucket's versions, or set the bookmark back with 'sluice bookmark"
                            + " rewind " + table + "', which discards the unfinished batch",
                    thrown);
        }
        return curatedCorrupt(table, thrown, cause);
    }

    private static SluiceException curatedCorrupt(TableName table, Throwable thrown, Throwable cause) {
        return new SluiceException(
                ErrorCode.CURATED_CORRUPT,
                "Cannot use curated table " + table + ": " + firstLine(cause)
                        + ". Restore its folder from the bucket's versions, or move it away and build it anew with"
                        + " 'sluice bookmark rewind " + table + " --to-start'",
                thrown);
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("");
    }
}
