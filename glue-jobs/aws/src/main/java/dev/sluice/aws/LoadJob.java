package dev.sluice.aws;

import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.cloudwatch.RunMeasurements;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.load.LoadOutcome;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadReport.TargetOutcome;
import dev.sluice.run.LoadRun;
import dev.sluice.settings.TableName;
import java.util.List;

/** The Glue job that loads curated tables into their targets. */
public final class LoadJob {

    private LoadJob() {}

    /** Loads the targets of the tables the arguments name; ends by an exception where one failed. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.LOAD, arguments, LoadJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        List<TableName> tables = given.tables(platform.settings());
        LoadReport report = new LoadRun(platform, new LoggingListener()).run(runId, tables);
        GlueJob.commit();
        return new Done(outcome(report), () -> new RunMeasurements(platform.bookmarks(), platform.settings()::findTable)
                .of(report, tables));
    }

    private static JobOutcome outcome(LoadReport report) {
        List<LoadOutcome> loads = report.targets().stream()
                .flatMap(target -> target.outcome().stream())
                .toList();
        return new JobOutcome(
                report.targets().size(),
                (int) loads.stream()
                        .filter(load -> load.how() == LoadOutcome.How.NOTHING)
                        .count(),
                loads.stream()
                        .mapToLong(load -> load.upserted() + load.deleted())
                        .sum(),
                0,
                failures(report));
    }

    /** Why targets failed, each with its table's name and its own. */
    static List<JobFailure> failures(LoadReport report) {
        return report.failed().stream()
                .map(target -> JobFailure.of(name(target), target.failure().orElseThrow()))
                .toList();
    }

    private static String name(TargetOutcome target) {
        return target.table() + " to " + target.load().target() + ":"
                + target.load().schema() + "." + target.load().table();
    }
}
