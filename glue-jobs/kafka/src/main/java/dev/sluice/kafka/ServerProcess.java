package dev.sluice.kafka;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with this module's class path that runs one server. It ends when its standard input does, so it outlives nobody who
 * started it, however that one dies.
 */
final class ServerProcess {

    private static final String LANDMARK = "debezium-embedded-";
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 25;

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a class's {@code main} with the folder as its only argument; its output goes to a log in that folder. */
    static ServerProcess start(Class<?> main, Path folder) {
        Path log = folder.resolve(main.getSimpleName() + ".log");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC"));
        line.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
        line.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        line.add("-Dorg.slf4j.simpleLogger.log.io.debezium=info");
        line.add("-cp");
        line.add(codeSource() + File.pathSeparator + library() + File.separator + "*");
        line.add(main.getName());
        line.add(folder.toString());
        try {
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            return new ServerProcess(builder.start(), log);
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot start " + main.getName(), failure);
        }
    }

    /** Waits until the server has written a file, and returns its text. */
    String await(Path published) {
        long deadline = System.nanoTime() + START.toNanos();
        while (!Files.exists(published)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("The server of " + log
                        + (process.isAlive() ? " is not ready in time" : " ended") + ": " + tail());
            }
            pause();
        }
        try {
            return Files.readString(published).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets the server end by itself, and waits for it. */
    void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException alreadyClosed) {
            process.destroy();
        }
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Ends the process at once, without any of its own code running. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of the server's log. */
    String tail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException failure) {
            return "no log: " + failure;
        }
    }

    /** Blocks in the server's process until whoever started it lets go. */
    static void awaitEndOfInput() throws IOException {
        byte[] buffer = new byte[64];
        int read = System.in.read(buffer);
        while (read >= 0) {
            read = System.in.read(buffer);
        }
    }

    /** Publishes a server's address as a whole: whoever sees the file sees all of it. */
    static void publish(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a server started", interrupted);
        }
    }

    private static Path codeSource() {
        try {
            return Path.of(ServerProcess.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath();
        } catch (URISyntaxException failure) {
            throw new IllegalStateException("Cannot find this module's classes", failure);
        }
    }

    /** The jars beside this module's classes or jar. */
    private static Path library() {
        Path library = codeSource().getParent().resolve("lib");
        String[] jars = library.toFile().list((folder, name) -> name.startsWith(LANDMARK));
        if (jars == null || jars.length == 0) {
            throw new IllegalStateException("No jars in " + library + "; build the module glue-jobs/kafka");
        }
        return library;
    }
}
