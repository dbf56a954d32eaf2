package dev.sluice.embedded;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;

/**
 * What a daemon publishes about itself: the process and the loopback ports of its parts.
 *
 * @param pid the daemon's process id
 * @param started when that process started; tells it from a later process with the same id
 * @param postgresPort PostgreSQL's TCP port, empty when the daemon does not run it
 * @param dynamoDbPort DynamoDB Local's TCP port, empty when the daemon does not run it
 * @param mariaDbPort MariaDB's TCP port, empty when the daemon does not run it
 * @param options the options the daemon was launched with
 */
public record RunningServers(
        long pid,
        Instant started,
        OptionalInt postgresPort,
        OptionalInt dynamoDbPort,
        OptionalInt mariaDbPort,
        Set<ServerOption> options) {

    private static final String HOST = "127.0.0.1";
    /** The system clock may be stepped between two readings of a process's start. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(3);

    private static final String PID = "pid";
    private static final String STARTED = "started";
    private static final String POSTGRES_PORT = "postgres.port";
    private static final String POSTGRES_JDBC_BASE = "postgres.jdbc-url-base";
    private static final String POSTGRES_USER = "postgres.user";
    private static final String DYNAMODB_PORT = "dynamodb.port";
    private static final String MARIADB_PORT = "mariadb.port";
    private static final String OPTIONS = "options";

    /** Checks for nulls and copies the set. */
    public RunningServers {
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(postgresPort, "postgresPort");
        Objects.requireNonNull(dynamoDbPort, "dynamoDbPort");
        Objects.requireNonNull(mariaDbPort, "mariaDbPort");
        options = Set.copyOf(options);
    }

    /** The parts that accept connections. */
    public Set<Part> parts() {
        EnumSet<Part> parts = EnumSet.noneOf(Part.class);
        if (postgresPort.isPresent()) {
            parts.add(Part.POSTGRES);
        }
        if (dynamoDbPort.isPresent()) {
            parts.add(Part.DYNAMODB);
        }
        if (mariaDbPort.isPresent()) {
            parts.add(Part.MARIADB);
        }
        return parts;
    }

    /**
     * The JDBC URL of one database, without credentials: see {@link #user()} and {@link #password()}.
     *
     * @throws ServersException when the daemon does not run PostgreSQL
     */
    public String jdbcUrl(String database) {
        return jdbcUrlBase() + database;
    }

    /**
     * Where DynamoDB Local listens.
     *
     * @throws ServersException when the daemon does not run DynamoDB Local
     */
    public URI dynamoDbEndpoint() {
        return URI.create("http://" + HOST + ":" + dynamoDbPort.orElseThrow(() -> missing(Part.DYNAMODB)));
    }

    /**
     * The JDBC URL of one database of MariaDB, without credentials: user {@code root}, empty password.
     *
     * @throws ServersException when the daemon does not run MariaDB
     */
    public String mariaDbUrl(String database) {
        return "jdbc:mysql://" + HOST + ":" + mariaDbPort.orElseThrow(() -> missing(Part.MARIADB)) + "/" + database;
    }

    /** PostgreSQL's superuser. */
    public String user() {
        return "postgres";
    }

    /** A password to satisfy drivers that insist on one; PostgreSQL trusts every loopback connection. */
    public String password() {
        return "postgres";
    }

    /** Whether the process that published this still runs. */
    boolean alive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info()
                        .startInstant()
                        .map(instant -> Duration.between(started, instant).abs().compareTo(START_TOLERANCE) <= 0)
                        .orElse(true))
                .orElse(false);
    }

    Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty(PID, Long.toString(pid));
        properties.setProperty(STARTED, Long.toString(started.toEpochMilli()));
        postgresPort.ifPresent(port -> {
            properties.setProperty(POSTGRES_PORT, Integer.toString(port));
            properties.setProperty(POSTGRES_JDBC_BASE, jdbcUrlBase());
            properties.setProperty(POSTGRES_USER, user());
        });
        dynamoDbPort.ifPresent(port -> properties.setProperty(DYNAMODB_PORT, Integer.toString(port)));
        mariaDbPort.ifPresent(port -> properties.setProperty(MARIADB_PORT, Integer.toString(port)));
        properties.setProperty(
                OPTIONS,
                String.join(",", options.stream().map(Enum::name).sorted().toList()));
        return properties;
    }

    /** The reverse of {@link #toProperties()}; throws IllegalArgumentException on a value it cannot read. */
    static RunningServers fromProperties(Properties properties) {
        EnumSet<ServerOption> options = EnumSet.noneOf(ServerOption.class);
        for (String name : properties.getProperty(OPTIONS, "").split(",")) {
            if (!name.isEmpty()) {
                options.add(ServerOption.valueOf(name));
            }
        }
        return new RunningServers(
                Long.parseLong(properties.getProperty(PID)),
                Instant.ofEpochMilli(Long.parseLong(properties.getProperty(STARTED))),
                port(properties, POSTGRES_PORT),
                port(properties, DYNAMODB_PORT),
                port(properties, MARIADB_PORT),
                options);
    }

    private static OptionalInt port(Properties properties, String key) {
        String value = properties.getProperty(key);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    private String jdbcUrlBase() {
        return "jdbc:postgresql://" + HOST + ":" + postgresPort.orElseThrow(() -> missing(Part.POSTGRES)) + "/";
    }

    private static ServersException missing(Part part) {
        return new ServersException("Cannot reach " + part + ": the daemon was not asked to run it;"
                + " name it among the parts given to Servers.start");
    }
}
