package dev.sluice.database;

import dev.sluice.settings.ConnectionSettings.Kafka.Security;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A Kafka cluster, and the schema registry beside it, with the credentials that open them. */
public final class KafkaEndpoint {

    private final String bootstrapServers;
    private final Security security;
    private final Optional<Login> login;
    private final Optional<Registry> registry;

    public KafkaEndpoint(
            String bootstrapServers, Security security, Optional<Login> login, Optional<Registry> registry) {
        this.bootstrapServers = Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        this.security = Objects.requireNonNull(security, "security");
        this.login = Objects.requireNonNull(login, "login");
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** User and password; the text form holds neither. */
    public record Login(String user, String password) implements Serializable {
        @Override
        public String toString() {
            return "(hidden)";
        }
    }

    /** A schema registry and who asks it. */
    public record Registry(String url, Optional<Login> login) {}

    public Optional<Registry> registry() {
        return registry;
    }

    /** The properties of a Kafka client, credentials included: for clients, never for a message. */
    public Map<String, String> clientProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        switch (security) {
            case PLAINTEXT -> properties.put("security.protocol", "PLAINTEXT");
            case TLS -> properties.put("security.protocol", "SSL");
            case SCRAM -> sasl(
                    properties, "SCRAM-SHA-512", jaas("org.apache.kafka.common.security.scram.ScramLoginModule"));
            case PLAIN -> sasl(properties, "PLAIN", jaas("org.apache.kafka.common.security.plain.PlainLoginModule"));
            case IAM -> {
                sasl(properties, "AWS_MSK_IAM", "software.amazon.msk.auth.iam.IAMLoginModule required;");
                properties.put(
                        "sasl.client.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler");
            }
        }
        return properties;
    }

    private static void sasl(Map<String, String> properties, String mechanism, String jaas) {
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", mechanism);
        properties.put("sasl.jaas.config", jaas);
    }

    private String jaas(String module) {
        Login known = login.orElseThrow(() -> new IllegalStateException("A login is required by " + security));
        return module + " required username=" + quoted(known.user()) + " password=" + quoted(known.password()) + ";";
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The address, fit for messages and logs. */
    public String display() {
        return "kafka://" + bootstrapServers;
    }

    @Override
    public String toString() {
        return display();
    }
}
