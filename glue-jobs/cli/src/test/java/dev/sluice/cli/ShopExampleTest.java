package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.embedded.Servers;
import dev.sluice.testing.Database;
import dev.sluice.testing.RowsOf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/shop and examples/dataengineering-db on PostgreSQL: merge, append, history, masking and loads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShopExampleTest {

    private static final Path EXAMPLES =
            Path.of(System.getProperty("user.dir"), "..", "..", "examples").normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path files;

    private LocalServers servers;

    @BeforeAll
    void fillTheSource() throws Exception {
        servers = new LocalServers(new Home(home));
        database("postgres").execute("CREATE DATABASE shop");
        database("postgres").execute("CREATE DATABASE dataengineering");
        database("dataengineering").execute("CREATE SCHEMA shop");
        database("shop")
                .execute(
                        """
                CREATE TABLE orders (o_id bigint PRIMARY KEY, customer_id bigint NOT NULL, status text, price numeric(12,2),
                    currency text, updated_at timestamptz NOT NULL DEFAULT now());
                CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, "user" text, tags text[],
                    credit_limit numeric(12,2));
                CREATE TABLE events (event_id bigserial PRIMARY KEY, order_id bigint, kind text NOT NULL,
                    happened_at timestamptz NOT NULL, details text);
                CREATE TABLE accounts (account_id bigint PRIMARY KEY, email text, postcode text, phone text, segment text,
                    updated_at timestamptz NOT NULL DEFAULT now());
                CREATE TABLE tariffs (product text PRIMARY KEY, price numeric(12,2) NOT NULL, holds_from timestamptz NOT NULL,
                    entered_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO tariffs VALUES ('tea', 1.00, '2026-01-01Z'), ('milk', 2.00, '2026-01-01Z');
                INSERT INTO orders VALUES (1, 1, 'open', 12.50, 'dkk'), (2, 1, 'draft', 1, 'eur'), (3, 2, 'paid', -1, 'eur');
                INSERT INTO customers VALUES (1, 'Ada', 'ada', '{a,b}', NULL), (2, 'Bo', NULL, '{}', 100);
                INSERT INTO events (order_id, kind, happened_at) VALUES (1, 'opened', '2026-01-01 23:30Z');
                INSERT INTO accounts VALUES (1, 'ada@example.org', '2100-KBH', '+45 12345678', 'new')
                """);
        for (String item : List.of(
                "shop/source.yaml",
                "shop/orders.yaml",
                "shop/customers.yaml",
                "shop/events.yaml",
                "shop/accounts.yaml",
                "shop/tariffs.yaml",
                "dataengineering-db/source.yaml")) {
            Files.writeString(
                    files.resolve(item.replace('/', '-')),
                    Files.readString(EXAMPLES.resolve(item))
                            .replaceAll("jdbc:postgresql://[^\"]*", "jdbc:postgresql://embedded/shop")
                            .replaceAll("(?m)^  secret: .*$", "")
                            .replace(
                                    "glue-connection: dataengineering-db",
                                    "jdbc-url: \"jdbc:postgresql://embedded/dataengineering\""));
        }
    }

    private static void keepTheMaskingKey() throws IOException {
        Path secret = home.resolve("secrets/shop-masking.json");
        Files.createDirectories(secret.getParent());
        Files.writeString(secret, "{\"key\": \"sixteen characters\"}");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterAll
    void stopTheServers() {
        servers.close();
        Servers.stop(home);
    }

    private Database database(String name) {
        return new Database(servers.database(name));
    }

    private List<String> loaded(String query) {
        return RowsOf.query(database("dataengineering"), query);
    }

    private static CommandRun sluice(String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of(arguments), Stream.of("--home", home.toString()))
                .toArray(String[]::new));
    }

    @Test
    void theExampleRunsFromValidationToVerification() throws Exception {
        CommandRun keyless = sluice("validate", "--connect", files.toString());
        assertThat(keyless.code()).isEqualTo(ExitCode.SOURCE.number());
        assertThat(keyless.out())
                .contains("Cannot resolve the key of schema.masking-secret: shop-masking.")
                .containsOnlyOnce("Cannot ");
        keepTheMaskingKey();
        CommandRun valid = sluice("validate", "--connect", files.toString());
        assertThat(valid.code()).as(valid.out() + valid.err()).isZero();

        CommandRun registered = sluice("register", files.toString());
        assertThat(registered.code()).as(registered.out() + registered.err()).isZero();
        CommandRun run = sluice("run", "shop");
        assertThat(run.code()).as(run.out() + run.err()).isZero();
        database("shop")
                .execute(
                        "UPDATE accounts SET segment = 'loyal', updated_at = now(); DELETE FROM customers WHERE id = 2;"
                                + "UPDATE tariffs SET price = 1.20, holds_from = '2026-03-01Z', entered_at = now()"
                                + " WHERE product = 'tea'");
        run = sluice("run", "shop");
        assertThat(run.code()).as(run.out() + run.err()).isZero();

        assertThat(loaded("SELECT id, status, price, currency FROM shop.orders"))
                .as("drafts are filtered, a negative price is in quarantine")
                .containsExactly("1|open|12.50|DKK");
        assertThat(loaded("SELECT id, name, user_, credit_limit FROM shop.customers"))
                .containsExactly("1|Ada|ada|0.00");
        assertThat(loaded("SELECT event_id, kind, happened_on FROM shop.events"))
                .containsExactly("1|opened|2026-01-01");
        assertThat(sluice("quarantine", "list", "shop/orders").out()).contains("price-not-negative");

        CommandRun accounts = sluice("as-of", "shop/accounts", Instant.now().toString(), "--json");
        assertThat(accounts.code()).as(accounts.err()).isZero();
        assertThat(accounts.out())
                .contains("new", "loyal", "210")
                .doesNotContain("ada@example.org", "2100-KBH", "12345678", "phone");

        CommandRun verified = sluice("verify", "shop");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        theHistoryIsMaintained();
    }

    private static void theHistoryIsMaintained() {
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        CommandRun maintained = sluice("maintain", "shop/tariffs");
        assertThat(maintained.code()).as(maintained.err()).isZero();
        assertThat(maintained.out())
                .containsPattern("^table +action +files before +bytes before +files after +bytes after\\R")
                .containsPattern("\\Rshop/tariffs +cluster +")
                .containsPattern("\\Rshop/tariffs +snapshot +0 +0 +[1-9][0-9]* +[1-9][0-9,]*\\R")
                .containsPattern("\\Rshop/tariffs +expire raw +")
                .containsPattern("\\Rshop/tariffs +vacuum +");
        CommandRun snapshot = sluice("as-of", "shop/tariffs", "monthly-" + month);
        assertThat(snapshot.code()).as(snapshot.err()).isZero();
        assertThat(snapshot.out().lines().map(line -> line.strip().replaceAll(" {2,}", "|")))
                .as("versions hold from when their price did, not from when it was entered")
                .anySatisfy(line ->
                        assertThat(line).matches("milk\\|2\\.00\\|.*\\|2026-01-01T00:00:00\\.000Z\\|-\\|true\\|.*"))
                .anySatisfy(
                        line -> assertThat(line)
                                .matches(
                                        "tea\\|1\\.00\\|.*\\|2026-01-01T00:00:00\\.000Z\\|2026-03-01T00:00:00\\.000Z\\|false\\|.*"))
                .anySatisfy(line ->
                        assertThat(line).matches("tea\\|1\\.20\\|.*\\|2026-03-01T00:00:00\\.000Z\\|-\\|true\\|.*"));
    }
}
