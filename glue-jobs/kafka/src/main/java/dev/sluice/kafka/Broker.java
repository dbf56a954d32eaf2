package dev.sluice.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One Kafka broker with a schema registry beside it, on loopback, on data that live as long as their folder. */
public final class Broker implements AutoCloseable {

    /** Whom the registry lets in. */
    public static final String REGISTRY_USER = "reader";

    public static final String REGISTRY_PASSWORD = "registry-secret";

    private final ServerProcess process;
    private final String bootstrapServers;
    private final String registryUrl;

    private Broker(ServerProcess process, String bootstrapServers, String registryUrl) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        this.registryUrl = registryUrl;
    }

    /**
     * Starts a broker and waits until it answers. On an empty folder it is a new one; on that of a broker that has ended it goes
     * on with its topics at the same address, beside an empty registry at another.
     */
    public static Broker start(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve(BrokerMain.ADDRESS));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ServerProcess process = ServerProcess.start(BrokerMain.class, folder);
        String[] published = process.await(folder.resolve(BrokerMain.ADDRESS)).split("\n");
        return new Broker(process, published[0], published[1]);
    }

    /** Where clients connect, as {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The schema registry's base URL; it asks for {@link #REGISTRY_USER} and {@link #REGISTRY_PASSWORD}. */
    public String registryUrl() {
        return registryUrl;
    }

    /** Ends the broker by SIGKILL. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.stop();
    }
}
