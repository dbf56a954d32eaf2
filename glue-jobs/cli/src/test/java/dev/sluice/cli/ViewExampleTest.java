package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.demo.TpchSource;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Servers;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.testing.Items;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/tpch, from TPC-H in PostgreSQL to invoices, and what becomes of views as tables change. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ViewExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "tpch")
            .normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path files;

    private LocalServers servers;

    @BeforeAll
    void fillTheSource() throws Exception {
        servers = new LocalServers(new Home(home));
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE tpch");
        }
        try (Connection connection = connect("tpch")) {
            new TpchSource(0.001).load(connection, table -> {});
        }
        try (Stream<Path> items = Files.list(EXAMPLE)) {
            for (Path item : items.toList()) {
                Files.writeString(
                        files.resolve(item.getFileName()),
                        Files.readString(item)
                                .replaceAll("jdbc:postgresql://[^\"]*", "jdbc:postgresql://embedded/tpch")
                                .replaceAll("(?m)^  secret: .*$", ""));
            }
        }
    }

    @AfterAll
    void stopTheServers() {
        servers.close();
        Servers.stop(home);
    }

    @Test
    @Order(1)
    void aViewIsCheckedAgainstTheTablesBesideIt() throws IOException {
        CommandRun alone = sluice("validate", file("invoices.yaml"));
        assertThat(alone.code()).isZero();
        assertThat(alone.out())
                .contains(
                        "view tpch/invoices: table tpch/orders is not among the files: its columns and types are checked"
                                + " with --connect, and by register");

        change("invoices.yaml", "c.c_name AS customer_name", "c.c_phone AS customer_name");
        CommandRun wrong = sluice("validate", files.toString());
        assertThat(wrong.code()).isEqualTo(3);
        assertThat(wrong.out())
                .contains("view tpch/invoices: 1 problem")
                .contains(
                        "sql: Line 15: Reads a column that curated does not have: c_phone of tpch/customer is left out by"
                                + " masking: omit.");
        change("invoices.yaml", "c.c_phone AS customer_name", "c.c_name AS customer_name");
        CommandRun right = sluice("validate", files.toString());
        assertThat(right.code()).as(right.out()).isZero();
    }

    @Test
    @Order(2)
    void theInvoicesAreThoseThatTheSourceItselfWouldWrite() throws Exception {
        assertThat(sluice("register", files.toString()).out())
                .contains("registered tpch/orders", "registered tpch/invoices", "registered tpch/revenue_by_month");
        CommandRun early = sluice("view", "tpch/invoices");
        assertThat(early.code()).isEqualTo(2);
        assertThat(early.err()).contains("it has no curated rows yet. Run it first with 'sluice run tpch/");
        CommandRun run = sluice("run", "tpch");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("view tpch/invoices: published", "view tpch/revenue_by_month: published");
        assertThat(Files.readString(home.resolve("catalog/tpch/invoices.json")))
                .contains("\"format\" : \"view\"", "CAST(net AS decimal(18,2)) AS net");

        assertThat(rows("invoices")).hasSize(1500).containsExactlyElementsOf(sourceRows("invoices"));
        assertThat(rows("revenue_by_month"))
                .hasSizeGreaterThan(100)
                .containsExactlyElementsOf(sourceRows("revenue_by_month"));

        Map<?, ?> shown = (Map<?, ?>)
                sluice("view", "tpch/invoices", "--limit", "3", "--json").json();
        assertThat((List<?>) shown.get("rows")).hasSize(3).allSatisfy(row -> assertThat(row.toString())
                .contains("invoice_number=", "gross="));
        CommandRun again = sluice("run", "tpch/orders");
        assertThat(again.code()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).doesNotContain("view tpch");
    }

    @Test
    @Order(3)
    void aTableDoesNotLoseWhatAViewReads() throws IOException {
        change(
                "orders.yaml",
                "{name: o_orderstatus, type: string}",
                "{name: status, type: string, source: o_orderstatus}");
        CommandRun refused = sluice("register", "--replace", file("orders.yaml"));
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.out())
                .contains("registered view tpch/invoices would no longer fit: 1 problem")
                .contains("sql: Line 22: Reads a column that nothing there has: o.o_orderstatus.")
                .contains("Nothing was registered.");
        assertThat(sluice("validate", "--connect", file("orders.yaml")).code()).isEqualTo(3);

        change("invoices.yaml", "o.o_orderstatus", "o.status");
        CommandRun together = sluice("register", "--replace", file("orders.yaml"), file("invoices.yaml"));
        assertThat(together.code()).as(together.out() + together.err()).isZero();
        assertThat(sluice("plan", "tpch/orders").out()).doesNotContain("does not fit");
        assertThat(sluice("views", "tpch").out()).contains("tpch/invoices", "tpch/revenue_by_month", "ok");

        // An item that is changed in DynamoDB passes no command.
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            platform.settings()
                    .register(
                            Items.table("tpch/orders")
                                    .columns("o_orderkey bigint not null", "o_custkey string", "o_orderdate date")
                                    .build(),
                            Existing.REPLACE);
        }
        assertThat(sluice("plan", "tpch/orders").out())
                .contains(
                        "tpch/orders: view tpch/invoices does not fit: sql: Line 22: Reads a column that nothing there has:"
                                + " o.status.");
        CommandRun listed = sluice("views");
        assertThat(listed.code()).isEqualTo(3);
        assertThat(listed.out()).contains("1 problem", "tpch/invoices: sql: Line 22: Reads a column");
        assertThat(sluice("view", "tpch/invoices").err())
                .contains("Cannot read view tpch/invoices: it does not fit what is registered.");
        assertThat(sluice("register", "--replace", file("orders.yaml")).code()).isZero();
    }

    @Test
    @Order(4)
    void aViewGoesFromTheCatalogOnceNothingReadsIt() {
        CommandRun read = sluice("unregister", "tpch/invoices");
        assertThat(read.code()).isEqualTo(2);
        assertThat(read.err()).contains("tpch/revenue_by_month would be left without what it reads");
        assertThat(sluice("unregister", "tpch/orders").code()).isEqualTo(3);

        assertThat(sluice("unregister", "tpch/revenue_by_month").code()).isZero();
        assertThat(home.resolve("catalog/tpch/revenue_by_month.json")).exists();
        CommandRun run = sluice("run", "tpch/nation");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("view tpch/revenue_by_month: removed", "view tpch/invoices: published");
        assertThat(home.resolve("catalog/tpch/revenue_by_month.json")).doesNotExist();
        assertThat(home.resolve("catalog/tpch/nation.json")).exists();
        assertThat(sluice("run", "tpch/invoices").err()).contains("it is a view. Show its rows with 'sluice view");
    }

    /** The rows of a view as an export writes them, sorted. */
    private List<String> rows(String view) throws IOException {
        Path folder = files.resolve("export-" + view);
        CommandRun exported = sluice("view", "tpch/" + view, "--output", folder.toString());
        assertThat(exported.code()).as(exported.err()).isZero();
        List<String> rows = new ArrayList<>();
        try (Stream<Path> written = Files.list(folder)) {
            for (Path file :
                    written.filter(path -> path.toString().endsWith(".csv")).toList()) {
                List<String> lines = Files.readAllLines(file);
                rows.addAll(lines.subList(Math.min(1, lines.size()), lines.size()));
            }
        }
        return rows.stream().sorted().toList();
    }

    /** What PostgreSQL makes of the same SQL over the source's own rows, written alike. */
    private List<String> sourceRows(String view) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect("tpch");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS tpch");
            for (String table : List.of("nation", "customer", "orders", "lineitem")) {
                statement.execute("CREATE OR REPLACE VIEW tpch." + table + " AS SELECT * FROM public." + table);
            }
            Map<?, ?> item = (Map<?, ?>) SettingsFiles.read(List.of(EXAMPLE.resolve(view + ".yaml")))
                    .get(0)
                    .tree()
                    .orElseThrow();
            statement.execute("CREATE OR REPLACE VIEW tpch." + view + " AS " + item.get("sql"));
            try (ResultSet result = statement.executeQuery("SELECT * FROM tpch." + view)) {
                while (result.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        values.add(result.getString(i));
                    }
                    rows.add(String.join(",", values));
                }
            }
        }
        return rows.stream().sorted().toList();
    }

    private Connection connect(String database) throws SQLException {
        JdbcEndpoint endpoint = servers.database(database);
        return DriverManager.getConnection(
                endpoint.url(),
                endpoint.user().orElseThrow(),
                endpoint.password().orElseThrow());
    }

    private static String file(String name) {
        return files.resolve(name).toString();
    }

    private static void change(String name, String from, String to) throws IOException {
        String text = Files.readString(files.resolve(name));
        assertThat(text).contains(from);
        Files.writeString(files.resolve(name), text.replace(from, to));
    }

    private CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
