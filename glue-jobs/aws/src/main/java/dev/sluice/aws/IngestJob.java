package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.SnsNotifications.FailureSummary;
import dev.sluice.aws.glue.GlueBookmarks.Decision;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunReport;

/** The Glue job that brings tables from their sources to raw and curated. */
public final class IngestJob {

    private IngestJob() {}

    /**
     * Runs the tables the arguments name. Ends by an exception where one failed, after all others have had their turn and
     * the topic, if there is one, has been told.
     */
    public static void main(String[] arguments) {
        JobArguments given = JobArguments.parse(arguments);
        try (AwsPlatform platform = new AwsPlatform(given.names())) {
            GlueJob.init(given.jobName(), platform.glueContext(), given.all());
            IngestRequest request = new IngestRequest(
                    GlueJob.runId(), given.tables(platform.settings()), given.bookmark(), given.backfill());
            RunReport report = new Ingest(platform, new LoggingListener()).run(request);
            if (platform.glueBookmarks().decide(report) == Decision.COMMIT) {
                GlueJob.commit();
            }
            given.topicArn().ifPresent(topic -> platform.notifications(topic).publish(report));
            if (!report.failed().isEmpty()) {
                throw new SluiceException(
                        ErrorCode.FAILED,
                        "Cannot ingest " + report.failed().size() + " of "
                                + report.tables().size() + " tables:\n"
                                + String.join("\n", FailureSummary.lines(report)));
            }
        }
    }
}
