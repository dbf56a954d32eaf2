package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.result.JobResult;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sns.SnsClient;

/** Tells a topic what of a job failed and why: one message for a job, none where all went well. */
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

    /** Publishes a job's failures. */
    public void publish(JobResult result) {
        if (result.succeeded()) {
            return;
        }
        String run = result.job().entry() + " run " + result.run();
        int failed = result.outcome().failed();
        String subject = failed == 0 ? "Sluice: failed: " + run : "Sluice: " + failed + " failed in " + run;
        try {
            client.publish(request -> request.topicArn(topicArn)
                    .subject(cut(subject.replaceAll("[^ -~]", "?"), MAX_SUBJECT))
                    .message(cut(result.text(), MAX_MESSAGE)));
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
}
