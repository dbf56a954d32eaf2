package dev.sluice.aws.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.FakeAws;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

class CloudWatchMetricsTest {

    private static final Instant AT = Instant.parse("2026-01-31T06:00:00Z");
    private static final TableName ORDERS = new TableName("shop", "orders");

    private FakeAws aws;
    private CloudWatchClient client;
    private CloudWatchMetrics metrics;

    @BeforeEach
    void startFake() throws Exception {
        aws = FakeAws.start();
        client = CloudWatchClient.builder()
                .endpointOverride(aws.endpoint())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        metrics = new CloudWatchMetrics(client, "dev");
    }

    @AfterEach
    void closeAll() {
        client.close();
        aws.close();
    }

    @Test
    void measurementsOfTablesAndOfSourcesHaveTheirDimensions() {
        metrics.send(
                List.of(
                        Measurement.of(Metric.LAKE_DELAY_MINUTES, ORDERS, 12.5),
                        Measurement.of(Metric.RUN_SECONDS, "shop", 42)),
                AT);

        assertThat(aws.metrics())
                .containsExactly(
                        "LakeDelayMinutes{Environment=dev,Source=shop,Table=orders} None 12.5",
                        "RunSeconds{Environment=dev,Source=shop} Seconds 42.0");
        assertThat(aws.metricRequests()).singleElement().satisfies(form -> assertThat(form)
                .containsEntry("Namespace", "Sluice")
                .containsEntry("MetricData.member.1.Timestamp", "2026-01-31T06:00:00Z"));
    }

    @Test
    void manyMeasurementsGoInFewRequestsAndNothingInNone() {
        metrics.send(List.of(), AT);
        assertThat(aws.calls()).isEmpty();

        metrics.send(many(1200), AT);
        assertThat(aws.metricRequests()).hasSize(3);
        assertThat(aws.metrics()).hasSize(1200).last().asString().contains("Table=t1199");
    }

    @Test
    void allRequestsAreTriedBeforeAFailureIsReported() {
        aws.refuseMetrics();

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> metrics.send(many(501), AT))
                .withMessageStartingWith(
                        "Cannot send metrics of environment: dev. CloudWatch refused 2 of 2 requests: ")
                .withMessageContaining("not allowed")
                .withMessageEndingWith("Alarms on delay and silence may sound though data flow.")
                .matches(failure -> failure.code() == ErrorCode.FAILED)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(aws.metricRequests()).hasSize(2);
    }

    private static List<Measurement> many(int count) {
        List<Measurement> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(Measurement.of(Metric.ROWS_INGESTED, new TableName("shop", "t" + i), i));
        }
        return many;
    }
}
