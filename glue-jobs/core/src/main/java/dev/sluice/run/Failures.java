package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.settings.TableName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/** What an exception out of Spark, Delta or a driver means for a table. */
final class Failures {

    private Failures() {}

    static Failure of(TableName table, Throwable thrown, String runId, Instant at) {
        SluiceException failure = translate(table, thrown);
        return new Failure(failure.code(), failure.getMessage(), runId, at);
    }

    static SluiceException translate(TableName table, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException known) {
                return known;
            }
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (cause instanceof IOException && message.contains("no space left on device")) {
                return new SluiceException(
                        ErrorCode.STORAGE_FULL,
                        "Cannot write table " + table
                                + ": no space left on the zone's disk. Free space, then run again",
                        thrown);
            }
            if (cause.getClass().getName().contains(".delta.")
                            && !(cause.getClass().getSimpleName().startsWith("Concurrent"))
                    || message.contains("_delta_log")) {
                return new SluiceException(
                        ErrorCode.CURATED_CORRUPT,
                        "Cannot use curated table " + table + ": " + firstLine(cause)
                                + ". Restore its folder from the bucket's versions, or build it anew with 'sluice bookmark"
                                + " rewind " + table + " --to beginning'",
                        thrown);
            }
            if (cause instanceof FileNotFoundException) {
                return new SluiceException(
                        ErrorCode.CURATED_CORRUPT,
                        "Cannot read a file of table " + table + ": " + firstLine(cause)
                                + ". Restore it from the bucket's versions",
                        thrown);
            }
        }
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new SluiceException(
                ErrorCode.FAILED,
                "Cannot run table " + table + ": " + root.getClass().getSimpleName() + ": " + firstLine(root),
                thrown);
    }

    private static String firstLine(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
