package dev.sluice.aws.cloudwatch;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;

/** Measurements of one environment, sent to CloudWatch's namespace {@code Sluice} in as few requests as it allows. */
public final class CloudWatchMetrics {

    /** The namespace of all metrics. */
    public static final String NAMESPACE = "Sluice";

    /** CloudWatch takes 1000 in a request, as long as these have less than 1 MB. */
    static final int BATCH = 500;

    private final CloudWatchClient client;
    private final String environment;

    /** The client stays the caller's to close. */
    public CloudWatchMetrics(CloudWatchClient client, String environment) {
        this.client = Objects.requireNonNull(client, "client");
        this.environment = Objects.requireNonNull(environment, "environment");
    }

    /** Sends them all under one time; requests that fail do not keep others from being sent, and are reported together. */
    public void send(List<Measurement> measurements, Instant at) {
        List<SdkException> failures = new ArrayList<>();
        for (int from = 0; from < measurements.size(); from += BATCH) {
            List<MetricDatum> data = measurements.subList(from, Math.min(from + BATCH, measurements.size())).stream()
                    .map(measurement -> datum(measurement, at))
                    .toList();
            try {
                client.putMetricData(request -> request.namespace(NAMESPACE).metricData(data));
            } catch (SdkException failure) {
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            SluiceException failure = new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot send metrics of environment: " + environment + ". CloudWatch refused "
                            + failures.size() + " of " + (measurements.size() + BATCH - 1) / BATCH
                            + " requests: " + failures.get(0).getMessage()
                            + ". Alarms on delay and silence may sound though data flow.",
                    failures.get(0));
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    private MetricDatum datum(Measurement measurement, Instant at) {
        List<Dimension> dimensions = new ArrayList<>();
        dimensions.add(dimension("Environment", environment));
        dimensions.add(dimension("Source", measurement.source()));
        measurement.table().ifPresent(table -> dimensions.add(dimension("Table", table)));
        return MetricDatum.builder()
                .metricName(measurement.metric().metricName())
                .unit(measurement.metric().unit())
                .dimensions(dimensions)
                .timestamp(at)
                .value(measurement.value())
                .build();
    }

    private static Dimension dimension(String name, String value) {
        return Dimension.builder().name(name).value(value).build();
    }
}
