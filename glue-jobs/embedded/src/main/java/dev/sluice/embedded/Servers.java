package dev.sluice.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A client's hold on the embedded servers of one home folder.
 *
 * <p>While at least one client holds them, the daemon runs; the hold ends with {@link #close()} or with the client's
 * process, however that dies. Some time after the last one is gone, the grace, the daemon stops its servers and ends,
 * unless {@link #keep()} told it to stay. Data stay in the home folder and are there again at the next start; ports
 * may differ then.
 *
 * <p>Instances are safe for use by several threads, and one JVM may hold several of one home.
 */
public final class Servers implements AutoCloseable {
    /** How long the daemon outlives its last client where nobody says otherwise. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final RunFolder run;
    private final ClientHold hold;
    private final RunningServers servers;

    private Servers(RunFolder run, ClientHold hold, RunningServers servers) {
        this.run = run;
        this.hold = hold;
        this.servers = servers;
    }

    /** As {@link #start(Path, Set, Duration, Set)} without options. */
    public static Servers start(Path home, Set<Part> parts, Duration grace) {
        return start(home, parts, grace, Set.of());
    }

    /**
     * Attaches to the daemon of a home, or launches it, and waits until every wanted part accepts connections.
     *
     * <p>A running daemon that lacks a part is told to start it; other clients are not disturbed. Two clients that
     * start at once end up with one daemon. The daemon is detached: it shares neither the caller's standard streams
     * nor its fate.
     *
     * @param home the folder for data and run files; made where missing
     * @param parts what the caller needs; the daemon may run more
     * @param grace how long a daemon launched by this call outlives its last client; a running one keeps its own
     * @param options how a daemon launched by this call deviates from the defaults
     * @throws ServersException when a part does not start within two minutes, with the tail of the daemon's log; or
     *     when a running daemon was launched without one of the options
     */
    public static Servers start(Path home, Set<Part> parts, Duration grace, Set<ServerOption> options) {
        RunFolder run = RunFolder.of(home).create();
        Deadline deadline = Deadline.in(START_TIMEOUT);
        // The hold comes first: from here on a daemon that runs cannot decide to end.
        ClientHold hold = ClientHold.acquire(run, deadline);
        boolean started = false;
        try {
            RunningServers servers = new Launch(run, parts, grace, options, deadline).attach();
            started = true;
            return new Servers(run, hold, servers);
        } finally {
            if (!started) {
                hold.close();
            }
        }
    }

    /** What runs at a home now, without starting anything and without a hold on it. */
    public static Optional<RunningServers> running(Path home) {
        return RunFolder.of(home).running();
    }

    /**
     * Stops the daemon of a home, whoever uses it, and whatever a killed daemon left behind. Data stay.
     *
     * @return whether anything ran
     * @throws ServersException when it does not end within 40 seconds
     */
    public static boolean stop(Path home) {
        RunFolder run = RunFolder.of(home);
        if (!Files.isDirectory(run.folder())) {
            return false;
        }
        Deadline deadline = Deadline.in(STOP_TIMEOUT);
        FolderLock lock = FolderLock.acquire(run.launchLock(), FolderLock.Mode.EXCLUSIVE, deadline);
        try {
            Files.deleteIfExists(run.keep());
            Optional<ProcessHandle> daemon = run.running().flatMap(servers -> ProcessHandle.of(servers.pid()));
            daemon.ifPresent(ProcessHandle::destroy);
            while (daemon.isPresent() && daemon.get().isAlive()) {
                if (deadline.passed()) {
                    throw new ServersException("Cannot stop the embedded servers: process "
                            + daemon.get().pid() + " does not end; " + run.logTail());
                }
                deadline.poll();
            }
            boolean orphaned = Postmaster.stopAt(run.postgresData()) | MariaDbServer.stopAt(run.mariaDbData());
            Files.deleteIfExists(run.servers());
            return daemon.isPresent() || orphaned;
        } catch (IOException e) {
            throw new ServersException("Cannot stop the embedded servers of " + run.home() + ": " + e, e);
        } finally {
            lock.close();
        }
    }

    /** The JDBC URL of one database, without credentials; making the database is the caller's affair. */
    public String jdbcUrl(String database) {
        return servers.jdbcUrl(database);
    }

    /** The JDBC URL of one database of MariaDB, without credentials: user {@code root}, empty password. */
    public String mariaDbUrl(String database) {
        return servers.mariaDbUrl(database);
    }

    /** PostgreSQL's superuser. */
    public String user() {
        return servers.user();
    }

    /** A password to satisfy drivers that insist on one; PostgreSQL trusts every loopback connection. */
    public String password() {
        return servers.password();
    }

    /**
     * PostgreSQL's TCP port on 127.0.0.1.
     *
     * @throws ServersException when the daemon does not run PostgreSQL
     */
    public int postgresPort() {
        return URI.create(servers.jdbcUrl("").substring("jdbc:".length())).getPort();
    }

    /**
     * Where DynamoDB Local listens; it takes any region and any credentials made of letters and digits.
     *
     * @throws ServersException when the daemon does not run DynamoDB Local
     */
    public URI dynamoDbEndpoint() {
        return servers.dynamoDbEndpoint();
    }

    /** What the daemon published when this client attached. */
    public RunningServers addresses() {
        return servers;
    }

    /** Tells the daemon to run on without clients, until {@link #stop(Path)}. */
    public void keep() {
        try {
            Files.write(run.keep(), new byte[0]);
        } catch (IOException e) {
            throw new ServersException("Cannot keep the embedded servers up: " + run.keep() + ": " + e, e);
        }
    }

    /** Gives up the hold; when it was the last one, the daemon's grace begins. Closing twice does nothing. */
    @Override
    public void close() {
        hold.close();
    }
}
