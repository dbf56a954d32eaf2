package dev.sluice.aws;

import dev.sluice.history.AsOf;
import dev.sluice.settings.TableName;

/**
 * The Glue job that exports curated tables as they were: {@code --as-of} a time, into a folder per table below {@code
 * --output}, as {@code --format} parquet, csv or json.
 */
public final class AsOfJob {

    private AsOfJob() {}

    /** Exports the tables the arguments name; the first that cannot be read ends the job. */
    public static void main(String[] arguments) {
        JobArguments given = JobArguments.parse(arguments);
        try (AwsPlatform platform = new AwsPlatform(given.names())) {
            GlueJob.init(given.jobName(), platform.glueContext(), given.all());
            AsOf asOf = new AsOf(platform);
            for (TableName table : given.tables(platform.settings())) {
                asOf.read(table, given.asOf()).export(given.output() + "/" + table, given.format());
            }
            GlueJob.commit();
        }
    }
}
