package dev.sluice.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL on a data directory that stays. */
final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final int ATTEMPTS = 3;
    /** Crash recovery of a large data directory takes its time. */
    private static final Duration STARTUP = Duration.ofSeconds(90);

    private final EmbeddedPostgres postgres;
    private final Path data;

    private PostgresServer(EmbeddedPostgres postgres, Path data) {
        this.postgres = postgres;
        this.data = data;
    }

    /** Starts the server after stopping one that a killed daemon left; makes the data directory where missing. */
    static PostgresServer start(RunFolder run, Set<ServerOption> options) throws IOException {
        Path data = run.postgresData();
        if (Postmaster.stopAt(data)) {
            LOG.info("Stopped the PostgreSQL that a previous daemon left on {}", data);
        }
        if (Files.exists(run.postgresUnfinished())) {
            LOG.info("Removing {}, which was never finished", data);
            Binaries.deleteTree(data);
        }
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            Files.write(run.postgresUnfinished(), new byte[0]);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                PostgresServer server = new PostgresServer(builder(run, options).start(), data);
                server.checkOwnPort();
                Files.deleteIfExists(run.postgresUnfinished());
                return server;
            } catch (IOException | IllegalStateException e) {
                Postmaster.stopAt(data);
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                // A free port may be taken between its choice and its use.
                LOG.warn("PostgreSQL did not start, trying again; see {}", run.postgresLog(), e);
            }
        }
    }

    private static EmbeddedPostgres.Builder builder(RunFolder run, Set<ServerOption> options) throws IOException {
        Path binaries = Binaries.folder(run, "postgres-binaries");
        // The library tidies old data directories in its working directory: it must not find anybody's there.
        System.setProperty("ot.epg.working-dir", binaries.toString());
        ProcessBuilder.Redirect log =
                ProcessBuilder.Redirect.appendTo(run.postgresLog().toFile());
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(run.postgresData())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(binaries.toFile())
                .setPGStartupWait(STARTUP)
                .setOutputRedirector(log)
                .setErrorRedirector(log)
                .setLocaleConfig("locale", "C")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "200")
                .setServerConfig("max_prepared_transactions", "20")
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("log_timezone", "UTC");
        if (options.contains(ServerOption.WAL_LEVEL_LOGICAL)) {
            builder.setServerConfig("wal_level", "logical");
        }
        return builder;
    }

    /** Fails when another server answered on the port that was to be ours. */
    private void checkOwnPort() throws IOException {
        int wanted = postgres.getPort();
        if (Postmaster.port(data).filter(port -> port == wanted).isEmpty()) {
            throw new IOException("PostgreSQL of " + data + " does not listen on its port " + wanted);
        }
    }

    int port() {
        return postgres.getPort();
    }

    /** Stops the server cleanly; by signal, where PostgreSQL's own command fails. */
    @Override
    public void close() throws IOException {
        postgres.close();
        Postmaster.stopAt(data);
    }
}
