package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The PostgreSQL server process of a data directory, as its {@code postmaster.pid} names it. */
final class Postmaster {
    private static final Duration FAST = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE = Duration.ofSeconds(5);
    private static final int PORT_LINE = 3;

    private Postmaster() {}

    /** The port in the data directory's pid file, while the process that wrote it lives. */
    static Optional<Integer> port(Path data) throws IOException {
        List<String> lines = pidFile(data);
        return lines.size() > PORT_LINE && process(data).isPresent()
                ? Optional.of(Integer.valueOf(lines.get(PORT_LINE).strip()))
                : Optional.empty();
    }

    /**
     * Stops the server of a data directory, connections or not.
     *
     * @return whether one ran
     * @throws IOException when it cannot be signalled, or does not end
     */
    static boolean stopAt(Path data) throws IOException {
        Optional<ProcessHandle> process = process(data);
        if (process.isEmpty()) {
            return false;
        }
        // SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one; SIGTERM would wait for its clients.
        signal("INT", process.get());
        if (!ends(process.get(), FAST)) {
            signal("QUIT", process.get());
            if (!ends(process.get(), IMMEDIATE)) {
                throw new IOException(
                        "PostgreSQL does not end: process " + process.get().pid() + " of " + data);
            }
        }
        return true;
    }

    private static Optional<ProcessHandle> process(Path data) throws IOException {
        List<String> lines = pidFile(data);
        if (lines.isEmpty() || lines.get(0).isBlank()) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> serves(process, data));
    }

    /** Tells the server of this directory from another process that was given the same id later. */
    private static boolean serves(ProcessHandle process, Path data) {
        return process.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                .orElse(false);
    }

    private static List<String> pidFile(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        } catch (NoSuchFileException e) {
            // The server ended between the two calls.
            return List.of();
        }
    }

    private static void signal(String name, ProcessHandle process) throws IOException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static boolean ends(ProcessHandle process, Duration within) {
        Deadline deadline = Deadline.in(within);
        while (process.isAlive()) {
            if (deadline.passed()) {
                return false;
            }
            deadline.poll();
        }
        return true;
    }
}
