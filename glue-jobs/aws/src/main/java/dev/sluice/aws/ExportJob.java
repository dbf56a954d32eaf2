package dev.sluice.aws;

import dev.sluice.SluiceException;
import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.history.AsOf;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.List;

/**
 * The Glue job that exports curated tables as they were: {@code --as-of} a time or a snapshot, into {@code --output/RUN/source/table}, as
 * {@code --format} parquet, csv or json. Each job run has a folder of its own, so a second try never adds to the first.
 */
public final class ExportJob {

    private ExportJob() {}

    /** Exports the tables the arguments name, each by itself; ends by an exception where one cannot be read. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.EXPORT, arguments, ExportJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        AsOf.When when = given.asOf();
        String folder = given.output() + "/" + runId + "/";
        AsOf.Format format = given.format();
        AsOf asOf = new AsOf(platform);
        List<TableName> tables = given.tables(platform.settings());
        List<JobFailure> failures = new ArrayList<>();
        long rows = 0;
        for (TableName table : tables) {
            try {
                rows += asOf.read(table, when).export(folder + table, format);
            } catch (SluiceException failure) {
                failures.add(new JobFailure(table.toString(), failure.code(), failure.getMessage()));
            }
        }
        GlueJob.commit();
        return new Done(new JobOutcome(tables.size(), 0, rows, 0, failures), List::of);
    }
}
