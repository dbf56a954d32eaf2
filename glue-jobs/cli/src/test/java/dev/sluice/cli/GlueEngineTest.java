package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalServers;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables read by Glue's bookmarks on a local lake, run by the command as a person would. */
class GlueEngineTest {

    private static final String SETTINGS =
            """
            source: shop
            version: 1
            kind: postgresql
            connection: {jdbc-url: "jdbc:postgresql://embedded/shop"}
            ---
            source: shop
            table: items
            version: 1
            extract: {relation: public.items, bookmark: {columns: [id], engine: glue}}
            schema: {columns: [{name: id, type: bigint}]}
            curate: {mode: merge, primary-key: [id]}
            ---
            source: shop
            table: shares
            version: 1
            extract: {relation: public.shares, bookmark: {columns: [id], engine: glue}}
            schema: {columns: [{name: id, type: bigint}, {name: share, type: bigint}]}
            curate: {mode: merge, primary-key: [id]}
            """;

    @TempDir
    private Path home;

    @TempDir
    private Path files;

    private LocalServers servers;

    @BeforeEach
    void fillTheSource() throws Exception {
        servers = new LocalServers(new Home(home));
        execute("postgres", "CREATE DATABASE shop");
        execute(
                "shop",
                "CREATE TABLE items (id bigint PRIMARY KEY); INSERT INTO items SELECT generate_series(1, 100);"
                        + "CREATE TABLE parts (id bigint PRIMARY KEY); INSERT INTO parts VALUES (1);"
                        + "CREATE VIEW shares AS SELECT id, 10 / (id - 2) AS share FROM parts");
        Files.writeString(files.resolve("shop.yaml"), SETTINGS);
        CommandRun registered = sluice("register", files.toString());
        assertThat(registered.code()).as(registered.err()).isZero();
    }

    @AfterEach
    void stopTheServers() {
        servers.close();
        Servers.stop(home);
    }

    @Test
    void runsReadOnFromGluesBookmarkWhichOnlyRunsWithoutFailureMove() throws Exception {
        CommandRun first = run();
        assertThat(rows(first)).containsExactly(100, 1);
        assertThat(home.resolve("glue-bookmarks/sluice.json")).isRegularFile();

        execute("shop", "INSERT INTO items SELECT generate_series(101, 105)");
        CommandRun second = run();
        assertThat(rows(second)).containsExactly(5, 0);

        execute("shop", "INSERT INTO items VALUES (106); INSERT INTO parts VALUES (2)");
        CommandRun failed = run();
        assertThat(failed.code()).as(failed.err()).isEqualTo(1);
        assertThat(tables(failed)).extracting("status").containsExactly("ingested", "failed");
        execute("shop", "UPDATE parts SET id = 3 WHERE id = 2");
        assertThat(rows(run())).containsExactly(1, 1);

        assertThat(rows(run("--job-bookmark-option", "disable"))).containsExactly(106, 2);
        assertThat(rows(run(
                        "--job-bookmark-option",
                        "pause",
                        "--job-bookmark-from",
                        runId(first),
                        "--job-bookmark-to",
                        runId(second))))
                .containsExactly(5, 0);
        assertThat(rows(run())).containsExactly(0, 0);

        CommandRun rewind = sluice("bookmark", "rewind", "shop/items", "--to-start");
        assertThat(rewind.code()).isEqualTo(2);
        assertThat(rewind.err()).contains("Cannot rewind table shop/items: Glue keeps its bookmark");
    }

    private CommandRun run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("run", "shop", "--no-load", "--json"));
        arguments.addAll(List.of(options));
        return sluice(arguments.toArray(String[]::new));
    }

    private CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--home");
        all.add(home.toString());
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static String runId(CommandRun run) throws Exception {
        return (String) ((Map<?, ?>) ((Map<?, ?>) run.json()).get("ingest")).get("run-id");
    }

    private static List<?> tables(CommandRun run) throws Exception {
        return (List<?>) ((Map<?, ?>) ((Map<?, ?>) run.json()).get("ingest")).get("tables");
    }

    /** What the run read of items and of shares. */
    private static List<Object> rows(CommandRun run) throws Exception {
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        List<Object> rows = new ArrayList<>();
        for (Object table : tables(run)) {
            rows.add(((Map<?, ?>) ((Map<?, ?>) table).get("batch")).get("rows"));
        }
        return rows;
    }

    private void execute(String database, String sql) {
        JdbcEndpoint endpoint = servers.database(database);
        try (Connection connection = DriverManager.getConnection(
                        endpoint.url(),
                        endpoint.user().orElseThrow(),
                        endpoint.password().orElseThrow());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }
}
