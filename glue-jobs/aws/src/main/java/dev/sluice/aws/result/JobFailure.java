package dev.sluice.aws.result;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import java.util.Objects;

/**
 * Why a part of a job failed, or all of it.
 *
 * @param table the table, of a load with its target; {@link #WHOLE_JOB} where the job failed before any had its turn
 * @param code what went wrong
 * @param message in words, with the remedy
 */
public record JobFailure(String table, ErrorCode code, String message) {

    /** In place of a table's name. */
    public static final String WHOLE_JOB = "*";

    public JobFailure {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** A table's failure as its run noted it. */
    public static JobFailure of(String table, Failure failure) {
        return new JobFailure(table, failure.code(), failure.message());
    }

    /** The failure of a whole job; what is not an error of Sluice's own counts as {@code FAILED}. */
    static JobFailure ofWholeJob(Throwable thrown) {
        if (thrown instanceof SluiceException known) {
            return new JobFailure(WHOLE_JOB, known.code(), String.valueOf(known.getMessage()));
        }
        return new JobFailure(
                WHOLE_JOB,
                ErrorCode.FAILED,
                "Cannot run the job: " + thrown.getClass().getName() + ": " + thrown.getMessage()
                        + ". The job's log has the details.");
    }

    /** For people, on one line where the message is. */
    public String line() {
        return (table.equals(WHOLE_JOB) ? "" : table + ": ") + code + ": " + message;
    }
}
