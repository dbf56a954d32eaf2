package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.cloudwatch.Measurement;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.aws.result.JobResult;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all jobs have in common: from their arguments to the report of how they ended, whatever their end. */
final class JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final String UNKNOWN = "unknown";

    private final JobKind job;
    private final String[] arguments;
    private final ReportArguments reports;
    private final Clock clock;
    private String jobRunId;

    private JobRunner(JobKind job, String[] arguments, Clock clock) {
        this.job = job;
        this.arguments = arguments;
        this.clock = clock;
        this.reports = ReportArguments.of(arguments);
        this.jobRunId = reports.jobRunId().orElse(UNKNOWN);
    }

    /** One job's own part. */
    interface Work {
        /** Does it; a table's failure is in what it returns. {@code runId} is the job run's, unique also among tries. */
        Done run(JobArguments given, AwsPlatform platform, String runId);
    }

    /** What the work came to, and what to measure of it, which is asked for once, while the platform is open. */
    record Done(JobOutcome outcome, Supplier<List<Measurement>> measurements) {}

    /** How the work ended; {@code thrown} where it did not get to its end. */
    private record Ended(JobOutcome outcome, List<Measurement> measurements, Optional<Throwable> thrown) {}

    /**
     * Runs a job and reports: its result to the runs table, its measurements to CloudWatch, its failures to the topic.
     * Ends by an exception where anything failed, or where result or failures could not be told; the first failure is the
     * one thrown, others are suppressed in it. Metrics that cannot be sent are in the log only.
     */
    static void run(JobKind job, String[] arguments, Work work) {
        new JobRunner(job, arguments, Clock.systemUTC()).run(work);
    }

    private void run(Work work) {
        Instant startedAt = clock.instant();
        Ended ended = end(work);
        JobResult result = new JobResult(
                reports.runId().orElse(jobRunId), job, jobRunId, startedAt, clock.instant(), ended.outcome());
        Optional<RuntimeException> failure = failure(result, ended);
        try (JobReporter reporter = new JobReporter(reports)) {
            failure = tell(failure, () -> reporter.record(result));
            reporter.measure(ended.measurements(), result.endedAt());
            failure = tell(failure, () -> reporter.notify(result));
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        LOG.info(result.text());
    }

    private Ended end(Work work) {
        try {
            JobArguments given = JobArguments.parse(arguments);
            try (AwsPlatform platform = new AwsPlatform(given.names())) {
                GlueJob.init(given.jobName(), platform.glueContext(), given.all());
                jobRunId = GlueJob.runId();
                Done done = work.run(given, platform, jobRunId);
                return new Ended(done.outcome(), measurements(done.measurements()), Optional.empty());
            }
        } catch (Exception | Error thrown) {
            return new Ended(JobOutcome.ofWholeJob(thrown), List.of(), Optional.of(thrown));
        }
    }

    /** What was measured; nothing, and the reason in the log, where it could not be: the data are where they belong. */
    static List<Measurement> measurements(Supplier<List<Measurement>> measured) {
        try {
            return measured.get();
        } catch (RuntimeException failure) {
            LOG.error("The run is not measured: {}", failure.getMessage(), failure);
            return List.of();
        }
    }

    private static Optional<RuntimeException> failure(JobResult result, Ended ended) {
        if (result.succeeded()) {
            return Optional.empty();
        }
        if (ended.thrown().isPresent() && ended.thrown().get() instanceof RuntimeException known) {
            return Optional.of(known);
        }
        ErrorCode code = result.outcome().error();
        return Optional.of(ended.thrown()
                .map(thrown -> new SluiceException(code, result.text(), thrown))
                .orElseGet(() -> new SluiceException(code, result.text())));
    }

    /** Where telling fails as well, the first failure stays the one that is thrown. */
    private static Optional<RuntimeException> tell(Optional<RuntimeException> failure, Runnable telling) {
        try {
            telling.run();
            return failure;
        } catch (RuntimeException untold) {
            LOG.error("{}", untold.getMessage(), untold);
            failure.ifPresent(first -> first.addSuppressed(untold));
            return failure.or(() -> Optional.of(untold));
        }
    }
}
