package dev.sluice.testing.kafka;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Part;
import dev.sluice.embedded.ServerOption;
import dev.sluice.embedded.Servers;
import dev.sluice.kafka.Connector;
import dev.sluice.testing.Database;
import dev.sluice.testing.MariaDbServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A database whose changes Debezium writes to Kafka, PostgreSQL or MariaDB. The connector is started, stopped and killed at
 * will; a table {@code marks} tells when it has caught up.
 */
public final class ChangeStream implements AutoCloseable {

    private static final AtomicInteger STREAMS = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static Servers servers;

    private final String prefix;
    private final Connector.Format format;
    private final Path folder;
    private final Database database;
    private final Kind kind;
    private Optional<Connector> connector = Optional.empty();
    private int marks;

    private enum Kind {
        POSTGRESQL,
        MARIADB
    }

    private ChangeStream(String prefix, Connector.Format format, Path folder, Database database, Kind kind) {
        this.kind = kind;
        this.prefix = prefix;
        this.format = format;
        this.folder = folder;
        this.database = database;
    }

    /** A new database of PostgreSQL; nothing is captured before {@link #start}. */
    public static ChangeStream of(Connector.Format format) {
        String prefix = "stream" + STREAMS.incrementAndGet();
        Servers running = servers();
        new Database(endpoint(running, "postgres")).execute("CREATE DATABASE " + prefix);
        return made(prefix, format, new Database(endpoint(running, prefix)), Kind.POSTGRESQL);
    }

    /** A new database of MariaDB, where there is one. */
    public static ChangeStream ofMariaDb(Connector.Format format) {
        String prefix = "stream" + STREAMS.incrementAndGet();
        Database database = MariaDbServer.newDatabase(prefix);
        // Without it, changes have no positions from MariaDB 11.4 on.
        database.execute("SET GLOBAL binlog_legacy_event_pos = ON");
        return made(prefix, format, database, Kind.MARIADB);
    }

    private static ChangeStream made(String prefix, Connector.Format format, Database database, Kind kind) {
        try {
            database.execute("CREATE TABLE marks (id int PRIMARY KEY)");
            return new ChangeStream(prefix, format, Files.createTempDirectory("sluice-debezium"), database, kind);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static synchronized Servers servers() {
        if (servers == null) {
            try {
                servers = Servers.start(
                        Files.createTempDirectory("sluice-postgres"),
                        Set.of(Part.POSTGRES),
                        Duration.ofSeconds(5),
                        Set.of(ServerOption.WAL_LEVEL_LOGICAL));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return servers;
    }

    private static JdbcEndpoint endpoint(Servers running, String name) {
        return new JdbcEndpoint(running.jdbcUrl(name), Optional.of(running.user()), Optional.of(running.password()));
    }

    public Database database() {
        return database;
    }

    /** The topic with a table's changes. */
    public String topic(String table) {
        return prefix + "." + database.table(table).schema() + "." + table;
    }

    /** Starts the connector, anew where it was stopped or killed: it then goes on where it noted its place. */
    public void start() {
        start(Map.of("skipped.operations", "none"));
    }

    /**
     * Starts the connector.
     *
     * @param settings of it, beside those that say where the database and the topics are
     */
    public void start(Map<String, String> settings) {
        Map<String, String> configuration = new HashMap<>(
                kind == Kind.POSTGRESQL
                        ? postgres()
                        : mariaDb(URI.create(database.endpoint().url().substring("jdbc:".length()))));
        configuration.put("topic.prefix", prefix);
        configuration.putAll(settings);
        configuration.put("poll.interval.ms", "50");
        configuration.put("offset.flush.interval.ms", "1000");
        connector = Optional.of(Connector.start(KafkaServer.broker(), format, configuration, folder));
    }

    private Map<String, String> postgres() {
        return Map.of(
                "connector.class",
                "io.debezium.connector.postgresql.PostgresConnector",
                "database.hostname",
                "127.0.0.1",
                "database.port",
                Integer.toString(servers().postgresPort()),
                "database.user",
                servers().user(),
                "database.password",
                servers().password(),
                "database.dbname",
                prefix,
                "plugin.name",
                "pgoutput",
                "slot.name",
                prefix,
                "publication.name",
                prefix);
    }

    private Map<String, String> mariaDb(URI place) {
        return Map.of(
                "connector.class", "io.debezium.connector.mysql.MySqlConnector",
                "database.hostname", place.getHost(),
                "database.port", Integer.toString(place.getPort()),
                "database.user", database.endpoint().user().orElseThrow(),
                "database.password", database.endpoint().password().orElseThrow(),
                "database.server.id", Integer.toString(1000 + prefix.hashCode() % 100 + 100),
                "database.include.list", database.table("marks").schema(),
                // Other databases of the server have types that Debezium's parser does not know.
                "schema.history.internal.store.only.captured.databases.ddl", "true",
                "schema.history.internal.store.only.captured.tables.ddl", "true",
                "connector.adapter", "mariadb");
    }

    /** Ends the connector at once. */
    public void kill() {
        connector.ifPresent(Connector::kill);
        connector = Optional.empty();
        if (kind == Kind.MARIADB) {
            return;
        }
        // Its walsender holds the slot until it finds the connection gone.
        database.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"
                + prefix + "' AND active_pid IS NOT NULL");
    }

    /** Takes away what makes PostgreSQL keep its log for the connector, which must not run. */
    public void dropSlot() {
        // The walsender of a connector that was killed ends a moment later.
        database.execute(
                """
                DO $$ BEGIN
                  WHILE EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '%1$s' AND active) LOOP
                    PERFORM pg_sleep(0.02);
                  END LOOP;
                  PERFORM pg_drop_replication_slot('%1$s');
                END $$"""
                        .formatted(prefix));
    }

    /** Waits until every change committed so far is in its topic. */
    public void catchUp() {
        // What is written beside the first mark may become visible after it, but not after what is written later.
        mark();
        mark();
    }

    private void mark() {
        marks++;
        database.execute("INSERT INTO marks VALUES (" + marks + ")");
        Properties properties = KafkaServer.properties();
        properties.setProperty("fetch.max.wait.ms", "10");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<Integer> seen = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            while (!consumer.listTopics().containsKey(topic("marks"))) {
                requireTime(deadline);
            }
            List<TopicPartition> partitions = consumer.partitionsFor(topic("marks")).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!seen.contains(marks)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    seen.add(idOf(record));
                }
                requireTime(deadline);
            }
        }
    }

    private int idOf(ConsumerRecord<byte[], byte[]> record) {
        if (format == Connector.Format.AVRO) {
            // A zero byte, four of the schema, and the number in Avro's zigzag form.
            int value = 0;
            int shift = 0;
            for (int i = 5; i < record.key().length; i++) {
                value |= (record.key()[i] & 0x7f) << shift;
                shift += 7;
            }
            return value >>> 1 ^ -(value & 1);
        }
        String key = new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
        return Integer.parseInt(key.replaceAll(".*\"id\":(\\d+).*", "$1"));
    }

    private void requireTime(long deadline) {
        if (System.nanoTime() > deadline || !connector.map(Connector::isAlive).orElse(false)) {
            throw new IllegalStateException("The connector does not write: "
                    + connector.map(Connector::log).orElse("it is not started"));
        }
    }

    /** Stops the connector; a slot that nobody reads would keep the log for ever. */
    @Override
    public void close() {
        connector.ifPresent(Connector::close);
        connector = Optional.empty();
    }

    /** Starts a stream of a table {@code orders} and keeps it up until the process is stopped. */
    public static void main(String[] arguments) throws InterruptedException {
        ChangeStream stream = of(Connector.Format.JSON);
        stream.database().execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text)");
        stream.start();
        System.out.println("Changes of " + stream.database().endpoint().url() + " go to "
                + KafkaServer.broker().bootstrapServers() + ", topic " + stream.topic("orders"));
        Thread.currentThread().join();
    }
}
