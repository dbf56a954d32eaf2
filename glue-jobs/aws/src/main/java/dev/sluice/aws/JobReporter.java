package dev.sluice.aws;

import dev.sluice.aws.cloudwatch.CloudWatchMetrics;
import dev.sluice.aws.cloudwatch.Measurement;
import dev.sluice.aws.dynamodb.DynamoDbRuns;
import dev.sluice.aws.result.JobResult;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Tells the outside how a job ended, through clients of its own: the platform may be what failed. What its arguments do
 * not name is not told.
 */
final class JobReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobReporter.class);

    private final ReportArguments reports;
    private final SdkHttpClient http = UrlConnectionHttpClient.create();

    JobReporter(ReportArguments reports) {
        this.reports = reports;
    }

    /** Writes the result to the runs table. */
    void record(JobResult result) {
        reports.runsTable().ifPresent(table -> {
            try (DynamoDbClient client =
                    DynamoDbClient.builder().httpClient(http).build()) {
                new DynamoDbRuns(client, table).record(result);
            }
        });
    }

    /** Tells the topic where something failed. */
    void notify(JobResult result) {
        reports.topicArn().ifPresent(topic -> {
            try (SnsClient client = SnsClient.builder().httpClient(http).build()) {
                new SnsNotifications(client, topic).publish(result);
            }
        });
    }

    /** Sends the metrics; a failure is logged and no more, for the data are where they belong. */
    void measure(List<Measurement> measurements, Instant at) {
        if (reports.environment().isEmpty()) {
            LOG.info("No metrics are sent: --{} is not given", ReportArguments.ENVIRONMENT);
            return;
        }
        try (CloudWatchClient client =
                CloudWatchClient.builder().httpClient(http).build()) {
            new CloudWatchMetrics(client, reports.environment().get()).send(measurements, at);
        } catch (RuntimeException failure) {
            LOG.error("{}", failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
