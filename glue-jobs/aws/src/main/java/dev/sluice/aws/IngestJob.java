package dev.sluice.aws;

import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.cloudwatch.RunMeasurements;
import dev.sluice.aws.glue.GlueBookmarks.Decision;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Positions;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.stream.Stream;

/** The Glue job that brings tables from their sources to raw and curated. */
public final class IngestJob {

    private IngestJob() {}

    /** Runs the tables the arguments name. Ends by an exception where one failed, after all others have had their turn. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.INGEST, arguments, (given, platform, runId) -> given.cadence()
                .map(cadence ->
                        new ContinuousIngest(given, platform, runId, ReportArguments.of(arguments)).run(cadence))
                .orElseGet(() -> once(given, platform, runId)));
    }

    private static Done once(JobArguments given, AwsPlatform platform, String runId) {
        List<TableName> tables = given.tables(platform.settings());
        Positions positions = new Positions(platform.settings(), platform.bookmarks());
        RunReport report = new Ingest(platform, new LoggingListener())
                .run(new IngestRequest(runId, tables, given.bookmark(), given.backfill(tables, positions)));
        if (platform.glueBookmarks().decide(report) == Decision.COMMIT) {
            GlueJob.commit();
        }
        return new Done(outcome(report), () -> new RunMeasurements(platform.bookmarks(), platform.settings()::findTable)
                .of(report));
    }

    /** What a run came to: a view that is not in the catalog as it is registered counts as a table that failed. */
    static JobOutcome outcome(RunReport report) {
        return new JobOutcome(
                report.tables().size() + report.failedViews().size(),
                (int) report.tables().stream()
                        .filter(table -> table.status() == TableOutcome.Status.IDLE)
                        .count(),
                report.tables().stream()
                        .flatMap(table -> table.batch().stream())
                        .mapToLong(BatchRecord::rows)
                        .sum(),
                report.tables().stream()
                        .flatMap(table -> table.batch().stream())
                        .mapToLong(BatchRecord::quarantined)
                        .sum(),
                Stream.concat(
                                report.failed().stream()
                                        .map(table -> JobFailure.of(
                                                table.table().toString(),
                                                table.failure().orElseThrow())),
                                report.failedViews().stream()
                                        .map(view -> JobFailure.of(
                                                view.view().toString(),
                                                view.failure().orElseThrow())))
                        .toList());
    }
}
