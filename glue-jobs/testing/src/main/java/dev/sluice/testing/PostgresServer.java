package dev.sluice.testing;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Part;
import dev.sluice.embedded.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An embedded PostgreSQL for all tests of a JVM; it ends soon after the JVM does. */
public final class PostgresServer {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static Servers servers;

    private PostgresServer() {}

    /** A new, empty database. */
    public static Database newDatabase(String prefix) {
        Servers running = running();
        String name = prefix + "_" + DATABASES.incrementAndGet();
        JdbcEndpoint admin = endpoint(running, "postgres");
        new Database(admin).execute("CREATE DATABASE " + name);
        return new Database(endpoint(running, name));
    }

    private static synchronized Servers running() {
        if (servers == null) {
            try {
                servers = Servers.start(
                        Files.createTempDirectory("sluice-postgres"), Set.of(Part.POSTGRES), Duration.ofSeconds(5));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return servers;
    }

    private static JdbcEndpoint endpoint(Servers running, String database) {
        return new JdbcEndpoint(
                running.jdbcUrl(database), Optional.of(running.user()), Optional.of(running.password()));
    }

    /** Starts the server with a database and keeps it up until the process is stopped. */
    public static void main(String[] arguments) throws InterruptedException {
        Database database = newDatabase("playground");
        System.out.println("PostgreSQL is up: " + database.endpoint().url() + " as "
                + database.endpoint().user().orElse(""));
        Thread.currentThread().join();
    }
}
