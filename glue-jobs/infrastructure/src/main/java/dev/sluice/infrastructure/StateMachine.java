package dev.sluice.infrastructure;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

/** A state machine and its executions. */
public final class StateMachine {

    private static final Duration POLL = Duration.ofMillis(500);

    private final SfnClient client;
    private final String arn;

    /** The client stays the caller's to close. */
    public StateMachine(SfnClient client, String arn) {
        this.client = Objects.requireNonNull(client, "client");
        this.arn = Objects.requireNonNull(arn, "arn");
    }

    /**
     * How an execution ended.
     *
     * @param status SUCCEEDED, FAILED, TIMED_OUT or ABORTED
     * @param output JSON, of one that succeeded
     * @param error the error's name, of one that did not
     * @param states the states it entered, in order
     */
    public record Ended(
            String arn,
            String status,
            Optional<String> output,
            Optional<String> error,
            Optional<String> cause,
            List<String> states) {

        /** The execution's name, which is the id of its run. */
        public String name() {
            return arn.substring(arn.lastIndexOf(':') + 1);
        }
    }

    /** Starts an execution; returns its ARN. */
    public String start(String name, String input) {
        return client.startExecution(
                        request -> request.stateMachineArn(arn).name(name).input(input))
                .executionArn();
    }

    /**
     * Waits until an execution has ended.
     *
     * @param entered told of each state as it is entered
     */
    public Ended await(String execution, Duration atMost, Consumer<String> entered) {
        long deadline = System.nanoTime() + atMost.toNanos();
        int told = 0;
        while (true) {
            DescribeExecutionResponse now = client.describeExecution(request -> request.executionArn(execution));
            List<String> states = states(execution);
            states.subList(told, states.size()).forEach(entered);
            told = states.size();
            if (now.status() != ExecutionStatus.RUNNING) {
                return new Ended(
                        execution,
                        now.statusAsString(),
                        Optional.ofNullable(now.output()),
                        Optional.ofNullable(now.error()),
                        Optional.ofNullable(now.cause()),
                        states);
            }
            if (System.nanoTime() > deadline) {
                throw new SluiceException(
                        ErrorCode.FAILED,
                        "Cannot await execution: " + execution + ". It still runs after " + atMost + ", in state: "
                                + (states.isEmpty() ? "none" : states.get(states.size() - 1)));
            }
            pause();
        }
    }

    /** The states that all executions of this machine have entered. */
    Set<String> entered() {
        return client.listExecutionsPaginator(request -> request.stateMachineArn(arn)).executions().stream()
                .flatMap(execution -> states(execution.executionArn()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> states(String execution) {
        return client
                .getExecutionHistoryPaginator(
                        request -> request.executionArn(execution).maxResults(1000))
                .events()
                .stream()
                .filter(event -> event.stateEnteredEventDetails() != null)
                .map(HistoryEvent::stateEnteredEventDetails)
                .map(details -> details.name())
                .toList();
    }

    private static void pause() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.FAILED, "Cannot await an execution", interrupted);
        }
    }
}
