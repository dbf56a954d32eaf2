package dev.sluice.cli.lake;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Part;
import dev.sluice.embedded.Servers;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The embedded servers of a home, each started when it is first asked for. Safe to call from many threads. */
public final class LocalServers implements AutoCloseable {

    /** How long the servers stay up for the next command. */
    public static final Duration GRACE = Duration.ofMinutes(5);

    private final Home home;
    private final Map<Part, Servers> held = new EnumMap<>(Part.class);

    public LocalServers(Home home) {
        this.home = home.create();
    }

    /** A database of the home's own PostgreSQL, which need not exist yet. */
    public JdbcEndpoint database(String name) {
        Servers servers = start(Part.POSTGRES);
        return new JdbcEndpoint(servers.jdbcUrl(name), Optional.of(servers.user()), Optional.of(servers.password()));
    }

    /** A database of the home's own MariaDB, which need not exist yet. */
    public JdbcEndpoint mariaDb(String name) {
        return new JdbcEndpoint(start(Part.MARIADB).mariaDbUrl(name), Optional.of("root"), Optional.of(""));
    }

    /** Where the home's own DynamoDB listens. */
    public URI dynamoDb() {
        return start(Part.DYNAMODB).dynamoDbEndpoint();
    }

    /** Lets the servers run on after the last client, until they are stopped. */
    public void keep() {
        start(Part.POSTGRES).keep();
    }

    private synchronized Servers start(Part part) {
        return held.computeIfAbsent(part, wanted -> Servers.start(home.folder(), Set.of(wanted), GRACE));
    }

    /** Gives up the hold; the servers end some time after the last one does. */
    @Override
    public synchronized void close() {
        held.values().forEach(Servers::close);
        held.clear();
    }
}
