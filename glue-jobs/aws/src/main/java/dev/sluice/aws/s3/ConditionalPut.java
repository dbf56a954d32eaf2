package dev.sluice.aws.s3;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Creates an object unless one is there. Each attempt leaves a token with the object, so a caller whose answer got lost,
 * and who is then told that an object exists, finds out whether it is its own.
 */
final class ConditionalPut {

    private static final String TOKEN = "sluice-token";
    private static final int EXISTS = 412;
    private static final int CONFLICT = 409;
    private static final int ATTEMPTS = 5;

    private ConditionalPut() {}

    /** What became of it. */
    enum Outcome {
        CREATED,
        EXISTED
    }

    /** Creates the object; an exception means that it is not there, or that nothing is known of it. */
    static Outcome create(S3Client client, S3Object object, byte[] content) {
        String token = UUID.randomUUID().toString();
        for (int attempt = 1; ; attempt++) {
            try {
                client.putObject(
                        request -> request.bucket(object.bucket())
                                .key(object.key())
                                .ifNoneMatch("*")
                                .metadata(Map.of(TOKEN, token)),
                        RequestBody.fromBytes(content));
                return Outcome.CREATED;
            } catch (S3Exception refused) {
                // A conflict is another creation in progress: asked again, S3 knows how that one ended.
                if (refused.statusCode() == EXISTS) {
                    return isOwn(client, object, token) ? Outcome.CREATED : Outcome.EXISTED;
                }
                if (refused.statusCode() != CONFLICT || attempt >= ATTEMPTS) {
                    throw refused;
                }
            } catch (SdkClientException | UncheckedIOException unanswered) {
                // A server that hangs up before the body has been sent comes as the latter, which the SDK does not
                // retry.
                if (wasCreated(client, object, token, unanswered)) {
                    return Outcome.CREATED;
                }
                // The token makes a second try safe: should the first arrive after all, it is told apart.
                if (attempt >= ATTEMPTS) {
                    throw unanswered;
                }
            }
        }
    }

    private static boolean wasCreated(S3Client client, S3Object object, String token, RuntimeException unanswered) {
        try {
            return isOwn(client, object, token);
        } catch (SdkException second) {
            unanswered.addSuppressed(second);
            return false;
        }
    }

    private static boolean isOwn(S3Client client, S3Object object, String token) {
        try {
            return token.equals(
                    client.headObject(request -> request.bucket(object.bucket()).key(object.key()))
                            .metadata()
                            .get(TOKEN));
        } catch (NoSuchKeyException gone) {
            return false;
        }
    }
}
