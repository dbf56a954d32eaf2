package dev.sluice.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema registry with the two calls that producers and consumers of Confluent's wire format make: {@code POST
 * /subjects/NAME/versions} and {@code GET /schemas/ids/ID}. In memory; asks for a user and a password.
 */
final class Registry {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";

    private final List<String> schemas = new ArrayList<>();

    private Registry() {}

    /** Starts a registry and returns its base URL. */
    static String start() throws IOException {
        Registry registry = new Registry();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        BasicAuthenticator users = new BasicAuthenticator("registry") {
            @Override
            public boolean checkCredentials(String user, String password) {
                return user.equals(Broker.REGISTRY_USER) && password.equals(Broker.REGISTRY_PASSWORD);
            }
        };
        server.createContext("/subjects/", registry::register).setAuthenticator(users);
        server.createContext("/schemas/ids/", registry::find).setAuthenticator(users);
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized void register(HttpExchange exchange) throws IOException {
        String schema = JSON.readTree(exchange.getRequestBody()).path("schema").asText();
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        answer(exchange, 200, JSON.createObjectNode().put("id", schemas.indexOf(schema) + 1));
    }

    private synchronized void find(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        if (id < 1 || id > schemas.size()) {
            answer(
                    exchange,
                    404,
                    JSON.createObjectNode().put("error_code", 40403).put("message", "Schema not found"));
        } else {
            answer(exchange, 200, JSON.createObjectNode().put("schema", schemas.get(id - 1)));
        }
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
