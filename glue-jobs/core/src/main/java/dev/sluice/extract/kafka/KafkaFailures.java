package dev.sluice.extract.kafka;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.KafkaEndpoint;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What a Kafka client's errors mean. */
public final class KafkaFailures {

    private KafkaFailures() {}

    static SluiceException of(String action, KafkaEndpoint endpoint, Throwable failure) {
        return of(action + " at " + endpoint.display(), failure);
    }

    /** @param action what failed, as "run table shop/orders": the words after "Cannot" */
    public static SluiceException of(String action, Throwable failure) {
        String cannot = "Cannot " + action + ": ";
        if (failure instanceof UnknownTopicOrPartitionException) {
            return new SluiceException(
                    ErrorCode.RELATION_MISSING,
                    cannot + "there is no such topic. Check extract.topic, and that the connector has written to it",
                    failure);
        }
        if (failure instanceof AuthorizationException) {
            return new SluiceException(
                    ErrorCode.RELATION_MISSING,
                    cannot + "it may not be read. Allow Describe and Read on the topic to the source's user",
                    failure);
        }
        if (failure instanceof AuthenticationException) {
            return new SluiceException(
                    ErrorCode.CREDENTIALS_REJECTED,
                    cannot + "the credentials are refused. Check connection.secret and connection.security",
                    failure);
        }
        if (failure instanceof TimeoutException || failure instanceof RetriableException) {
            return new SluiceException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    cannot + "no broker answers. Check connection.bootstrap-servers and connection.security, and the"
                            + " network between",
                    failure);
        }
        return new SluiceException(ErrorCode.FAILED, cannot + failure.getMessage(), failure);
    }
}
