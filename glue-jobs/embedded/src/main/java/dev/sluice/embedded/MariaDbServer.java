package dev.sluice.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MariaDB on a data directory that stays, in UTC, with a binary log of whole rows. */
final class MariaDbServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MariaDbServer.class);
    private static final String HOST = "127.0.0.1";
    private static final int ATTEMPTS = 3;
    private static final Duration STARTUP = Duration.ofSeconds(90);
    private static final Duration SHUTDOWN = Duration.ofSeconds(20);
    private static final String PID_FILE = "server.pid";

    /** What makes the system tables, in order. */
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    private final Path data;
    private final int port;

    private MariaDbServer(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    /** Starts the server after stopping one that a killed daemon left; makes the data directory where missing. */
    static MariaDbServer start(RunFolder run) throws IOException {
        Path data = run.mariaDbData();
        if (stopAt(data)) {
            LOG.info("Stopped the MariaDB that a previous daemon left on {}", data);
        }
        Path files = MariaDbFiles.unpacked(run);
        if (Files.exists(run.mariaDbUnfinished()) || !Files.exists(data)) {
            Files.write(run.mariaDbUnfinished(), new byte[0]);
            Binaries.deleteTree(data);
            Binaries.copyTree(withSystemTables(run, files), data);
            Files.deleteIfExists(run.mariaDbUnfinished());
        }
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Process process = launch(run, files, data, port);
            if (answers(process, port)) {
                return new MariaDbServer(data, port);
            }
            // A free port may be taken between its choice and its use.
            process.destroyForcibly();
            if (attempt == ATTEMPTS) {
                throw new IOException("MariaDB of " + data + " does not answer; see " + run.mariaDbLog());
            }
        }
    }

    private static List<String> command(Path files, Path data) {
        List<String> command = new ArrayList<>(List.of(
                files.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + files,
                "--datadir=" + data,
                "--lc-messages-dir=" + files.resolve("share"),
                "--character-set-server=utf8mb4",
                "--innodb-buffer-pool-size=64M"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root");
        }
        return command;
    }

    private static ProcessBuilder builder(RunFolder run, Path files, List<String> command) {
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.appendTo(run.mariaDbLog().toFile());
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(log).redirectError(log);
        builder.environment().put("LD_LIBRARY_PATH", files.resolve("libs").toString());
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    /** A data directory with the system tables and nothing else; making them takes seconds, so it is done once per user. */
    private static Path withSystemTables(RunFolder run, Path files) throws IOException {
        Path made = files.resolveSibling(files.getFileName() + "-data");
        if (!Files.isDirectory(made)) {
            Path fresh = Files.createTempDirectory(
                    files.getParent(), made.getFileName().toString());
            makeSystemTables(run, files, fresh);
            Binaries.publish(fresh, made);
        }
        return made;
    }

    private static void makeSystemTables(RunFolder run, Path files, Path data) throws IOException {
        List<String> command = command(files, data);
        command.add("--bootstrap");
        Process process = builder(run, files, command).start();
        try (OutputStream statements = process.getOutputStream()) {
            statements.write("CREATE DATABASE mysql;\nUSE mysql;\n".getBytes(StandardCharsets.UTF_8));
            for (String script : SYSTEM_TABLES) {
                Files.copy(files.resolve("share").resolve(script), statements);
            }
        }
        if (!succeeds(process)) {
            process.destroyForcibly();
            throw new IOException("MariaDB cannot make its system tables in " + data + "; see " + run.mariaDbLog());
        }
    }

    /** A handle may tell of the end before the process knows its exit value, so the process itself is waited for. */
    private static boolean succeeds(Process process) throws IOException {
        try {
            return process.waitFor(STARTUP.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while MariaDB makes its system tables");
        }
    }

    private static Process launch(RunFolder run, Path files, Path data, int port) throws IOException {
        List<String> command = command(files, data);
        command.addAll(List.of(
                "--port=" + port,
                "--bind-address=" + HOST,
                // A path of a socket must be short; this one is taken from the data directory.
                "--socket=server.sock",
                "--pid-file=" + data.resolve(PID_FILE),
                "--innodb-flush-log-at-trx-commit=2",
                "--log-bin=binlog",
                "--binlog-format=ROW",
                "--binlog-row-image=FULL",
                "--server-id=1"));
        return builder(run, files, command).start();
    }

    /** Whether the server greets before the start-up time is over. */
    private static boolean answers(Process process, int port) {
        Deadline deadline = Deadline.in(STARTUP);
        while (process.isAlive() && !deadline.passed()) {
            try (Socket socket = new Socket(HOST, port)) {
                socket.setSoTimeout(1000);
                if (socket.getInputStream().read() >= 0) {
                    return process.isAlive();
                }
            } catch (IOException notYet) {
                LOG.trace("Not yet up on {}", port, notYet);
            }
            deadline.poll();
        }
        return false;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    /**
     * Stops the server of a data directory, connections or not.
     *
     * @return whether one ran
     */
    static boolean stopAt(Path data) throws IOException {
        Path file = data.resolve(PID_FILE);
        Optional<ProcessHandle> process = Files.isRegularFile(file)
                ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .filter(candidate -> serves(candidate, data))
                : Optional.empty();
        if (process.isEmpty()) {
            return false;
        }
        process.get().destroy();
        if (!ends(process.get(), SHUTDOWN)) {
            process.get().destroyForcibly();
            if (!ends(process.get(), SHUTDOWN)) {
                throw new IOException(
                        "MariaDB does not end: process " + process.get().pid() + " of " + data);
            }
        }
        return true;
    }

    /** Tells the server of this directory from another process that was given the same id later. */
    private static boolean serves(ProcessHandle process, Path data) {
        return process.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains("--datadir=" + data))
                .orElse(false);
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

    @Override
    public void close() throws IOException {
        stopAt(data);
    }
}
