package dev.sluice.kafka;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.source.SourceRecord;

/** The process of a {@link Connector}: Debezium's engine, and a producer that notes an event as written once it is. */
final class ConnectorMain {

    static final String OWN = "sluice.";
    static final String BOOTSTRAP_SERVERS = OWN + "bootstrap.servers";
    static final String REGISTRY = OWN + "registry";
    static final String FORMAT = OWN + "format";
    static final String STARTED = "started";

    private static final int PARTITIONS = 2;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private final EventFormat format;
    private final Function<String, NewTopic> newTopics;
    private final Set<String> topics = new HashSet<>();

    private ConnectorMain(
            KafkaProducer<byte[], byte[]> producer,
            Admin admin,
            EventFormat format,
            Function<String, NewTopic> newTopics) {
        this.producer = producer;
        this.admin = admin;
        this.format = format;
        this.newTopics = newTopics;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        Properties properties = Connector.configuration(folder);
        Optional<Worker> worker = Worker.of(properties);
        worker.ifPresent(Worker::requireKnownKeys);
        properties.putIfAbsent("name", "sluice");
        properties.setProperty("offset.storage", WholeOffsets.class.getName());
        properties.setProperty(
                "offset.storage.file.filename", folder.resolve("offsets.dat").toString());
        properties.setProperty("schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
        properties.setProperty(
                "schema.history.internal.file.filename",
                folder.resolve("schema-history.dat").toString());
        String servers = properties.getProperty(BOOTSTRAP_SERVERS);
        Properties kafka = new Properties();
        kafka.setProperty("bootstrap.servers", servers);
        kafka.setProperty("enable.idempotence", "true");
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
        EventFormat format = worker.map(Worker::format)
                .orElseGet(() -> switch (Connector.Format.valueOf(properties.getProperty(FORMAT))) {
                    case JSON -> EventFormat.json();
                    case AVRO -> EventFormat.avro(properties.getProperty(REGISTRY));
                });
        Function<String, NewTopic> newTopics = topic ->
                worker.map(told -> told.topic(topic)).orElseGet(() -> new NewTopic(topic, PARTITIONS, (short) 1));
        ConnectorMain main =
                new ConnectorMain(producer, Admin.create(Map.of("bootstrap.servers", servers)), format, newTopics);
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using(started(folder))
                .using((success, message, error) -> {
                    if (!success) {
                        System.err.println("Debezium ended: " + message);
                        if (error != null) {
                            error.printStackTrace();
                        }
                        Runtime.getRuntime().halt(1);
                    }
                })
                .notifying(main::write)
                .build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        thread.execute(engine);
        ServerProcess.awaitEndOfInput();
        engine.close();
        thread.shutdown();
        System.exit(0);
    }

    private static DebeziumEngine.ConnectorCallback started(Path folder) {
        return new DebeziumEngine.ConnectorCallback() {
            @Override
            public void taskStarted() {
                try {
                    ServerProcess.publish(folder.resolve(STARTED), "started");
                } catch (IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            }
        };
    }

    private void write(
            List<RecordChangeEvent<SourceRecord>> events,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (RecordChangeEvent<SourceRecord> event : events) {
            SourceRecord source = event.record();
            ensureTopic(source.topic());
            sent.add(producer.send(new ProducerRecord<>(
                    source.topic(), source.kafkaPartition(), format.key(source), format.value(source))));
        }
        producer.flush();
        try {
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException("Cannot write to Kafka", failure);
        }
        for (RecordChangeEvent<SourceRecord> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
    }

    private void ensureTopic(String topic) throws InterruptedException {
        if (!topics.add(topic)) {
            return;
        }
        try {
            admin.createTopics(List.of(newTopics.apply(topic))).all().get();
        } catch (ExecutionException failure) {
            if (!(failure.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("Cannot make topic " + topic, failure);
            }
        }
    }
}
