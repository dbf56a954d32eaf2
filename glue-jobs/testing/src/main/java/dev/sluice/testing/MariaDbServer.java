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

/** An embedded MariaDB for all tests of a JVM; it ends soon after the JVM does. On Linux of x86-64 only. */
public final class MariaDbServer {

    /** Locked by tests that use the server: a transaction left open in one database holds the bounds of all. */
    public static final String TRANSACTIONS = "MariaDB's transactions";

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static Servers servers;

    private MariaDbServer() {}

    /** Whether this platform has one. */
    public static boolean available() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
    }

    /** A new, empty database; its user may do everything. */
    public static Database newDatabase(String prefix) {
        String name = prefix + "_" + DATABASES.incrementAndGet();
        new Database(endpoint("mysql", "root", "")).execute("CREATE DATABASE " + name);
        return new Database(endpoint(name, "root", ""));
    }

    /** A database of the server as another role sees it. */
    public static Database as(Database database, String user, String password) {
        return new Database(new JdbcEndpoint(database.endpoint().url(), Optional.of(user), Optional.of(password)));
    }

    private static JdbcEndpoint endpoint(String database, String user, String password) {
        return new JdbcEndpoint(running().mariaDbUrl(database), Optional.of(user), Optional.of(password));
    }

    private static synchronized Servers running() {
        if (servers == null) {
            try {
                servers = Servers.start(
                        Files.createTempDirectory("sluice-mariadb"), Set.of(Part.MARIADB), Duration.ofSeconds(5));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return servers;
    }

    /** Starts the server with a database and keeps it up until the process is stopped. */
    public static void main(String[] arguments) throws InterruptedException {
        Database database = newDatabase("playground");
        System.out.println("MariaDB is up: " + database.endpoint().url() + " as "
                + database.endpoint().user().orElse(""));
        Thread.currentThread().join();
    }
}
