package dev.sluice.embedded;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The files by which the clients and the daemon of one home find each other.
 *
 * @param home the home folder, absolute
 */
record RunFolder(Path home) {
    private static final int LOG_TAIL_LINES = 30;
    private static final long LOG_LIMIT = 4L << 20;

    /** Names the folder, without making it. */
    static RunFolder of(Path home) {
        return new RunFolder(home.toAbsolutePath().normalize());
    }

    /** Makes the folder where it is missing. */
    RunFolder create() {
        try {
            Files.createDirectories(folder());
            return this;
        } catch (IOException e) {
            throw new ServersException(
                    "Cannot create the folder of the embedded servers: " + folder() + ": " + e
                            + "; choose a home that is writable",
                    e);
        }
    }

    Path folder() {
        return home.resolve("run");
    }

    Path servers() {
        return folder().resolve("servers.properties");
    }

    Path log() {
        return folder().resolve("servers.log");
    }

    Path postgresLog() {
        return folder().resolve("postgres.log");
    }

    Path clientsLock() {
        return folder().resolve("clients.lock");
    }

    Path daemonLock() {
        return folder().resolve("daemon.lock");
    }

    Path launchLock() {
        return folder().resolve("launch.lock");
    }

    Path keep() {
        return folder().resolve("keep");
    }

    Path wanted(Part part) {
        return folder().resolve("wanted-" + part);
    }

    /** Present while PostgreSQL's data directory is being made, so that half of one is never taken for whole. */
    Path postgresUnfinished() {
        return folder().resolve("postgres-unfinished");
    }

    Path postgresData() {
        return home.resolve("postgres");
    }

    /** Present while MariaDB's data directory is being made. */
    Path mariaDbUnfinished() {
        return folder().resolve("mariadb-unfinished");
    }

    Path mariaDbData() {
        return home.resolve("mariadb");
    }

    Path mariaDbLog() {
        return folder().resolve("mariadb.log");
    }

    Path dynamoDbData() {
        return home.resolve("dynamodb");
    }

    /** Publishes the daemon's addresses; a reader sees the old file or the new one, never half of one. */
    void publish(RunningServers servers) throws IOException {
        Path fresh = folder().resolve("servers.properties.new");
        try (Writer writer = Files.newBufferedWriter(fresh, StandardCharsets.UTF_8)) {
            servers.toProperties().store(writer, null);
        }
        Files.move(fresh, servers(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What the living daemon published; empty when there is none, or when its process is gone. */
    Optional<RunningServers> running() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(servers(), StandardCharsets.UTF_8)) {
            properties.load(reader);
            return Optional.of(RunningServers.fromProperties(properties)).filter(RunningServers::alive);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new ServersException(
                    "Cannot read the addresses of the embedded servers: " + servers() + ": " + e
                            + "; stop the daemon and delete the file",
                    e);
        }
    }

    /** Moves a long log aside, so that a home in daily use does not fill the disk. */
    void rotateLogs() throws IOException {
        for (Path log : List.of(log(), postgresLog(), mariaDbLog())) {
            if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The last lines of the daemon's log, for an error message. */
    String logTail() {
        try {
            List<String> lines = List.of(new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).split("\\R"));
            List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return "the end of " + log() + ":\n  " + String.join("\n  ", tail);
        } catch (IOException e) {
            return "its log cannot be read: " + e;
        }
    }
}
