package dev.sluice.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;

/**
 * The part of a connector's file that Kafka Connect's worker follows, and Debezium's engine does not: converters and topics.
 * A worker passes over a key that nobody knows; this one refuses the file.
 */
final class Worker {

    private static final String TOPICS = "topic.creation.default.";
    private static final String PARTITIONS = TOPICS + "partitions";
    private static final String REPLICATION = TOPICS + "replication.factor";

    private final Map<String, String> configuration;

    private Worker(Map<String, String> configuration) {
        this.configuration = configuration;
    }

    /** The worker of a file that names converters. */
    static Optional<Worker> of(Properties properties) {
        Map<String, String> configuration = properties.stringPropertyNames().stream()
                .filter(key -> !key.startsWith(ConnectorMain.OWN) && !key.startsWith("offset."))
                .collect(Collectors.toMap(key -> key, properties::getProperty));
        return configuration.containsKey(ConnectorConfig.VALUE_CONVERTER_CLASS_CONFIG)
                ? Optional.of(new Worker(configuration))
                : Optional.empty();
    }

    /** Throws where the file has a key that neither Kafka Connect nor the connector nor a converter has. */
    void requireKnownKeys() {
        Set<String> unknown = new HashSet<>(configuration.keySet());
        unknown.removeAll(SourceConnectorConfig.configDef().names());
        Connector connector = made(ConnectorConfig.CONNECTOR_CLASS_CONFIG);
        unknown.removeAll(connector.config().names());
        for (String converter :
                Set.of(ConnectorConfig.KEY_CONVERTER_CLASS_CONFIG, ConnectorConfig.VALUE_CONVERTER_CLASS_CONFIG)) {
            JsonConverterConfig.configDef().names().forEach(name -> unknown.remove(converter + "." + name));
        }
        // What a topic cannot have the broker refuses.
        unknown.removeIf(key -> key.startsWith(TOPICS));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("The connector's file has keys that nobody knows: " + unknown);
        }
    }

    EventFormat format() {
        Converter keys = converter(ConnectorConfig.KEY_CONVERTER_CLASS_CONFIG, true);
        Converter values = converter(ConnectorConfig.VALUE_CONVERTER_CLASS_CONFIG, false);
        return new EventFormat() {
            @Override
            public byte[] key(SourceRecord event) {
                return keys.fromConnectData(event.topic(), event.keySchema(), event.key());
            }

            @Override
            public byte[] value(SourceRecord event) {
                return values.fromConnectData(event.topic(), event.valueSchema(), event.value());
            }
        };
    }

    NewTopic topic(String name) {
        Map<String, String> settings = new HashMap<>(below(TOPICS));
        settings.remove(PARTITIONS.substring(TOPICS.length()));
        settings.remove(REPLICATION.substring(TOPICS.length()));
        return new NewTopic(
                        name,
                        Integer.parseInt(configuration.get(PARTITIONS)),
                        Short.parseShort(configuration.get(REPLICATION)))
                .configs(settings);
    }

    private Converter converter(String key, boolean ofKeys) {
        Converter converter = made(key);
        converter.configure(below(key + "."), ofKeys);
        return converter;
    }

    private Map<String, String> below(String prefix) {
        return configuration.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .collect(Collectors.toMap(key -> key.substring(prefix.length()), configuration::get));
    }

    @SuppressWarnings("unchecked")
    private <T> T made(String key) {
        try {
            return (T) Class.forName(configuration.get(key))
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalArgumentException("Cannot make the class that " + key + " names", failure);
        }
    }
}
