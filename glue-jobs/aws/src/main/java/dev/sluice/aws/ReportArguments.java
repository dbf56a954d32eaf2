package dev.sluice.aws;

import java.util.List;
import java.util.Optional;

/**
 * Where a job reports how it ended, and under which names. Read without Glue's parser, so that a job whose other arguments
 * are refused still finds its way.
 *
 * @param runsTable the DynamoDB table of results; none is written where it is absent
 * @param runId the run the job belongs to: the state machine's execution; the job run's own id where it is absent
 * @param jobRunId the job run's id, where Glue passed it
 * @param environment the dimension of all metrics; none is sent where it is absent
 * @param topicArn the topic to tell of failures; nobody is told where it is absent
 */
record ReportArguments(
        Optional<String> runsTable,
        Optional<String> runId,
        Optional<String> jobRunId,
        Optional<String> environment,
        Optional<String> topicArn) {

    private static final String RUNS_TABLE = "runs-table";
    private static final String RUN_ID = "run-id";
    private static final String JOB_RUN_ID = "JOB_RUN_ID";
    static final String ENVIRONMENT = "environment";
    private static final String TOPIC_ARN = "topic-arn";

    static final List<String> NAMES = List.of(RUNS_TABLE, RUN_ID, JOB_RUN_ID, ENVIRONMENT, TOPIC_ARN);

    static ReportArguments of(String[] arguments) {
        return new ReportArguments(
                find(arguments, RUNS_TABLE),
                find(arguments, RUN_ID),
                find(arguments, JOB_RUN_ID),
                find(arguments, ENVIRONMENT),
                find(arguments, TOPIC_ARN));
    }

    /** The last one of that name, as Glue's parser takes it; blank counts as absent. */
    private static Optional<String> find(String[] arguments, String name) {
        Optional<String> found = Optional.empty();
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith("--" + name + "=")) {
                found = Optional.of(arguments[i].substring(name.length() + 3));
            } else if (arguments[i].equals("--" + name)
                    && i + 1 < arguments.length
                    && !arguments[i + 1].startsWith("--")) {
                found = Optional.of(arguments[++i]);
            }
        }
        return found.filter(value -> !value.isBlank());
    }
}
