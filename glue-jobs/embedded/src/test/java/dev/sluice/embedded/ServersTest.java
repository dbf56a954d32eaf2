package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServersTest {
    private static final Set<Part> BOTH = EnumSet.allOf(Part.class);
    private static final Set<Part> POSTGRES = Set.of(Part.POSTGRES);
    private static final Set<Part> DYNAMODB = Set.of(Part.DYNAMODB);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path home;

    @AfterEach
    void stop() {
        Servers.stop(home);
    }

    @Test
    void bothPartsAnswer() throws Exception {
        long begin = System.nanoTime();
        try (Servers servers = Servers.start(home, BOTH, LONG)) {
            System.out.printf("both parts up after %d ms%n", (System.nanoTime() - begin) / 1_000_000);

            assertThat(query(servers, "SELECT version()")).startsWith("PostgreSQL 16.");
            assertThat(query(servers, "SHOW timezone")).isEqualTo("UTC");
            assertThat(query(servers, "SHOW max_connections")).isEqualTo("200");
            assertThat(query(servers, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(servers.jdbcUrl("shop"))
                    .isEqualTo("jdbc:postgresql://127.0.0.1:" + servers.postgresPort() + "/shop");
            assertThat(DynamoDbRequests.listTables(servers.dynamoDbEndpoint())).isEqualTo("{\"TableNames\":[]}");
        }
    }

    @Test
    void transactionsCanBePrepared() throws Exception {
        try (Servers servers = Servers.start(home, POSTGRES, LONG)) {
            execute(servers, "CREATE TABLE t (id int)");
            execute(servers, "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'late'");

            assertThat(query(servers, "SELECT count(*) FROM t")).isEqualTo("0");
            execute(servers, "COMMIT PREPARED 'late'");
            assertThat(query(servers, "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void dataSurviveAStop() throws Exception {
        try (Servers servers = Servers.start(home, BOTH, LONG)) {
            execute(servers, "CREATE TABLE t AS SELECT 42 AS id");
            DynamoDbRequests.createTable(servers.dynamoDbEndpoint(), "settings");
            DynamoDbRequests.putNew(servers.dynamoDbEndpoint(), "settings", "orders");
        }
        assertThat(Servers.stop(home)).isTrue();
        assertThat(Servers.running(home)).isEmpty();
        assertThat(Servers.stop(home)).isFalse();

        long begin = System.nanoTime();
        try (Servers servers = Servers.start(home, BOTH, LONG)) {
            System.out.printf("both parts up again after %d ms%n", (System.nanoTime() - begin) / 1_000_000);
            assertThat(query(servers, "SELECT id FROM t")).isEqualTo("42");
            assertThat(DynamoDbRequests.putNew(servers.dynamoDbEndpoint(), "settings", "orders"))
                    .contains("ConditionalCheckFailedException");
        }
    }

    @Test
    void tablesInMemoryLeaveNoFile() throws Exception {
        try (Servers servers = Servers.start(home, DYNAMODB, LONG, Set.of(ServerOption.DYNAMODB_IN_MEMORY))) {
            DynamoDbRequests.createTable(servers.dynamoDbEndpoint(), "settings");
            assertThat(DynamoDbRequests.listTables(servers.dynamoDbEndpoint())).contains("settings");
        }
        assertThat(home.resolve("dynamodb")).doesNotExist();
    }

    @Test
    void daemonEndsAfterItsGrace() throws Exception {
        RunningServers running;
        try (Servers second = Servers.start(home, POSTGRES, SHORT)) {
            running = second.addresses();
            try (Servers first = Servers.start(home, POSTGRES, SHORT)) {
                assertThat(first.addresses()).isEqualTo(running);
            }
            Thread.sleep(SHORT.multipliedBy(3).toMillis());
            assertThat(query(second, "SELECT 1")).isEqualTo("1");
        }
        awaitEnd(running.pid());

        assertThat(Servers.running(home)).isEmpty();
        assertThat(home.resolve("postgres/postmaster.pid")).doesNotExist();
    }

    @Test
    void aClientThatComesBackWithinTheGraceFindsTheSameDaemon() {
        RunningServers before;
        try (Servers servers = Servers.start(home, DYNAMODB, LONG)) {
            before = servers.addresses();
        }
        try (Servers servers = Servers.start(home, DYNAMODB, LONG)) {
            assertThat(servers.addresses()).isEqualTo(before);
        }
    }

    @Test
    void aKilledClientFreesTheDaemon() throws Exception {
        long daemon;
        try (ClientProcess client = ClientProcess.launch(home, SHORT)) {
            daemon = client.daemon();
            Thread.sleep(SHORT.multipliedBy(3).toMillis());
            assertThat(alive(daemon)).as("the daemon serves its client").isTrue();
        }
        awaitEnd(daemon);
        assertThat(home.resolve("postgres/postmaster.pid")).doesNotExist();
    }

    @Test
    void aKilledClientDoesNotTakeTheDaemonAlong() throws Exception {
        long daemon;
        try (ClientProcess client = ClientProcess.launch(home, LONG)) {
            daemon = client.daemon();
        }
        try (Servers servers = Servers.start(home, POSTGRES, LONG)) {
            assertThat(servers.addresses().pid()).isEqualTo(daemon);
            assertThat(query(servers, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void whatAKilledDaemonLeftIsRecovered() throws Exception {
        try (Servers servers = Servers.start(home, BOTH, LONG)) {
            execute(servers, "CREATE TABLE t AS SELECT 42 AS id");
            DynamoDbRequests.createTable(servers.dynamoDbEndpoint(), "settings");
            kill(servers.addresses().pid());
            // Its connections and its data are still in use by the server nobody watches over.
            assertThat(query(servers, "SELECT id FROM t")).isEqualTo("42");
            assertThat(Servers.running(home)).isEmpty();
        }
        long orphan = postmaster();
        try (Servers servers = Servers.start(home, BOTH, LONG)) {
            assertThat(alive(orphan)).as("the orphan runs").isFalse();
            assertThat(query(servers, "SELECT id FROM t")).isEqualTo("42");
            assertThat(DynamoDbRequests.listTables(servers.dynamoDbEndpoint())).contains("settings");
        }
    }

    @Test
    void stopEndsWhatAKilledDaemonLeft() throws Exception {
        try (Servers servers = Servers.start(home, POSTGRES, LONG)) {
            kill(servers.addresses().pid());
        }
        long orphan = postmaster();
        assertThat(alive(orphan)).isTrue();

        assertThat(Servers.stop(home)).isTrue();
        assertThat(alive(orphan)).isFalse();
    }

    @Test
    void aHalfMadeDataDirectoryIsMadeAnew() throws Exception {
        Files.createDirectories(home.resolve("postgres/base"));
        Files.writeString(home.resolve("postgres/PG_VERSION"), "16\n");
        Files.createDirectories(home.resolve("run"));
        Files.createFile(home.resolve("run/postgres-unfinished"));

        try (Servers servers = Servers.start(home, POSTGRES, LONG)) {
            assertThat(query(servers, "SELECT 1")).isEqualTo("1");
        }
        assertThat(home.resolve("run/postgres-unfinished")).doesNotExist();
    }

    @Test
    void processesThatStartAtOnceShareOneDaemon() throws Exception {
        try (ClientProcess one = ClientProcess.launch(home, LONG);
                ClientProcess two = ClientProcess.launch(home, LONG);
                Servers three = Servers.start(home, POSTGRES, LONG)) {
            assertThat(Set.of(one.daemon())).containsExactly(three.addresses().pid());
            assertThat(Set.of(two.daemon())).containsExactly(three.addresses().pid());
        }
    }

    @Test
    void aSecondDaemonGivesUp() throws Exception {
        try (Servers servers = Servers.start(home, DYNAMODB, LONG)) {
            Process second = new DaemonCommand(RunFolder.of(home), DYNAMODB, LONG, Set.of()).launch();

            assertThat(second.waitFor()).isEqualTo(EmbeddedServers.EXIT_OTHER_DAEMON);
            assertThat(Servers.running(home)).contains(servers.addresses());
        }
    }

    @Test
    void aRunningDaemonStartsThePartItLacks() throws Exception {
        try (Servers dynamoDb = Servers.start(home, DYNAMODB, LONG)) {
            assertThatThrownBy(() -> dynamoDb.jdbcUrl("shop"))
                    .isInstanceOf(ServersException.class)
                    .hasMessageContaining("Cannot reach POSTGRES")
                    .hasMessageContaining("name it among the parts");
            try (Servers both = Servers.start(home, POSTGRES, LONG)) {
                assertThat(both.addresses().pid())
                        .isEqualTo(dynamoDb.addresses().pid());
                assertThat(both.dynamoDbEndpoint()).isEqualTo(dynamoDb.dynamoDbEndpoint());
                assertThat(query(both, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void aPartThatFailsToStartLaterShowsTheLog() throws Exception {
        Files.writeString(home.resolve("postgres"), "a file in the way");
        try (Servers dynamoDb = Servers.start(home, DYNAMODB, LONG)) {
            assertThatThrownBy(() -> Servers.start(home, POSTGRES, LONG))
                    .isInstanceOf(ServersException.class)
                    .hasMessageContaining("Cannot start [POSTGRES] in the running daemon")
                    .hasMessageContaining("servers.log");
            assertThat(DynamoDbRequests.listTables(dynamoDb.dynamoDbEndpoint())).contains("TableNames");
        }
    }

    @Test
    void aDaemonThatFailsShowsItsLog() throws Exception {
        Files.writeString(home.resolve("postgres"), "a file in the way");

        assertThatThrownBy(() -> Servers.start(home, BOTH, LONG))
                .isInstanceOf(ServersException.class)
                .hasMessageContaining("Cannot start the embedded servers of " + home)
                .hasMessageContaining("ended with exit code 1")
                .hasMessageContaining("servers.log");
        assertThat(Servers.running(home)).isEmpty();
    }

    @Test
    void keptServersOutliveTheirClientsUntilStopped() throws Exception {
        long daemon;
        try (Servers servers = Servers.start(home, DYNAMODB, SHORT)) {
            daemon = servers.addresses().pid();
            servers.keep();
        }
        Thread.sleep(SHORT.multipliedBy(3).toMillis());
        assertThat(Servers.running(home).map(RunningServers::pid)).contains(daemon);

        assertThat(Servers.stop(home)).isTrue();
        assertThat(alive(daemon)).isFalse();
        assertThat(home.resolve("run/keep")).doesNotExist();
    }

    @Test
    void optionsAreFixedAtTheLaunch() throws Exception {
        Set<ServerOption> logical = Set.of(ServerOption.WAL_LEVEL_LOGICAL);
        try (Servers servers = Servers.start(home, POSTGRES, LONG)) {
            assertThat(query(servers, "SHOW wal_level")).isEqualTo("replica");
            assertThatThrownBy(() -> Servers.start(home, POSTGRES, LONG, logical))
                    .isInstanceOf(ServersException.class)
                    .hasMessageContaining("with [WAL_LEVEL_LOGICAL]")
                    .hasMessageContaining("stop it first");
        }
        Servers.stop(home);
        try (Servers servers = Servers.start(home, POSTGRES, LONG, logical)) {
            assertThat(query(servers, "SHOW wal_level")).isEqualTo("logical");
        }
    }

    private long postmaster() throws IOException {
        return Long.parseLong(
                Files.readAllLines(home.resolve("postgres/postmaster.pid")).get(0));
    }

    private static String query(Servers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static void execute(Servers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(Servers servers) throws SQLException {
        return DriverManager.getConnection(servers.jdbcUrl("postgres"), servers.user(), servers.password());
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    private static void awaitEnd(long pid) throws Exception {
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(20, TimeUnit.SECONDS);
        }
    }
}
