package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.run.LoadReport;
import dev.sluice.run.RunReport;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;

/** Tells a topic which tables of a run failed and why: one message for a run, none where all went well. */
public final class SnsNotifications {

    private static final int MAX_SUBJECT = 100;
    /** A message may have 256 KB; a person reads less. */
    private static final int MAX_MESSAGE = 60_000;

    private final SnsClient client;
    private final String topicArn;

    /** The client stays the caller's to close. */
    public SnsNotifications(SnsClient client, String topicArn) {
        this.client = Objects.requireNonNull(client, "client");
        this.topicArn = Objects.requireNonNull(topicArn, "topicArn");
    }

    /** Publishes an ingest run's failures. */
    public void publish(RunReport report) {
        publish("ingest run " + report.runId(), FailureSummary.lines(report));
    }

    /** Publishes a load run's failures. */
    public void publish(LoadReport report) {
        publish("load run " + report.runId(), FailureSummary.lines(report));
    }

    private void publish(String run, List<String> failures) {
        if (failures.isEmpty()) {
            return;
        }
        String subject = "Sluice: " + failures.size() + " failed in " + run;
        String message = String.join("\n\n", failures);
        try {
            client.publish(request -> request.topicArn(topicArn)
                    .subject(cut(subject.replaceAll("[^ -~]", "?"), MAX_SUBJECT))
                    .message(cut(message, MAX_MESSAGE)));
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot publish the failures of " + run + " to topic: " + topicArn + ". " + failure.getMessage(),
                    failure);
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    /** A run's failures in words. */
    static final class FailureSummary {

        private FailureSummary() {}

        /** One text for each failed table. */
        static List<String> lines(RunReport report) {
            return report.failed().stream()
                    .map(outcome ->
                            line(outcome.table().toString(), outcome.failure().orElseThrow()))
                    .toList();
        }

        /** One text for each failed target. */
        static List<String> lines(LoadReport report) {
            return report.failed().stream()
                    .map(target -> line(
                            target.table() + " to " + target.load().target() + ":"
                                    + target.load().schema() + "."
                                    + target.load().table(),
                            target.failure().orElseThrow()))
                    .toList();
        }

        private static String line(String what, Failure failure) {
            return what + ": " + failure.code() + ": " + failure.message();
        }
    }
}
