package dev.sluice.settings;

import dev.sluice.settings.ConnectionSettings.Kafka;
import dev.sluice.settings.ConnectionSettings.Kafka.Security;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code connection} of a source of kind kafka. */
final class KafkaConnectionReader {

    /** The keys that no other kind of source has. */
    static final List<String> OWN =
            List.of(Keys.BOOTSTRAP_SERVERS, Keys.SECURITY, Keys.REGISTRY_URL, Keys.REGISTRY_SECRET);

    private static final Pattern SERVERS =
            Pattern.compile("(\\[[0-9a-fA-F:]+]|[\\w.-]+):\\d{1,5}(,(\\[[0-9a-fA-F:]+]|[\\w.-]+):\\d{1,5})*");

    private KafkaConnectionReader() {}

    static Optional<ConnectionSettings> read(ObjectReader reader) {
        for (String key : List.of(Keys.JDBC_URL, Keys.GLUE_CONNECTION)) {
            if (reader.has(key)) {
                reader.problem(key, "Is for databases.", "Give bootstrap-servers.");
            }
        }
        reader.require(Keys.BOOTSTRAP_SERVERS, "Give the brokers as host:port, separated by commas.");
        Optional<String> servers = reader.text(Keys.BOOTSTRAP_SERVERS);
        servers.filter(text -> !SERVERS.matcher(text).matches())
                .ifPresent(wrong -> reader.problem(
                        Keys.BOOTSTRAP_SERVERS,
                        "Is no list of brokers.",
                        "Write host:port, separated by commas and without blanks."));
        Security security = reader.choice(Keys.SECURITY, Security.values()).orElse(Security.TLS);
        Optional<String> secret = reader.text(Keys.SECRET);
        if (security.asksForLogin() != reader.has(Keys.SECRET)) {
            reader.problem(
                    Keys.SECRET,
                    security.asksForLogin()
                            ? "Is missing: security " + Words.of(security) + " asks for user and password."
                            : "Security " + Words.of(security) + " asks for no user and password.",
                    security.asksForLogin()
                            ? "Name the secret that holds them."
                            : "Leave secret out, or write security: scram or security: plain.");
        }
        Optional<String> registry = reader.text(Keys.REGISTRY_URL);
        registry.ifPresent(url -> checkRegistry(reader, url));
        Optional<String> registrySecret = reader.text(Keys.REGISTRY_SECRET);
        if (reader.has(Keys.REGISTRY_SECRET) && !reader.has(Keys.REGISTRY_URL)) {
            reader.problem(Keys.REGISTRY_SECRET, "Goes with registry-url only.", "Give registry-url, or leave it out.");
        }
        return servers.map(known -> new Kafka(known, security, secret, registry, registrySecret));
    }

    /** The problems quote no part of the URL: it may hold a password. */
    private static void checkRegistry(ObjectReader reader, String url) {
        if (Credentials.areIn(url)) {
            reader.problem(Keys.REGISTRY_URL, "Holds a user or a password.", "Put them into registry-secret.");
            return;
        }
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return;
            }
        } catch (URISyntaxException unreadable) {
            // Told below, with any other URL that is none of a registry.
        }
        reader.problem(Keys.REGISTRY_URL, "Is no URL of a registry.", "Write it like https://registry.internal:8081.");
    }
}
