package dev.sluice.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Debezium's engine in a process of its own, which writes a database's changes to Kafka. Its position is in its folder: a
 * connector that is started again on the same folder reads on from there, repeating what it had not noted as written.
 */
public final class Connector implements AutoCloseable {

    private static final String CONFIGURATION = "connector.properties";

    private final ServerProcess process;

    private Connector(ServerProcess process) {
        this.process = process;
    }

    /** How events are written. */
    public enum Format {
        /** As JSON that carries its schema. */
        JSON,
        /** As Avro in Confluent's wire format, schemas in the broker's registry. */
        AVRO
    }

    /**
     * Starts Debezium and waits until its engine runs.
     *
     * @param broker where events go; topics that are missing are made with two partitions
     * @param format how they are written
     * @param configuration the connector's, as Debezium documents it. One that names converters, as a file for Kafka Connect
     *     does, is followed in these and in its topics too, and must hold no key that is unknown
     * @param folder where its position is kept
     */
    public static Connector start(Broker broker, Format format, Map<String, String> configuration, Path folder) {
        Properties properties = new Properties();
        properties.putAll(configuration);
        properties.setProperty(ConnectorMain.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        properties.setProperty(ConnectorMain.REGISTRY, broker.registryUrl());
        properties.setProperty(ConnectorMain.FORMAT, format.name());
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve(ConnectorMain.STARTED));
            try (OutputStream file = Files.newOutputStream(folder.resolve(CONFIGURATION))) {
                properties.store(file, null);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ServerProcess process = ServerProcess.start(ConnectorMain.class, folder);
        process.await(folder.resolve(ConnectorMain.STARTED));
        return new Connector(process);
    }

    /** Ends the process at once, as a crash would. */
    public void kill() {
        process.kill();
    }

    /** The end of its log, for a person who wonders why nothing arrives. */
    public String log() {
        return process.tail();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Stops it cleanly. */
    @Override
    public void close() {
        process.stop();
    }

    static Properties configuration(Path folder) throws IOException {
        Properties properties = new Properties();
        try (var file = Files.newInputStream(folder.resolve(CONFIGURATION))) {
            properties.load(file);
        }
        return properties;
    }
}
