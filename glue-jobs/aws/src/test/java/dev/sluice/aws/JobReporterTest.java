package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.sluice.aws.cloudwatch.Measurement;
import dev.sluice.aws.cloudwatch.Metric;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobReporterTest {

    private static final List<Measurement> MEASURED =
            List.of(new Measurement(Metric.RUNS_COMPLETED, "shop", Optional.empty(), 1));

    private FakeAws aws;

    @BeforeEach
    void startFake() throws Exception {
        aws = FakeAws.start();
        Map.of(
                        "aws.region", "eu-central-1",
                        "aws.accessKeyId", "local",
                        "aws.secretAccessKey", "local",
                        "aws.endpointUrl", aws.endpoint().toString())
                .forEach(System::setProperty);
    }

    @AfterEach
    void closeFake() {
        List.of("aws.region", "aws.accessKeyId", "aws.secretAccessKey", "aws.endpointUrl")
                .forEach(System::clearProperty);
        aws.close();
    }

    @Test
    void metricsThatAreRefusedFailNothing() {
        aws.refuseMetrics();
        try (JobReporter reporter = reporter("--environment", "dev")) {
            assertThatNoException().isThrownBy(() -> reporter.measure(MEASURED, Instant.EPOCH));
        }
        assertThat(aws.metricRequests()).hasSize(1);
    }

    @Test
    void metricsAreSentUnderTheEnvironmentAndWithoutOneNotAtAll() {
        try (JobReporter reporter = reporter("--environment", "dev")) {
            reporter.measure(MEASURED, Instant.EPOCH);
        }
        try (JobReporter reporter = reporter("--environment", " ")) {
            reporter.measure(MEASURED, Instant.EPOCH);
        }
        assertThat(aws.metrics()).containsExactly("RunsCompleted{Environment=dev,Source=shop} Count 1.0");
    }

    private static JobReporter reporter(String... arguments) {
        return new JobReporter(ReportArguments.of(arguments));
    }
}
