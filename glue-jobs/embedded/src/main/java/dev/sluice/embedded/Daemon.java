package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of one home and the rule by which they end. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long TICK_MILLIS = 250;

    private final RunFolder run;
    private final DaemonArguments arguments;
    private final Map<Part, Integer> ports = new EnumMap<>(Part.class);
    private final List<AutoCloseable> servers = new ArrayList<>();
    private boolean stopped;

    Daemon(RunFolder run, DaemonArguments arguments) {
        this.run = run;
        this.arguments = arguments;
    }

    /** Starts what is wanted and serves until nobody needs it; whether it ended as it should. */
    boolean serve() {
        try {
            LOG.info("Serving {} with {} {}", run.home(), arguments.parts(), arguments.options());
            Files.deleteIfExists(run.servers());
            startAll(arguments.parts());
            publish();
            awaitEnd();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.error("Cannot serve {}", run.home(), e);
            return false;
        } catch (InterruptedException e) {
            LOG.error("Interrupted", e);
            return false;
        }
    }

    /** Unpublishes and stops everything; runs once, on the way out of the process. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        try {
            // First of all, so that no client attaches to what is about to end.
            Files.deleteIfExists(run.servers());
        } catch (IOException e) {
            LOG.error("Cannot delete {}", run.servers(), e);
        }
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                LOG.error("Cannot stop {}", server, e);
            }
        }
        LOG.info("Ended");
    }

    private void startAll(Set<Part> parts) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> starts = new ArrayList<>();
            for (Part part : parts) {
                starts.add(threads.submit(() -> {
                    startOne(part);
                    return null;
                }));
            }
            awaitAll(starts);
        } finally {
            threads.shutdown();
        }
    }

    /** Where one start fails, the others end first: what they are about to write is stopped or finished with them. */
    private static void awaitAll(List<Future<?>> starts) throws IOException, InterruptedException {
        IOException failed = null;
        for (Future<?> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                if (failed == null) {
                    failed = new IOException(e.getCause());
                } else {
                    failed.addSuppressed(e.getCause());
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void startOne(Part part) throws IOException {
        long begin = System.nanoTime();
        switch (part) {
            case POSTGRES -> {
                PostgresServer postgres = PostgresServer.start(run, arguments.options());
                started(part, postgres, postgres.port());
            }
            case DYNAMODB -> {
                DynamoDbServer dynamoDb = DynamoDbServer.start(run, arguments.options());
                started(part, dynamoDb, dynamoDb.port());
            }
            case MARIADB -> {
                MariaDbServer mariaDb = MariaDbServer.start(run);
                started(part, mariaDb, mariaDb.port());
            }
        }
        LOG.info("{} is up after {} ms", part, (System.nanoTime() - begin) / 1_000_000);
    }

    private synchronized void started(Part part, AutoCloseable server, int port) throws IOException {
        if (stopped) {
            closeLate(part, server);
            return;
        }
        servers.add(server);
        ports.put(part, port);
    }

    private static void closeLate(Part part, AutoCloseable server) throws IOException {
        try {
            server.close();
        } catch (Exception e) {
            throw new IOException("Cannot stop " + part, e);
        }
    }

    private synchronized void publish() throws IOException {
        if (stopped) {
            return;
        }
        ProcessHandle self = ProcessHandle.current();
        run.publish(new RunningServers(
                self.pid(),
                self.info().startInstant().orElseGet(Instant::now),
                port(Part.POSTGRES),
                port(Part.DYNAMODB),
                port(Part.MARIADB),
                arguments.options()));
    }

    private OptionalInt port(Part part) {
        Integer port = ports.get(part);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** Returns when the grace has passed without a client; the clients' lock then stays held until the process ends. */
    private void awaitEnd() throws IOException, InterruptedException {
        long idleSince = System.nanoTime();
        while (true) {
            startWanted();
            Optional<FolderLock> alone = FolderLock.tryAcquire(run.clientsLock(), FolderLock.Mode.EXCLUSIVE);
            if (alone.isEmpty() || Files.exists(run.keep())) {
                idleSince = System.nanoTime();
            } else if (System.nanoTime() - idleSince >= arguments.grace().toNanos()) {
                LOG.info("No client for {}: ending", arguments.grace());
                return;
            }
            alone.ifPresent(FolderLock::close);
            Thread.sleep(TICK_MILLIS);
        }
    }

    /** Starts the parts that clients ask for; a part that fails leaves the others alone. */
    private void startWanted() throws IOException, InterruptedException {
        for (Part part : Part.values()) {
            if (Files.exists(run.wanted(part))) {
                try {
                    if (port(part).isEmpty()) {
                        startAll(Set.of(part));
                        publish();
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.error("Cannot start {}", part, e);
                }
                // Last: its absence is the answer the client waits for.
                Files.deleteIfExists(run.wanted(part));
            }
        }
    }
}
