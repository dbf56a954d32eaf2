package dev.sluice.aws.result;

import dev.sluice.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a job did.
 *
 * @param tables how many tables had their turn; of a load, targets; of an ingest, views that failed besides
 * @param idle how many of these had nothing new
 * @param rows rows ingested, upserted and deleted, or compared
 * @param quarantined rows of these in quarantine
 * @param failures one for each table or view that failed, or one for the whole job; empty where all went well
 * @param retryable whether the same job may do better later with nothing changed by a person
 */
public record JobOutcome(
        int tables, int idle, long rows, long quarantined, List<JobFailure> failures, boolean retryable) {

    public JobOutcome {
        failures = List.copyOf(failures);
    }

    /** An outcome that may be retried where one of its failures may. */
    public JobOutcome(int tables, int idle, long rows, long quarantined, List<JobFailure> failures) {
        this(tables, idle, rows, quarantined, failures, failures.stream().anyMatch(failure -> failure.code()
                .retryable()));
    }

    /** The outcome of a job that ended before any table had its turn. */
    public static JobOutcome ofWholeJob(Throwable thrown) {
        return new JobOutcome(0, 0, 0, 0, List.of(JobFailure.ofWholeJob(thrown)));
    }

    /** How many tables failed; 0 where the whole job did. */
    public int failed() {
        return (int) failures.stream()
                .filter(failure -> !failure.table().equals(JobFailure.WHOLE_JOB))
                .count();
    }

    /** The code that all failures share, else {@code FAILED}; meaningless where there is none. */
    public ErrorCode error() {
        Set<ErrorCode> codes = failures.stream().map(JobFailure::code).collect(Collectors.toSet());
        return codes.size() == 1 ? codes.iterator().next() : ErrorCode.FAILED;
    }
}
