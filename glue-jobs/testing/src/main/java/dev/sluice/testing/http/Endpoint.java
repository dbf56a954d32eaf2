package dev.sluice.testing.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.ConnectionSettings.Http.Authentication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves records of an id, a status, a price and a stamp, in pages of two, to who brings the token. Ways to page, each a
 * path below {@code /v1}: {@code cursor}, {@code page} (CSV), {@code offset}, {@code link} (header), {@code next} (URL in
 * the answer) and {@code all} (JSON lines). {@code since} leaves out what was stamped, or numbered on {@code page}, before
 * it or then.
 */
public final class Endpoint implements AutoCloseable {

    /** What a request brings to be let in. */
    public static final String TOKEN = "t0p-s3cret/+&?";

    private static final int PAGE = 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<Long, ObjectNode> records = new LinkedHashMap<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());

    /** A request as it came. */
    public record Request(String path, Map<String, String> query, long nanos) {}

    /** What goes wrong with a request, in the place of its answer. */
    public interface Fault {
        void answer(HttpExchange exchange) throws IOException;
    }

    private Endpoint(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/v1/", this::handle);
        server.start();
    }

    /** Starts a server on a free port of this machine. */
    public static Endpoint start() {
        return start(0);
    }

    private static Endpoint start(int port) {
        try {
            return new Endpoint(HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Serves three records on port 8085 until it is ended. */
    public static void main(String[] arguments) {
        Endpoint endpoint = start(8085);
        for (int id = 1; id <= 3; id++) {
            endpoint.put(id, "new", "1.50", Instant.now());
        }
        System.out.println(endpoint.url() + "/cursor, with Authorization: Bearer " + TOKEN);
    }

    /** Without slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** How a source reaches it. */
    public ConnectionSettings.Http settings(Authentication authentication) {
        return new ConnectionSettings.Http(
                url(),
                authentication,
                switch (authentication) {
                    case HEADER -> Optional.of("X-Api-Key");
                    case PARAMETER -> Optional.of("api_key");
                    default -> Optional.empty();
                },
                authentication == Authentication.NONE ? Optional.empty() : Optional.of("crm-token"));
    }

    public HttpEndpoint endpoint(Authentication authentication) {
        return endpoint(authentication, TOKEN);
    }

    /** With another token. */
    public HttpEndpoint endpoint(Authentication authentication, String token) {
        return new HttpEndpoint(settings(authentication), Optional.of("reader"), Optional.of(token));
    }

    /** Writes a record; one of this id is replaced and comes last. */
    public synchronized void put(long id, String status, String price, Instant stamp) {
        records.remove(id);
        records.put(
                id,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("status", status)
                        .put("price", price)
                        .put("updated_at", stamp.toString()));
    }

    /** Changes a record where it stands, its stamp too little. */
    public synchronized void change(long id, String key, String value) {
        records.get(id).put(key, value);
    }

    public synchronized void remove(long id) {
        records.remove(id);
    }

    /** What goes wrong with the next requests, one after another. */
    public synchronized Endpoint failing(Fault... next) {
        faults.clear();
        faults.addAll(List.of(next));
        return this;
    }

    /** The requests since the last call. */
    public List<Request> requests() {
        List<Request> seen = List.copyOf(requests);
        requests.clear();
        return seen;
    }

    /** The answers since the last call. */
    public List<String> answers() {
        List<String> seen = List.copyOf(answers);
        answers.clear();
        return seen;
    }

    /** {@code id|status|price} of each record. */
    public synchronized List<String> rows() {
        return records.values().stream()
                .map(record ->
                        record.get("id").asText() + "|" + record.get("status").asText() + "|"
                                + record.get("price").asText())
                .sorted()
                .toList();
    }

    public static Fault status(int status, String... headers) {
        return exchange -> {
            for (int index = 0; index < headers.length; index += 2) {
                exchange.getResponseHeaders().set(headers[index], headers[index + 1]);
            }
            send(exchange, status, "an error page that quotes " + exchange.getRequestURI());
        };
    }

    /** Ends the connection without a word. */
    public static Fault hangUp() {
        return HttpExchange::close;
    }

    /** Says how long the answer is, and ends the connection before that. */
    public static Fault truncated() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"items\": [{\"id\": 1".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** Begins an answer and never ends it. */
    public Fault hanging() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                closing.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        };
    }

    /** Answers well with what was not asked for. */
    public static Fault says(String body) {
        return exchange -> send(exchange, 200, body);
    }

    /** Answers that there is nothing. */
    public static Fault noContent() {
        return exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        };
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String part : raw.split("&")) {
                int equals = part.indexOf('=');
                query.put(
                        URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        String path = exchange.getRequestURI().getPath().substring("/v1/".length());
        requests.add(new Request(path, query, System.nanoTime()));
        Fault fault;
        String body;
        synchronized (this) {
            fault = faults.poll();
            body = fault == null ? answer(exchange, path, query) : null;
        }
        if (fault != null) {
            fault.answer(exchange);
        } else if (!isLetIn(exchange, query)) {
            send(exchange, 401, "no");
        } else if (body == null) {
            send(exchange, 404, "no");
        } else {
            answers.add(body);
            send(exchange, 200, body);
        }
    }

    private static boolean isLetIn(HttpExchange exchange, Map<String, String> query) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String basic = "Basic "
                + java.util.Base64.getEncoder().encodeToString(("reader:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        return ("Bearer " + TOKEN).equals(authorization)
                || basic.equals(authorization)
                || TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Api-Key"))
                || TOKEN.equals(query.get("api_key"));
    }

    private String answer(HttpExchange exchange, String path, Map<String, String> query) {
        boolean numbered = path.equals("page");
        List<ObjectNode> wanted = records.values().stream()
                .filter(record -> Optional.ofNullable(query.get("since"))
                        .map(since -> numbered
                                ? record.get("id").asLong() > Long.parseLong(since)
                                : isAfter(record.get("updated_at").asText(), since))
                        .orElse(true))
                .toList();
        int from =
                switch (path) {
                    case "cursor", "link", "next" -> Integer.parseInt(query.getOrDefault("cursor", "0"));
                    case "page" -> (Integer.parseInt(query.getOrDefault("page", "1")) - 1) * PAGE;
                    case "offset" -> Integer.parseInt(query.getOrDefault("offset", "0"));
                    default -> 0;
                };
        int to = path.equals("all") ? wanted.size() : Math.min(wanted.size(), from + PAGE);
        List<ObjectNode> page = from < to ? wanted.subList(from, to) : List.of();
        String next = to < wanted.size() ? String.valueOf(to) : null;
        String link = exchange.getRequestURI().getPath() + "?cursor=" + next
                + Optional.ofNullable(query.get("since"))
                        .map(since -> "&since=" + since)
                        .orElse("")
                + Optional.ofNullable(query.get("api_key"))
                        .map(key -> "&api_key=stale")
                        .orElse("");
        ObjectNode document = JSON.createObjectNode();
        ArrayNode items = document.putArray("items");
        page.forEach(items::add);
        return switch (path) {
            case "cursor" -> {
                document.putObject("meta").put("next_cursor", next);
                yield text(document);
            }
            case "next" -> {
                document.putObject("links")
                        .put("next", next == null ? null : url().substring(0, url().length() - 3) + link);
                yield text(document);
            }
            case "link" -> {
                if (next != null) {
                    exchange.getResponseHeaders().add("Link", "</x>; rel=\"prev\", <" + link + ">; rel=\"next\"");
                }
                yield text(items);
            }
            case "offset" -> text(items);
            case "page" -> {
                StringBuilder csv = new StringBuilder("id,status,price\n");
                page.forEach(record -> csv.append(record.get("id").asText())
                        .append(',')
                        .append(record.get("status").asText())
                        .append(',')
                        .append(record.get("price").asText())
                        .append('\n'));
                yield csv.toString();
            }
            case "all" -> {
                StringBuilder lines = new StringBuilder();
                page.forEach(record -> lines.append(text(record)).append('\n'));
                yield lines.toString();
            }
            default -> null;
        };
    }

    /** A stamp that is none is always new. */
    private static boolean isAfter(String stamp, String since) {
        try {
            return Instant.parse(stamp).isAfter(Instant.parse(since));
        } catch (java.time.DateTimeException none) {
            return true;
        }
    }

    private static String text(Object node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Every node is text", impossible);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
