package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.embedded.Servers;
import dev.sluice.testing.http.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of endpoints against a real server, with no change but its address and its paths. */
class HttpExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "webshop")
            .normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path items;

    @AfterAll
    static void stopTheServers() {
        Servers.stop(home);
    }

    private static CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(
                Map.of("SHOP_USER", "sluice", "SHOP_PASSWORD", Endpoint.TOKEN), all.toArray(String[]::new));
    }

    private static List<String> rows(String table, String... columns) {
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            return platform
                    .spark()
                    .read()
                    .format("delta")
                    .load(platform.zones().curated().uri("webshop/" + table))
                    .selectExpr(columns)
                    .collectAsList()
                    .stream()
                    .map(row -> row.mkString("|"))
                    .sorted()
                    .toList();
        } finally {
            // Threads of a run in this process would inherit the session that ended.
            SparkSession.clearActiveSession();
        }
    }

    @Test
    void theExampleRunsFromValidationToVerification() throws IOException {
        try (Endpoint endpoint = Endpoint.start()) {
            for (String file : List.of("source.yaml", "orders.yaml", "prices.yaml")) {
                Files.writeString(
                        items.resolve(file),
                        Files.readString(EXAMPLE.resolve(file))
                                .replace("https://api.webshop.example/v1", endpoint.url())
                                .replace("secret: webshop-token", "secret: \"env:SHOP\"")
                                .replace("path: /orders", "path: /cursor")
                                .replace("path: /prices", "path: /page"));
            }
            for (int id = 1; id <= 3; id++) {
                endpoint.put(id, "new", id + ".50", Instant.parse("2026-01-01T00:00:00Z"));
            }
            CommandRun valid = sluice("validate", "--connect", items.toString());
            assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
            assertThat(valid.out())
                    .contains("guarantee: settle delay")
                    .contains("guarantee: full read")
                    .contains("pages are told by their place");
            assertThat(sluice("register", items.toString()).code()).isZero();
            CommandRun plan = sluice("plan", "webshop");
            assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
            CommandRun run = sluice("run", "webshop");
            assertThat(run.code()).as(run.out() + run.err()).isZero();
            assertThat(rows("orders", "id", "status", "price")).isEqualTo(endpoint.rows());

            endpoint.put(2, "paid", "2.75", Instant.now());
            endpoint.remove(3);
            endpoint.failing(Endpoint.status(429, "Retry-After", "0"));
            run = sluice("run", "webshop");
            assertThat(run.code()).as(run.out() + run.err()).isZero();
            assertThat(rows("orders", "id", "status")).containsExactly("1|new", "2|paid", "3|new");
            assertThat(rows("prices", "id", "price")).containsExactly("1|1.50", "2|2.75");

            CommandRun verified = sluice("verify", "webshop");
            assertThat(verified.out())
                    .as("an incremental read does not see deletions")
                    .contains("{id=3} is in curated webshop/orders alone");
            for (CommandRun command : List.of(valid, plan, run, verified)) {
                assertThat(command.out() + command.err()).doesNotContain(Endpoint.TOKEN);
            }
        }
    }
}
