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
import dev.sluice.run.ViewOutcome;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.stream.Stream;

/** The Glue job that brings tables from their sources to raw and curated. */
public final class IngestJob {

    private IngestJob() {}

    /** Runs the tables the arguments name. Ends by an exception where one failed, after all others have had their turn. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.INGEST, arguments, IngestJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        List<TableName> tables = given.tables(platform.settings());
        Positions positions = new Positions(platform.settings(), platform.bookmarks());
        IngestRequest request = new IngestRequest(runId, tables, given.bookmark(), given.backfill(tables, positions));
        Ingest ingest = new Ingest(platform, new LoggingListener());
        RunReport report = given.cadence()
                .map(cadence -> cadence.repeat(
                        number -> ingest.run(new IngestRequest(
                                runId + "-" + number, tables, request.bookmark(), request.backfill())),
                        IngestJob::mayPass))
                .orElseGet(() -> ingest.run(request));
        if (platform.glueBookmarks().decide(report) == Decision.COMMIT) {
            GlueJob.commit();
        }
        return new Done(outcome(report), () -> new RunMeasurements(platform.bookmarks(), platform.settings()::findTable)
                .of(report));
    }

    /** Whether what failed may succeed the next time. */
    private static boolean mayPass(RunReport report) {
        return Stream.concat(
                        report.failed().stream().map(TableOutcome::failure),
                        report.failedViews().stream().map(ViewOutcome::failure))
                .allMatch(failure -> failure.orElseThrow().code().retryable());
    }

    private static JobOutcome outcome(RunReport report) {
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
