package dev.sluice.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.aws.result.JobResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The definitions of state machines as they are in the repository, before Terraform fills in names. */
class DefinitionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** An item of a job's result, as a definition reads it: by a dot or in brackets, then its type in DynamoDB. */
    private static final Pattern HEARD = Pattern.compile("word\\.Item(?:\\.([a-z-]+)|\\['([a-z-]+)'])\\.([A-Z]+)");

    /** What Step Functions can call, of what Sluice uses: each integration with the parameters it must and may have. */
    private static final Map<String, Parameters> INTEGRATIONS = Map.ofEntries(
            Map.entry(
                    "arn:aws:states:::dynamodb:putItem",
                    new Parameters(
                            Set.of("TableName", "Item"),
                            Set.of("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"))),
            Map.entry(
                    "arn:aws:states:::dynamodb:getItem",
                    new Parameters(Set.of("TableName", "Key"), Set.of("ConsistentRead"))),
            Map.entry(
                    "arn:aws:states:::dynamodb:updateItem",
                    new Parameters(
                            Set.of("TableName", "Key", "UpdateExpression"),
                            Set.of("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"))),
            Map.entry(
                    "arn:aws:states:::dynamodb:deleteItem",
                    new Parameters(
                            Set.of("TableName", "Key"),
                            Set.of("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"))),
            Map.entry(
                    "arn:aws:states:::sns:publish",
                    new Parameters(Set.of("TopicArn", "Message"), Set.of("Subject", "MessageAttributes"))),
            Map.entry("arn:aws:states:::glue:startJobRun.sync", new Parameters(Set.of("JobName"), Set.of("Arguments"))),
            Map.entry(
                    "arn:aws:states:::ecs:runTask.sync",
                    new Parameters(
                            Set.of("Cluster", "TaskDefinition"),
                            Set.of(
                                    "LaunchType",
                                    "PlatformVersion",
                                    "PropagateTags",
                                    "CapacityProviderStrategy",
                                    "NetworkConfiguration",
                                    "Overrides"))),
            Map.entry(
                    "arn:aws:states:::states:startExecution.sync:2",
                    new Parameters(Set.of("StateMachineArn", "Input"), Set.of("Name"))),
            Map.entry(
                    "arn:aws:states:::aws-sdk:sfn:describeExecution", new Parameters(Set.of("ExecutionArn"), Set.of())),
            Map.entry("arn:aws:states:::aws-sdk:glue:startCrawler", new Parameters(Set.of("Name"), Set.of())),
            Map.entry("arn:aws:states:::aws-sdk:glue:getCrawler", new Parameters(Set.of("Name"), Set.of())));

    private record Parameters(Set<String> required, Set<String> optional) {}

    static Stream<Path> definitions() throws IOException {
        try (Stream<Path> files = Files.list(Required.repository().resolve("step-functions"))) {
            return files.filter(file -> file.toString().endsWith(".asl.json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void theValidatorAcceptsThem(Path definition) {
        Required.tools(Tool.ASL_VALIDATOR);
        Program.Ended ended = Program.run(
                List.of(Tool.ASL_VALIDATOR.require(System.getenv()).toString(), "--json-path", definition.toString()),
                definition.getParent(),
                System.getenv(),
                line -> {});
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("is valid");
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void eachIntegrationExistsAndGetsItsParameters(Path definition) throws IOException {
        List<String> faults = new ArrayList<>();
        tasks(definition, (name, state) -> {
            String resource = state.path("Resource").asText();
            Parameters known = INTEGRATIONS.get(resource);
            if (known == null) {
                faults.add(name + ": unknown integration " + resource);
                return;
            }
            List<String> given = new ArrayList<>();
            state.path("Parameters").fieldNames().forEachRemaining(key -> given.add(key.replaceFirst("\\.\\$$", "")));
            known.required().stream()
                    .filter(key -> !given.contains(key))
                    .forEach(key -> faults.add(name + ": " + resource + " lacks " + key));
            given.stream()
                    .filter(key ->
                            !known.required().contains(key) && !known.optional().contains(key))
                    .forEach(key -> faults.add(name + ": " + resource + " has no parameter " + key));
        });
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void noTaskWaitsForEverGivesUpAtOnceOrFailsUnheard(Path definition) throws IOException {
        List<String> faults = new ArrayList<>();
        JsonNode machine = JSON.readTree(definition.toFile());
        assertThat(machine.path("Comment").asText()).isNotEmpty();
        assertThat(machine.path("TimeoutSeconds").asInt()).isPositive();
        tasks(definition, (name, state) -> {
            if (state.path("TimeoutSeconds").asInt() <= 0) {
                faults.add(name + ": no TimeoutSeconds");
            }
            if (state.path("Retry").isEmpty()) {
                faults.add(name + ": no Retry");
            }
            state.path("Retry").forEach(retry -> {
                if (!retry.path("JitterStrategy").asText().equals("FULL")
                        || retry.path("BackoffRate").asDouble() <= 1) {
                    faults.add(name + ": a Retry without back-off or jitter");
                }
            });
            boolean caught = false;
            for (JsonNode rule : state.path("Catch")) {
                caught |=
                        rule.path("ErrorEquals").toString().equals("[\"States.ALL\"]") && rule.hasNonNull("ResultPath");
            }
            if (!caught) {
                faults.add(name + ": no Catch of all errors that keeps the input");
            }
        });
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void whatTheyHearFromJobsIsWhatJobsSay(Path definition) throws IOException {
        JsonNode results = JSON.readTree(JobResult.class.getResource("job-results.json"));
        Set<String> heard = new TreeSet<>();
        Matcher reads = HEARD.matcher(Files.readString(definition));
        while (reads.find()) {
            heard.add((reads.group(1) == null ? reads.group(2) : reads.group(1)) + "." + reads.group(3));
        }
        assertThat(heard).contains("expires-at.N");
        results.forEach(result -> assertThat(heard).allSatisfy(item -> assertThat(
                        result.at("/" + item.replace('.', '/')).isMissingNode())
                .as(item + " in " + result)
                .isFalse()));
    }

    private interface Task {
        void see(String name, JsonNode state);
    }

    private static void tasks(Path definition, Task task) throws IOException {
        Definitions.states(
                JSON.readTree(definition.toFile()),
                states -> states.forEach((name, state) -> {
                    if (state.path("Type").asText().equals("Task")) {
                        task.see(name, state);
                    }
                }));
    }
}
