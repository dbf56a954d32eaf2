package dev.sluice.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** As much of the Glue catalog, Secrets Manager, SSM, SNS and CloudWatch as the tests need, over the protocols the SDK speaks. */
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
    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private final List<Map<String, String>> metricRequests = new CopyOnWriteArrayList<>();
    private volatile boolean metricsRefused;

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

    public void parameter(String name, String value) {
        parameters.put(name, value);
    }

    public void refuseMetrics() {
        metricsRefused = true;
    }

    /** The forms of all requests that brought metrics. */
    public List<Map<String, String>> metricRequests() {
        return List.copyOf(metricRequests);
    }

    /** All metrics so far, as {@code Name{Environment=…,…} unit value}. */
    public List<String> metrics() {
        List<String> metrics = new ArrayList<>();
        for (Map<String, String> form : metricRequests) {
            for (int i = 1; form.containsKey("MetricData.member." + i + ".MetricName"); i++) {
                String datum = "MetricData.member." + i + ".";
                List<String> dimensions = new ArrayList<>();
                for (int j = 1; form.containsKey(datum + "Dimensions.member." + j + ".Name"); j++) {
                    String dimension = datum + "Dimensions.member." + j + ".";
                    dimensions.add(form.get(dimension + "Name") + "=" + form.get(dimension + "Value"));
                }
                metrics.add(form.get(datum + "MetricName") + "{" + String.join(",", dimensions) + "} "
                        + form.get(datum + "Unit") + " " + form.get(datum + "Value"));
            }
        }
        return metrics;
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
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream stream = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
            String body = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst("X-amz-target");
            if (target == null) {
                answerForm(exchange, form(body));
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
                case "GetParameter" -> found(
                        exchange,
                        "ParameterNotFound",
                        parameters.get(request.path("Name").asText()),
                        value -> object("Parameter", JSON.createObjectNode().put("Value", value)));
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
                case "GetTables" -> found(
                        exchange,
                        "EntityNotFoundException",
                        databases.get(request.path("DatabaseName").asText()),
                        known -> {
                            ArrayNode found = JSON.createArrayNode();
                            String database = request.path("DatabaseName").asText() + ".";
                            tables.forEach((name, table) -> {
                                if (name.startsWith(database)) {
                                    found.add(table);
                                }
                            });
                            return object("TableList", found);
                        });
                case "DeleteTable" -> found(
                        exchange,
                        "EntityNotFoundException",
                        tables.remove(request.path("DatabaseName").asText() + "."
                                + request.path("Name").asText()),
                        table -> JSON.createObjectNode());
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

    private void answerForm(HttpExchange exchange, Map<String, String> form) throws IOException {
        calls.add(form.get("Action"));
        if (form.get("Action").equals("PutMetricData")) {
            metricRequests.add(form);
            send(
                    exchange,
                    metricsRefused ? 403 : 200,
                    "text/xml",
                    metricsRefused
                            ? "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not allowed</Message></Error>"
                                    + "</ErrorResponse>"
                            : "<PutMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"/>");
            return;
        }
        messages.add(form.get("Subject") + "\n" + form.get("Message"));
        send(
                exchange,
                200,
                "text/xml",
                "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>"
                        + "<MessageId>1</MessageId></PublishResult></PublishResponse>");
    }

    private static Map<String, String> form(String body) {
        Map<String, String> fields = new ConcurrentHashMap<>();
        for (String field : body.split("&")) {
            String[] parts = field.split("=", 2);
            fields.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
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
