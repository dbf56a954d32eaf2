package dev.sluice.aws.result;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A job's result as the state machine reads it: one item of the runs table, small enough for an execution's input.
 *
 * @param run the run it belongs to: the execution's name, else the job run's id
 * @param job which job
 * @param jobRunId the job run's id in Glue; {@code unknown} where the job ended before Glue told it
 * @param startedAt when the job began
 * @param endedAt when it ended
 * @param outcome what it did
 */
public record JobResult(
        String run, JobKind job, String jobRunId, Instant startedAt, Instant endedAt, JobOutcome outcome) {

    /** Hash key of the runs table. */
    public static final String RUN = "run";
    /** Range key of the runs table. */
    public static final String ENTRY = "entry";

    /** How long an item stays in the runs table. */
    static final Duration KEPT = Duration.ofDays(90);

    static final int MAX_FAILURES = 20;
    static final int MAX_MESSAGE = 1000;
    static final int MAX_SUMMARY = 2000;

    public JobResult {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(jobRunId, "jobRunId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        Objects.requireNonNull(outcome, "outcome");
    }

    /** Whether all went well. */
    public boolean succeeded() {
        return outcome.failures().isEmpty();
    }

    /** The result for a person, with all failures. */
    public String text() {
        if (succeeded()) {
            return "Sluice " + job.entry() + ": " + outcome.tables() + " " + job.counted() + ", " + outcome.idle()
                    + " without news, " + outcome.rows() + " rows, " + outcome.quarantined() + " of these quarantined, "
                    + Duration.between(startedAt, endedAt).toSeconds() + " s";
        }
        String lines = outcome.failures().stream().map(JobFailure::line).collect(Collectors.joining("\n"));
        return outcome.failed() == 0
                ? lines
                : "Cannot " + job.entry() + " " + outcome.failed() + " of " + outcome.tables() + " " + job.counted()
                        + ":\n" + lines;
    }

    /** The item: texts, numbers, truths, and lists and maps of these. Every key is always there. */
    public Map<String, Object> item() {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put(RUN, run);
        item.put(ENTRY, job.entry());
        item.put("state", succeeded() ? "SUCCEEDED" : "FAILED");
        item.put("error", succeeded() ? "NONE" : outcome.error().name());
        item.put("retryable", outcome.retryable());
        item.put("tables", outcome.tables());
        item.put("failed", outcome.failed());
        item.put("idle", outcome.idle());
        item.put("rows", outcome.rows());
        item.put("quarantined", outcome.quarantined());
        item.put("summary", cut(text(), MAX_SUMMARY));
        item.put(
                "failures",
                outcome.failures().stream()
                        .limit(MAX_FAILURES)
                        .map(JobResult::item)
                        .toList());
        item.put("job-run-id", jobRunId);
        item.put("started-at", startedAt.toString());
        item.put("ended-at", endedAt.toString());
        item.put("expires-at", endedAt.plus(KEPT).getEpochSecond());
        return item;
    }

    private static Map<String, Object> item(JobFailure failure) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("table", failure.table());
        item.put("code", failure.code().name());
        item.put("message", cut(failure.message(), MAX_MESSAGE));
        return item;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
