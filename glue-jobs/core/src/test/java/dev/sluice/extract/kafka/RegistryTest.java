package dev.sluice.extract.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.KafkaEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only the registry's own word makes a schema one that is not there: without it, every record would go to quarantine. */
class RegistryTest {

    private record Answer(int status, String body) {}

    private static final Answer SCHEMA = new Answer(200, "{\"schema\":\"\\\"long\\\"\"}");
    private static final Answer NOT_KNOWN = new Answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    private static final Answer NOWHERE = new Answer(404, "<html>404 page not found</html>");
    private static final Answer OTHER_CONTEXT =
            new Answer(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");

    private final Deque<Answer> answers = new ArrayDeque<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/schemas/ids/7", exchange -> {
            Answer answer = answers.size() > 1 ? answers.pop() : answers.peek();
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Optional<String> find(Answer... given) {
        answers.clear();
        answers.addAll(List.of(given));
        return new Registry(new KafkaEndpoint.Registry(
                        "http://127.0.0.1:" + server.getAddress().getPort(), Optional.empty()))
                .find(7);
    }

    @Test
    void aSchemaIsMissingWhereTheRegistrySaysSo() {
        assertThat(find(SCHEMA)).contains("\"long\"");
        assertThat(find(NOT_KNOWN)).isEmpty();
    }

    @Test
    void whatAnswersInItsPlaceIsAskedAgainAndThenRefused() {
        assertThat(find(NOWHERE, new Answer(503, ""), SCHEMA)).contains("\"long\"");
        for (Answer other : List.of(
                NOWHERE,
                OTHER_CONTEXT,
                new Answer(200, ""),
                new Answer(200, "<html>welcome</html>"),
                new Answer(200, "{\"schema\":null}"),
                new Answer(302, ""),
                new Answer(503, ""))) {
            assertThatExceptionOfType(SluiceException.class)
                    .as(other.toString())
                    .isThrownBy(() -> find(other))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE))
                    .withMessageContaining("status " + other.status())
                    .withMessageContaining("connection.registry-url");
        }
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> find(new Answer(401, "")))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CREDENTIALS_REJECTED));
    }
}
