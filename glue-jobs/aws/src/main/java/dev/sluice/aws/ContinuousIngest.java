package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.cloudwatch.Measurement;
import dev.sluice.aws.cloudwatch.RunMeasurements;
import dev.sluice.aws.glue.GlueBookmarks;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.bookmark.Failure;
import dev.sluice.run.Cadence;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.TableOutcome.Status;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs of one source, one after the other, in one job run. Each takes the tables that are registered by then, is committed
 * and measured by itself, and loads the databases where the job is told to.
 */
final class ContinuousIngest {

    private static final Logger LOG = LoggerFactory.getLogger(ContinuousIngest.class);

    private final JobArguments given;
    private final AwsPlatform platform;
    private final String runId;
    private final ReportArguments reports;
    private final boolean loads;
    private final RunMeasurements measurements;
    private final Set<TableName> refused = new HashSet<>();
    private long rows;
    private long quarantined;

    ContinuousIngest(JobArguments given, AwsPlatform platform, String runId, ReportArguments reports) {
        this.given = given;
        this.platform = platform;
        this.runId = runId;
        this.reports = reports;
        this.loads = given.loads();
        this.measurements = new RunMeasurements(platform.bookmarks(), platform.settings()::findTable);
    }

    /**
     * Runs until the time is over or no table can go on without a person.
     *
     * @return the tables as the last run left them, with the rows of all runs. Loads are not in it: the load that follows
     *     the job tells of a target that fails; until then its metric does
     */
    Done run(Cadence cadence) {
        try (JobReporter reporter = new JobReporter(reports)) {
            JobOutcome last = IngestJob.outcome(cadence.repeat(
                    number -> next(runId + "-" + number, reporter),
                    report -> !report.isStuck(),
                    passing -> LOG.error("A run of {} failed; the next follows: {}", runId, passing.getMessage())));
            GlueJob.commit();
            // Another try would keep the state machine for as long again, while the schedule starts the next one
            // anyway.
            return new Done(
                    new JobOutcome(last.tables(), last.idle(), rows, quarantined, last.failures(), false), List::of);
        }
    }

    private RunReport next(String run, JobReporter reporter) {
        List<TableName> tables = given.tables(platform.settings());
        List<TableName> byGlue = tables.stream()
                .filter(table -> GlueBookmarks.areUsedBy(platform.settings(), table))
                .toList();
        List<TableName> own =
                tables.stream().filter(table -> !byGlue.contains(table)).toList();
        RunReport ingested = new Ingest(platform, new LoggingListener())
                .run(new IngestRequest(run, own, new JobBookmark.Enabled(), Optional.empty()));
        RunReport report = new RunReport(
                run,
                ingested.startedAt(),
                ingested.endedAt(),
                Stream.concat(ingested.tables().stream(), byGlue.stream().map(table -> refused(run, table)))
                        .toList(),
                ingested.views());
        JobOutcome outcome = IngestJob.outcome(report);
        rows += outcome.rows();
        quarantined += outcome.quarantined();
        measure(reporter, () -> measurements.of(report));
        if (loads) {
            load(run, own, reporter);
        }
        return report;
    }

    private void load(String run, List<TableName> tables, JobReporter reporter) {
        LoadReport loaded = new LoadRun(platform, new LoggingListener()).run(run, tables);
        LoadJob.failures(loaded).forEach(failure -> LOG.error("{}", failure.line()));
        measure(reporter, () -> measurements.of(loaded, tables));
    }

    private void measure(JobReporter reporter, Supplier<List<Measurement>> measured) {
        reporter.measure(JobRunner.measurements(measured), platform.clock().instant());
    }

    /** Glue saves its bookmarks once in a job run, so a second run would read the first one's rows again. */
    private TableOutcome refused(String run, TableName table) {
        String message = "Cannot run table " + table + " again and again: its extract.bookmark.engine is glue, and Glue"
                + " saves its bookmarks at the end of the job alone. Set the engine to sluice, or take continuous off the"
                + " source.";
        Failure failure = new Failure(
                ErrorCode.REQUEST_INVALID, message, run, platform.clock().instant());
        if (refused.add(table)) {
            LOG.error("{}", message);
            platform.bookmarks().recordFailure(table, failure);
        }
        return new TableOutcome(table, Status.FAILED, Optional.empty(), List.of(), Duration.ZERO, Optional.of(failure));
    }
}
