package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.embedded.Servers;
import dev.sluice.kafka.Connector;
import dev.sluice.testing.kafka.ChangeStream;
import dev.sluice.testing.kafka.KafkaServer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The items of examples/changes against a database, Debezium and a broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaExampleTest {

    private static final Path EXAMPLE = Path.of(System.getProperty("user.dir"), "..", "..", "examples", "changes")
            .normalize();

    @TempDir
    private static Path home;

    @TempDir
    private static Path files;

    private final ChangeStream stream = ChangeStream.of(Connector.Format.JSON);

    @BeforeAll
    void startTheStream() throws IOException {
        stream.database()
                .execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2));"
                        + "INSERT INTO orders SELECT n, 'new', n FROM generate_series(1, 20) n;"
                        + "INSERT INTO orders VALUES (99, 'wrong', -1)");
        for (String file : List.of("source.yaml", "orders.yaml", "order_changes.yaml")) {
            Files.writeString(
                    files.resolve(file),
                    Files.readString(EXAMPLE.resolve(file))
                            .replaceAll("b-1[^\"]*", KafkaServer.broker().bootstrapServers())
                            .replace("security: scram", "security: plaintext")
                            .replaceAll("(?m)^  secret: .*$", "")
                            .replace("shop.public.orders", stream.topic("orders")));
        }
        stream.start(connector());
        stream.catchUp();
    }

    /** The example's file for Kafka Connect, but for where things are here, one broker, and the table that the test waits by. */
    private static Map<String, String> connector() throws IOException {
        Properties example = new Properties();
        try (Reader file = Files.newBufferedReader(EXAMPLE.resolve("connector.properties"))) {
            example.load(file);
        }
        Map<String, String> settings = new HashMap<>();
        example.stringPropertyNames().stream()
                .filter(name -> !name.startsWith("database.") && !name.equals("topic.prefix"))
                .forEach(name -> settings.put(name, example.getProperty(name)));
        settings.merge("table.include.list", "public.marks", (tables, marks) -> tables + "," + marks);
        settings.replace("topic.creation.default.replication.factor", "1");
        return settings;
    }

    @AfterAll
    void stopTheServers() {
        stream.close();
        Servers.stop(home);
    }

    /** Until the command that goes on has brought each change of the database. */
    private void awaitNothingNew(CompletableFuture<CommandRun> continuous) throws InterruptedException {
        stream.catchUp();
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        for (String plan = "";
                !plan.contains("idle");
                plan = sluice("plan", "shop-changes/orders").out()) {
            assertThat(continuous).as("the command goes on").isNotDone();
            assertThat(System.nanoTime()).as(plan).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private CommandRun sluice(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void theExampleFollowsTheDatabase() throws InterruptedException {
        String folder = files.toString();
        CommandRun valid = sluice("validate", "--connect", folder);
        assertThat(valid.code()).as(valid.out() + valid.err()).isZero();
        assertThat(valid.out()).contains("guarantee: offsets.");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                KafkaServer.properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(consumer.partitionsFor(stream.topic("orders")))
                    .as("as many as the connector's file says")
                    .hasSize(4);
        }

        assertThat(sluice("register", folder).code()).isZero();
        CommandRun planned = sluice("plan", "shop-changes/orders");
        assertThat(planned.out()).contains("about 21");
        CommandRun first = sluice("run", "shop-changes");
        assertThat(first.code()).as(first.out() + first.err()).isZero();
        assertThat(sluice("quarantine", "list", "shop-changes/orders").out()).contains("price-not-negative");

        stream.database()
                .execute("UPDATE orders SET status = 'paid' WHERE id = 1; DELETE FROM orders WHERE id > 10;"
                        + "ALTER TABLE orders ADD COLUMN city text; INSERT INTO orders VALUES (30, 'new', 3, 'Århus')");
        CompletableFuture<CommandRun> continuous =
                CompletableFuture.supplyAsync(() -> sluice("run", "shop-changes", "--every", "PT0.5S"));
        awaitNothingNew(continuous);
        stream.database().execute("TRUNCATE orders; INSERT INTO orders VALUES (7, 'after', 7)");
        awaitNothingNew(continuous);
        KafkaServer.deleteTopic(stream.topic("orders"));
        CommandRun ended = continuous.join();
        assertThat(ended.code()).as("no table can go on").isNotZero();
        assertThat(ended.err()).contains("Run 1:", "Run 2:");
        assertThat(ended.out()).contains("shop-changes/orders failed (");
        try (LocalPlatform platform = new LocalPlatform(new Home(home), Map.of())) {
            assertThat(platform.spark()
                            .read()
                            .format("delta")
                            .load(platform.zones().curated().uri("shop-changes/orders"))
                            .collectAsList())
                    .extracting(row -> row.<Long>getAs("id"))
                    .containsExactly(7L);
        }

        CommandRun history = sluice("bookmark", "history", "shop-changes/orders");
        assertThat(history.out()).contains("0:", "1:");
        assertThat(sluice("run", "shop-changes", "--during", "PT3S").err()).contains("--during goes with --every");
    }
}
