package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.SnsNotifications.FailureSummary;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;

/** The Glue job that loads curated tables into their targets. */
public final class LoadJob {

    private LoadJob() {}

    /** Loads the targets of the tables the arguments name; ends by an exception where one failed. */
    public static void main(String[] arguments) {
        JobArguments given = JobArguments.parse(arguments);
        try (AwsPlatform platform = new AwsPlatform(given.names())) {
            GlueJob.init(given.jobName(), platform.glueContext(), given.all());
            LoadReport report = new LoadRun(platform, new LoggingListener())
                    .run(GlueJob.runId(), given.tables(platform.settings()));
            GlueJob.commit();
            given.topicArn().ifPresent(topic -> platform.notifications(topic).publish(report));
            if (!report.failed().isEmpty()) {
                throw new SluiceException(
                        ErrorCode.FAILED,
                        "Cannot load " + report.failed().size() + " of "
                                + report.targets().size() + " targets:\n"
                                + String.join("\n", FailureSummary.lines(report)));
            }
        }
    }
}
