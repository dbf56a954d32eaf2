package dev.sluice.extract.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.KafkaEndpoint;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A schema registry that speaks Confluent's API, asked once for each schema. Not for use by several threads. */
final class Registry implements Serializable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 3;
    private static final int NOT_FOUND = 404;
    /** Confluent's code for a number without a schema. */
    private static final int SCHEMA_NOT_FOUND = 40403;

    private static final int FIRST_REDIRECTION = 300;
    private static final int FIRST_SERVER_ERROR = 500;

    private final String url;
    private final KafkaEndpoint.Login login;
    private transient HttpClient client;
    private transient Map<Integer, Optional<String>> known;

    Registry(KafkaEndpoint.Registry registry) {
        this.url = registry.url().replaceAll("/+$", "");
        this.login = registry.login().orElse(null);
    }

    /** A schema's text; empty where the registry knows none of that number. Throws {@code SOURCE_UNREACHABLE}. */
    Optional<String> find(int number) {
        if (known == null) {
            known = new HashMap<>();
            client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        }
        Optional<String> schema = known.get(number);
        if (schema == null) {
            schema = ask(number);
            known.put(number, schema);
        }
        return schema;
    }

    private Optional<String> ask(int number) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + number))
                .timeout(PATIENCE);
        if (login != null) {
            String credentials = login.user() + ":" + login.password();
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                JsonNode body = json(answer.body());
                if (answer.statusCode() < FIRST_REDIRECTION
                        && body.path("schema").isTextual()) {
                    return Optional.of(body.path("schema").textValue());
                }
                // A proxy's own 404 says nothing of the schema.
                boolean elsewhere = answer.statusCode() == NOT_FOUND;
                if (elsewhere && body.path("error_code").asInt() == SCHEMA_NOT_FOUND) {
                    return Optional.empty();
                }
                if (answer.statusCode() < FIRST_SERVER_ERROR && !elsewhere || attempt == ATTEMPTS) {
                    throw refused(answer.statusCode());
                }
            } catch (IOException failure) {
                if (attempt == ATTEMPTS) {
                    throw new SluiceException(
                            ErrorCode.SOURCE_UNREACHABLE,
                            "Cannot reach schema registry " + url + ": " + failure + ". Check connection.registry-url",
                            failure);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new SluiceException(
                        ErrorCode.FAILED, "Cannot ask schema registry " + url + ": interrupted", interrupted);
            }
        }
    }

    /** Of what is no JSON nothing. */
    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException other) {
            return MissingNode.getInstance();
        }
    }

    private SluiceException refused(int status) {
        boolean credentials = status == 401 || status == 403;
        return new SluiceException(
                credentials ? ErrorCode.CREDENTIALS_REJECTED : ErrorCode.SOURCE_UNREACHABLE,
                "Cannot ask schema registry " + url + ": it answers with status " + status
                        + (status < FIRST_REDIRECTION ? " and no schema" : "") + ". Check "
                        + (credentials ? "connection.registry-secret" : "connection.registry-url"));
    }
}
