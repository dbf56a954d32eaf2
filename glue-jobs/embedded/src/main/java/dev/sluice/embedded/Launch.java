package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One client's way to a daemon that runs every wanted part. */
final class Launch {
    private final RunFolder run;
    private final Set<Part> parts;
    private final Duration grace;
    private final Set<ServerOption> options;
    private final Deadline deadline;

    Launch(RunFolder run, Set<Part> parts, Duration grace, Set<ServerOption> options, Deadline deadline) {
        this.run = run;
        this.parts = Set.copyOf(parts);
        this.grace = grace;
        this.options = Set.copyOf(options);
        this.deadline = deadline;
    }

    /** Attaches or launches, one client at a time. */
    RunningServers attach() {
        FolderLock lock = FolderLock.acquire(run.launchLock(), FolderLock.Mode.EXCLUSIVE, deadline);
        try {
            while (true) {
                Optional<RunningServers> running = run.running();
                Optional<RunningServers> ready = running.isPresent() ? complete(running.get()) : launch();
                if (ready.isPresent()) {
                    return ready.get();
                }
            }
        } catch (IOException e) {
            throw new ServersException("Cannot start the embedded servers of " + run.home() + ": " + e, e);
        } finally {
            lock.close();
        }
    }

    /** Has a running daemon start what it lacks; empty when it ended meanwhile. */
    private Optional<RunningServers> complete(RunningServers running) throws IOException {
        Set<ServerOption> lacking = new TreeSet<>(options);
        lacking.removeAll(running.options());
        if (!lacking.isEmpty()) {
            throw new ServersException("Cannot use the embedded servers of " + run.home() + " with " + lacking
                    + ": process " + running.pid() + " was launched without; stop it first");
        }
        Set<Part> missing = EnumSet.noneOf(Part.class);
        missing.addAll(parts);
        missing.removeAll(running.parts());
        for (Part part : missing) {
            Files.write(run.wanted(part), new byte[0]);
        }
        while (true) {
            boolean answered = missing.stream().noneMatch(part -> Files.exists(run.wanted(part)));
            Optional<RunningServers> current = run.running();
            if (current.isEmpty()) {
                return Optional.empty();
            }
            if (current.get().parts().containsAll(parts)) {
                return current;
            }
            if (answered) {
                throw new ServersException(
                        "Cannot start " + missing + " in the running daemon " + running.pid() + "; " + run.logTail());
            }
            checkDeadline("daemon " + running.pid());
        }
    }

    /** Launches a daemon and waits for its addresses; empty when it found another one in its place. */
    private Optional<RunningServers> launch() throws IOException {
        for (Part part : Part.values()) {
            Files.deleteIfExists(run.wanted(part));
        }
        run.rotateLogs();
        Process process = new DaemonCommand(run, parts, grace, options).launch();
        while (true) {
            Optional<RunningServers> running = run.running();
            if (running.isPresent()) {
                return complete(running.get());
            }
            if (!process.isAlive()) {
                if (process.exitValue() == EmbeddedServers.EXIT_OTHER_DAEMON && !deadline.passed()) {
                    return Optional.empty();
                }
                throw new ServersException("Cannot start the embedded servers of " + run.home()
                        + ": the daemon ended with exit code " + process.exitValue() + "; " + run.logTail());
            }
            checkDeadline("daemon " + process.pid());
        }
    }

    private void checkDeadline(String who) {
        if (deadline.passed()) {
            Path log = run.log();
            throw new ServersException("Cannot start the embedded servers of " + run.home() + ": " + who
                    + " is not ready in time; " + (Files.exists(log) ? run.logTail() : "it logged nothing"));
        }
        deadline.poll();
    }
}
