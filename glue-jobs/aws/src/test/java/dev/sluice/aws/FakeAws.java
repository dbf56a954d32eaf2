package dev.sluice.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** As much of the Glue catalog, Secrets Manager and SNS as the tests need, over the protocols the SDK speaks. */
public final class FakeAws implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, ObjectNode> tables = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> connections = new ConcurrentHashMap<>();
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Map<String, Boolean> databases = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private FakeAws(HttpServer server) {
        this.server = server;
    }

    public static FakeAws start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeAws fake = new FakeAws(server);
        server.createContext("/", fake::answer);
        server.setExecutor(fake.threads);
        server.start();
        return fake;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void secret(String name, String value) {
        secrets.put(name, value);
    }

    /** A Glue connection with these properties, written as JSON. */
    public void connection(String name, String properties) throws IOException {
        connections.put(name, JSON.readTree(properties));
    }

    /** A catalog table as it was last written, {@code database.table}. */
    public JsonNode table(String name) {
        return tables.get(name);
    }

    /** The names of all operations so far, in order. */
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /** What was published, each as subject, newline, message. */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst("X-amz-target");
            if (target == null) {
                publish(body);
                send(
                        exchange,
                        200,
                        "text/xml",
                        "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
                                + "<MessageId>1</MessageId></PublishResult></PublishResponse>");
                return;
            }
            String operation = target.substring(target.indexOf('.') + 1);
            calls.add(operation);
            JsonNode request = JSON.readTree(body);
            switch (operation) {
                case "GetSecretValue" -> found(
                        exchange,
                        "ResourceNotFoundException",
                        secrets.get(request.path("SecretId").asText()),
                        secret -> JSON.createObjectNode().put("SecretString", secret));
                case "GetConnection" -> found(
                        exchange,
                        "EntityNotFoundException",
                        connections.get(request.path("Name").asText()),
                        properties -> object("Connection", object("ConnectionProperties", properties)));
                case "GetTable" -> found(
                        exchange,
                        "EntityNotFoundException",
                        tables.get(request.path("DatabaseName").asText() + "."
                                + request.path("Name").asText()),
                        table -> object("Table", table));
                case "CreateDatabase" -> {
                    databases.put(request.path("DatabaseInput").path("Name").asText(), true);
                    send(exchange, 200, "application/x-amz-json-1.1", "{}");
                }
                case "CreateTable", "UpdateTable" -> found(
                        exchange,
                        "EntityNotFoundException",
                        databases.get(request.path("DatabaseName").asText()),
                        known -> {
                            ObjectNode input = (ObjectNode) request.path("TableInput");
                            tables.put(
                                    request.path("DatabaseName").asText() + "."
                                            + input.path("Name").asText(),
                                    input);
                            return JSON.createObjectNode();
                        });
                default -> send(exchange, 400, "application/x-amz-json-1.1", "{\"__type\":\"UnknownOperation\"}");
            }
        }
    }

    private void publish(String form) {
        Map<String, String> fields = new ConcurrentHashMap<>();
        for (String field : form.split("&")) {
            String[] parts = field.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        calls.add(fields.get("Action"));
        messages.add(fields.get("Subject") + "\n" + fields.get("Message"));
    }

    private static JsonNode object(String key, JsonNode value) {
        return JSON.createObjectNode().set(key, value);
    }

    private static <T> void found(HttpExchange exchange, String absent, T thing, Function<T, JsonNode> answer)
            throws IOException {
        if (thing == null) {
            send(
                    exchange,
                    400,
                    "application/x-amz-json-1.1",
                    "{\"__type\":\"" + absent + "\",\"Message\":\"not found\"}");
        } else {
            send(
                    exchange,
                    200,
                    "application/x-amz-json-1.1",
                    answer.apply(thing).toString());
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
