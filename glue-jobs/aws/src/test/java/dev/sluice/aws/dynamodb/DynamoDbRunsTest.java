package dev.sluice.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.aws.result.JobResult;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The items that jobs leave, as DynamoDB gives them to the state machine. */
class DynamoDbRunsTest {

    private static final String TABLE = "runs-" + UUID.randomUUID().toString().substring(0, 8);
    private static final Instant START = Instant.parse("2026-01-31T06:00:00Z");
    private static final JobFailure HELD =
            new JobFailure("shop/lines", ErrorCode.LEASE_HELD, "Cannot run table shop/lines: run jr_0 holds it.");
    private static final JobFailure DRIFT = new JobFailure(
            "shop/orders", ErrorCode.SCHEMA_DRIFT, "Cannot read table shop/orders: column price is gone.");

    private static DynamoDbClient client;
    private static DynamoDbRuns runs;

    @BeforeAll
    static void createTable() {
        client = LocalDynamoDb.client();
        runs = new DynamoDbRuns(client, TABLE);
        runs.createTableIfAbsent();
    }

    @AfterAll
    static void deleteTable() {
        client.deleteTable(request -> request.tableName(TABLE));
        client.close();
    }

    @Test
    void theItemsAreThoseThatTheStateMachineIsTestedWith() throws Exception {
        assertThat(written(result(JobKind.LOAD, "jr_1", new JobOutcome(3, 1, 1200, 0, List.of()))))
                .isEqualTo(example("succeeded"));
        assertThat(written(result(JobKind.INGEST, "jr_1", new JobOutcome(3, 0, 100, 2, List.of(HELD, DRIFT)))))
                .isEqualTo(example("failed"));
        assertThat(written(result(
                        JobKind.INGEST,
                        "unknown",
                        JobOutcome.ofWholeJob(new SluiceException(
                                ErrorCode.REQUEST_INVALID, "Cannot use --backfill-from: yesterday.")))))
                .isEqualTo(example("failed-before-any-table"));
    }

    @Test
    void aLaterTryOfTheSameRunReplacesTheResult() {
        written(result(JobKind.VERIFY, "jr_1", new JobOutcome(1, 0, 0, 0, List.of(HELD))));
        assertThat(written(result(JobKind.VERIFY, "jr_2", new JobOutcome(1, 0, 5, 0, List.of()))))
                .containsEntry("state", AttributeValue.fromS("SUCCEEDED"))
                .containsEntry("job-run-id", AttributeValue.fromS("jr_2"))
                .containsEntry("failures", AttributeValue.fromL(List.of()));
    }

    @Test
    void manyLongFailuresStaySmallEnoughForAnExecution() {
        List<JobFailure> failures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            failures.add(new JobFailure("shop/t" + i, ErrorCode.FAILED, "ü".repeat(5000)));
        }
        Map<String, AttributeValue> item =
                written(result(JobKind.INGEST, "jr_1", new JobOutcome(200, 0, 0, 0, failures)));

        assertThat(item.get("failed")).isEqualTo(AttributeValue.fromN("200"));
        assertThat(item.get("failures").l()).hasSize(20);
        assertThat(item.get("failures").l().get(0).m().get("message").s())
                .hasSize(1000)
                .endsWith("ü…");
        assertThat(item.get("summary").s()).hasSize(2000).startsWith("Cannot ingest 200 of 200 tables:\nshop/t0: ");
    }

    @Test
    void aRunsTableThatIsNotThereIsNamed() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> new DynamoDbRuns(client, "nowhere")
                        .record(result(JobKind.INGEST, "jr_1", new JobOutcome(0, 0, 0, 0, List.of()))))
                .withMessage(
                        "Cannot write item: shop-20260131T060000Z, ingest. There is no DynamoDB table nowhere in this"
                                + " account and region. Create it, or name the right one.")
                .matches(missing -> missing.code() == ErrorCode.REQUEST_INVALID);
    }

    private static JobResult result(JobKind job, String jobRunId, JobOutcome outcome) {
        return new JobResult("shop-20260131T060000Z", job, jobRunId, START, START.plusSeconds(42), outcome);
    }

    private static Map<String, AttributeValue> written(JobResult result) {
        runs.record(result);
        return client.getItem(request -> request.tableName(TABLE)
                        .consistentRead(true)
                        .key(Map.of(
                                "run", AttributeValue.fromS(result.run()),
                                "entry", AttributeValue.fromS(result.job().entry()))))
                .item();
    }

    private static Map<String, AttributeValue> example(String name) throws Exception {
        try (InputStream json = JobResult.class.getResourceAsStream("job-results.json")) {
            return map(new ObjectMapper().readTree(json).get(name));
        }
    }

    private static Map<String, AttributeValue> map(JsonNode node) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        node.fields().forEachRemaining(field -> values.put(field.getKey(), value(field.getValue())));
        return values;
    }

    /** A value as DynamoDB and Step Functions write it in JSON. */
    private static AttributeValue value(JsonNode node) {
        String type = node.fieldNames().next();
        JsonNode value = node.get(type);
        return switch (type) {
            case "S" -> AttributeValue.fromS(value.textValue());
            case "N" -> AttributeValue.fromN(value.textValue());
            case "BOOL" -> AttributeValue.fromBool(value.booleanValue());
            case "M" -> AttributeValue.fromM(map(value));
            case "L" -> {
                List<AttributeValue> values = new ArrayList<>();
                value.forEach(element -> values.add(value(element)));
                yield AttributeValue.fromL(values);
            }
            default -> throw new IllegalArgumentException(type);
        };
    }
}
