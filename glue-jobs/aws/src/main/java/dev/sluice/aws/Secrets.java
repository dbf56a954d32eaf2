package dev.sluice.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * Credentials in Secrets Manager, as JSON objects with {@code username} and {@code password}, the form RDS keeps, and the
 * keys of masked columns, as JSON objects with {@code key}.
 */
final class Secrets implements dev.sluice.quality.Secrets {

    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String KEY = "key";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SecretsManagerClient client;

    Secrets(SecretsManagerClient client) {
        this.client = Objects.requireNonNull(client, "client");
    }

    /** User and password; the text form holds neither. */
    record Credentials(String username, String password) {
        @Override
        public String toString() {
            return "(hidden)";
        }
    }

    /** The credentials under a name or ARN; throws {@code SECRET_MISSING} where there are none. */
    Credentials load(String secret) {
        return credentials(secret, text(secret, "connection.secret"));
    }

    @Override
    public byte[] key(String secret) {
        Optional<byte[]> key = tree(text(secret, "schema.masking-secret"))
                .map(node -> node.path(KEY))
                .filter(JsonNode::isTextual)
                .map(node -> node.textValue().getBytes(StandardCharsets.UTF_8))
                .filter(bytes -> bytes.length >= SHORTEST_KEY);
        return key.orElseThrow(() -> missing(
                secret,
                "It is no JSON object with the text " + KEY + " of at least " + SHORTEST_KEY
                        + " characters. Store it in that form",
                null));
    }

    private String text(String secret, String settingsKey) {
        try {
            return client.getSecretValue(request -> request.secretId(secret)).secretString();
        } catch (ResourceNotFoundException absent) {
            throw missing(secret, "There is no such secret in this account and region. Check " + settingsKey, absent);
        } catch (SecretsManagerException refused) {
            throw missing(
                    secret,
                    "Secrets Manager refuses it: " + refused.awsErrorDetails().errorMessage()
                            + ". Allow the job's role to read it",
                    refused);
        } catch (SdkException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot read secret: " + secret + ". " + failure.getMessage(), failure);
        }
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            return Optional.ofNullable(JSON.readTree(text == null ? "" : text));
        } catch (JsonProcessingException unreadable) {
            // Its message quotes the text, so neither that nor the exception goes any further.
            return Optional.empty();
        }
    }

    private static Credentials credentials(String secret, String text) {
        JsonNode node = tree(text).orElse(null);
        if (node == null
                || !node.path(USERNAME).isTextual()
                || !node.path(PASSWORD).isTextual()) {
            throw missing(
                    secret,
                    "It is no JSON object with the texts " + USERNAME + " and " + PASSWORD + ". Store it in that form",
                    null);
        }
        return new Credentials(
                node.get(USERNAME).textValue(), node.get(PASSWORD).textValue());
    }

    private static SluiceException missing(String secret, String why, Throwable cause) {
        return new SluiceException(ErrorCode.SECRET_MISSING, "Cannot read secret: " + secret + ". " + why + ".", cause);
    }
}
