package dev.sluice.localglue.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.localglue.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The named connections of the local lake, from the JSON file that the Spark conf {@link #CONF} names:
 * {@code {"orders": {"url": "jdbc:postgresql://localhost:5432/shop", "user": "reader", "password": "…"}}}.
 */
public final class Connections {
    /** The Spark conf that names the file. */
    public static final String CONF = "spark.glue.local.connections";

    /** A connection; the URL names the database. */
    public record Named(String url, String user, String password) {
        /** The connection as Glue's {@code extractJDBCConf} describes one. */
        public Map<String, String> asGlueConf() {
            Map<String, String> conf = new LinkedHashMap<>();
            conf.put("vendor", JdbcSettings.vendor(url));
            conf.put("url", url.replaceFirst("^(jdbc:[^/]+://[^/?]+).*$", "$1"));
            conf.put("fullUrl", url);
            conf.put("user", user);
            conf.put("password", password);
            return conf;
        }

        /** The options, completed by this connection's URL and credentials. */
        public Options over(Options options) {
            return options.withDefaults(Map.of("url", url, "user", user, "password", password));
        }

        /** Without the password and the URL, which may hold one. */
        @Override
        public String toString() {
            return "Named[user=" + user + "]";
        }
    }

    private final Optional<Path> file;

    private Connections(Optional<Path> file) {
        this.file = file;
    }

    /** The connections that the session's conf names. */
    public static Connections of(SparkSession session) {
        String file = session.conf().get(CONF, "");
        return new Connections(file.isBlank() ? Optional.empty() : Optional.of(Path.of(file)));
    }

    /** The connection with the name. */
    public Named load(String name) {
        Path path = file.orElseThrow(() -> new IllegalArgumentException("Cannot find connection: " + name
                + "; no connections are known here, set the Spark conf " + CONF + " to a JSON file of them"));
        JsonNode all = read(path);
        JsonNode node = all.get(name);
        if (node == null) {
            List<String> names = new ArrayList<>();
            all.fieldNames().forEachRemaining(names::add);
            throw new IllegalArgumentException(
                    "Cannot find connection: " + name + "; " + path + " has " + String.join(", ", names));
        }
        if (!node.hasNonNull("url")) {
            throw new IllegalArgumentException("Cannot use connection: " + name + "; it has no url in " + path);
        }
        return new Named(
                node.get("url").asText(),
                node.path("user").asText(""),
                node.path("password").asText(""));
    }

    private static JsonNode read(Path path) {
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(path));
        } catch (JsonProcessingException failure) {
            // The parser's excerpt of the file may hold a password: it does not go into the message.
            throw new IllegalArgumentException("Cannot read connections: " + path + "; no valid JSON at line "
                    + failure.getLocation().getLineNr());
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot read connections: " + path + "; is the file there?", failure);
        }
    }
}
