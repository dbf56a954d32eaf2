package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/crm against an embedded MariaDB, from discovery to verification. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MysqlExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "crm")
            .normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path files;

    private LocalServers servers;

    @BeforeAll
    void fillTheSource() throws Exception {
        servers = new LocalServers(new Home(home));
        execute("mysql", "CREATE DATABASE crm");
        execute(
                "crm",
                """
                CREATE TABLE contacts (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, email varchar(200),
                    subscribed tinyint(1) NOT NULL, born date, called_at datetime,
                    updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
                    INDEX (updated_at))""");
        execute(
                "crm",
                "CREATE TABLE calls (id bigint AUTO_INCREMENT PRIMARY KEY, contact_id bigint unsigned, outcome text)");
        execute(
                "crm",
                """
                CREATE TABLE companies (id bigint AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, deleted_at datetime,
                    updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
                    INDEX (updated_at));
                CREATE TABLE campaigns (id bigint AUTO_INCREMENT PRIMARY KEY, title text,
                    updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
                    INDEX (updated_at));
                INSERT INTO companies (name) VALUES ('a'), ('b');
                INSERT INTO campaigns (title) VALUES ('spring'), ('autumn')""");
        execute(
                "crm",
                "SET sql_mode = ''; INSERT INTO contacts (email, subscribed, born, called_at) VALUES"
                        + " ('a@example.org', 1, '1990-01-31', '2026-01-01 09:30:00'), ('b@example.org', 0, NULL, NULL),"
                        + " ('c@example.org', 1, '0000-00-00', NULL)");
        execute("crm", "INSERT INTO calls (contact_id, outcome) VALUES (1, 'reached'), (2, 'away')");
        for (String file : List.of("source.yaml", "contacts.yaml", "calls.yaml", "companies.yaml", "campaigns.yaml")) {
            Files.writeString(
                    files.resolve(file),
                    Files.readString(EXAMPLE.resolve(file))
                            .replaceAll("jdbc:mysql://[^\"]*", "jdbc:mysql://embedded/crm")
                            .replaceAll("(?m)^  secret: .*$", "")
                            .replace("max-share: 0.05", "max-share: 0.05\n  ranges: 3"));
        }
        Thread.sleep(2300);
    }

    @AfterAll
    void stopTheServers() {
        servers.close();
        Servers.stop(home);
    }

    private void execute(String database, String sql) throws SQLException {
        JdbcEndpoint endpoint = servers.mariaDb(database);
        try (Connection connection =
                        DriverManager.getConnection(Databases.url(endpoint) + "&allowMultiQueries=true", "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void theExampleRunsFromDiscoveryToVerification() throws Exception {
        String folder = files.toString();
        CommandRun found =
                sluice("discover", "--source-file", files.resolve("source.yaml").toString(), "--include", "crm.*");
        assertThat(found.code()).as(found.err()).isZero();
        assertThat(found.out())
                .contains("crm.contacts: Bookmark updated_at: timestamp(6), named for changes, set at every update");

        CommandRun valid = sluice("validate", "--connect", folder);
        assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
        assertThat(valid.out())
                .contains("guarantee: open transactions. All open transactions are seen, prepared ones included")
                .contains("subscribed (tinyint(1)): tinyint(1) taken for a boolean");

        assertThat(sluice("register", folder).code()).isZero();
        CommandRun run = sluice("run", "crm");
        assertThat(run.out()).contains("crm/contacts", "crm/calls");
        // Read by the run at the end: a bound lies up to two seconds behind what was stamped last.
        execute("crm", "UPDATE companies SET deleted_at = now() WHERE id = 1; DELETE FROM campaigns WHERE id = 1");
        CommandRun listed = sluice("quarantine", "list", "crm/contacts");
        assertThat(listed.out()).contains("0000-00-00");

        CommandRun verified = sluice("verify", "crm/contacts", "crm/calls");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        deletesAreFound();
    }

    /** Of the two contacts that passed one is deleted, which is more than the guard lets pass. */
    private void deletesAreFound() throws Exception {
        execute("crm", "DELETE FROM contacts WHERE id = 2");
        assertThat(sluice("verify", "crm/contacts").out()).contains("until 'sluice reconcile crm/contacts'");
        CommandRun refused = sluice("reconcile", "crm", "--json");
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED.number());
        assertThat(refused.json().toString())
                .contains("code=deletes-refused", "lacks 1 of curated's 2 rows, more than reconcile.max-share 0.05");
        assertThat(sluice("reconcile", "--dry-run").out())
                .containsPattern("crm/contacts +counted +2 +1 +it would be refused");
        assertThat(sluice("reconcile", "--max-share", "1.5").code()).isEqualTo(ExitCode.USAGE.number());
        CommandRun done = sluice("reconcile", "--max-share", "0.5", "crm/contacts");
        assertThat(done.code()).as(done.out() + done.err()).isZero();
        assertThat(done.out()).containsPattern("crm/contacts +reconciled +2 +1");
        assertThat(done.err()).contains("crm/contacts: the source lacks 1 of 2 rows");
        assertThat(sluice("reconcile", "--due", "crm").out()).contains("passed over", "it was reconciled at");
        execute(
                "crm",
                "DO SLEEP(GREATEST(0, 2.3 - (SELECT TIMESTAMPDIFF(MICROSECOND, MAX(updated_at), NOW(6)) / 1e6 FROM"
                        + " companies)))");
        CommandRun run = sluice("run", "crm/companies");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        CommandRun verified = sluice("verify", "crm");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            assertThat(rows(platform, "companies", "name"))
                    .as("marked in a column")
                    .containsExactly("b");
            assertThat(rows(platform, "campaigns", "title", "gone_at IS NOT NULL"))
                    .as("gone without a mark")
                    .containsExactly("autumn|false", "spring|true");
        }
    }

    private static List<String> rows(LocalPlatform platform, String table, String... columns) {
        return platform
                .spark()
                .read()
                .format("delta")
                .load(platform.zones().curated().uri("crm/" + table))
                .selectExpr(columns)
                .collectAsList()
                .stream()
                .map(row -> row.mkString("|"))
                .sorted()
                .toList();
    }
}
