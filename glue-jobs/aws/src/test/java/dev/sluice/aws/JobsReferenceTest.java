package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.cloudwatch.Metric;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.aws.result.JobResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the tables of docs/jobs.md against the code. */
class JobsReferenceTest {

    private static final Path FILE = Path.of("..", "..", "docs", "jobs.md");

    @Test
    void everyErrorIsListedWithWhetherItIsRetried() throws IOException {
        assertThat(rows("Errors").map(row -> row.get(0) + " " + row.get(1)))
                .containsExactly(Arrays.stream(ErrorCode.values())
                        .map(code -> "`" + code + "` " + (code.retryable() ? "yes" : "no"))
                        .toArray(String[]::new));
    }

    @Test
    void everyArgumentIsListed() throws IOException {
        assertThat(rows("Arguments").map(row -> row.get(0)))
                .containsExactlyInAnyOrder(Stream.of(
                                JobArguments.REQUIRED,
                                JobArguments.OPTIONAL,
                                JobArguments.RESERVED,
                                ReportArguments.NAMES)
                        .flatMap(List::stream)
                        .map(name -> "`--" + name + "`")
                        .toArray(String[]::new));
    }

    @Test
    void everyKeyOfAResultIsListedWithItsType() throws IOException {
        Map<String, Object> item = new JobResult(
                        "run",
                        JobKind.INGEST,
                        "jr_1",
                        Instant.EPOCH,
                        Instant.EPOCH,
                        JobOutcome.ofWholeJob(new SluiceException(ErrorCode.FAILED, "Cannot.")))
                .item();
        assertThat(rows("Result").map(row -> row.get(0) + " " + row.get(1)))
                .containsExactly(item.entrySet().stream()
                        .map(entry -> "`" + entry.getKey() + "` " + type(entry.getValue()))
                        .toArray(String[]::new));
    }

    @Test
    void everyMetricIsListed() throws IOException {
        assertThat(rows("Metrics").map(row -> row.get(0)))
                .containsExactly(Arrays.stream(Metric.values())
                        .map(metric -> "`" + metric.metricName() + "`")
                        .toArray(String[]::new));
    }

    private static String type(Object value) {
        if (value instanceof String) {
            return "S";
        }
        if (value instanceof Boolean) {
            return "BOOL";
        }
        return value instanceof Number ? "N" : "L";
    }

    /** The cells of the table under a heading, without its head. */
    private static Stream<List<String>> rows(String heading) throws IOException {
        String text = Files.readString(FILE);
        int start = text.indexOf("\n## " + heading + "\n") + 1;
        int end = text.indexOf("\n## ", start);
        return text.substring(start, end < 0 ? text.length() : end)
                .lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList());
    }
}
