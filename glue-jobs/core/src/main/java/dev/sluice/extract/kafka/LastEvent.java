package dev.sluice.extract.kafka;

import dev.sluice.change.EventSample;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.Relation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks at the last records of a topic, without Spark. */
final class LastEvent {

    /** After a deletion's tombstone and a truncation there is an event with columns. */
    private static final int LOOK_BACK = 20;

    private static final Duration PATIENCE = Duration.ofMillis(KafkaExtraction.PATIENCE_MILLIS);

    private final KafkaEndpoint endpoint;
    private final Relation.Topic topic;

    LastEvent(KafkaEndpoint endpoint, Relation.Topic topic) {
        this.endpoint = endpoint;
        this.topic = topic;
    }

    /**
     * The columns in the last of these records that shows them: the last in the database's log, as records of several
     * partitions are often of one millisecond and Debezium repeats some after a crash.
     */
    Optional<List<SourceColumn>> columns(TopicOffsets offsets) {
        if (offsets.isEmpty()) {
            return Optional.empty();
        }
        Optional<Registry> registry = endpoint.registry().map(Registry::new);
        return EventSample.latestColumns(records(offsets).stream()
                .flatMap(record -> sample(record, registry).stream())
                .toList());
    }

    private Optional<EventSample> sample(ConsumerRecord<byte[], byte[]> record, Optional<Registry> registry) {
        return EventSample.of(
                topic.format(),
                record.key(),
                record.value(),
                schema(record.key(), registry),
                schema(record.value(), registry));
    }

    private static Optional<String> schema(byte[] bytes, Optional<Registry> registry) {
        return EventSample.schemaNumber(bytes).flatMap(number -> registry.flatMap(asked -> asked.find(number)));
    }

    private List<ConsumerRecord<byte[], byte[]>> records(TopicOffsets offsets) {
        Map<String, Object> properties = new HashMap<>(endpoint.clientProperties());
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        properties.put(TopicOffsets.MAX_WAIT, TopicOffsets.MAX_WAIT_MILLIS);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = offsets.latest().keySet().stream()
                    .map(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(
                    partition,
                    Math.max(
                            offsets.earliest().get(partition.partition()),
                            offsets.latest().get(partition.partition()) - LOOK_BACK)));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream()
                    .anyMatch(partition ->
                            consumer.position(partition) < offsets.latest().get(partition.partition()))) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException("its last records did not come within " + PATIENCE.toSeconds() + " s");
                }
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        } catch (KafkaException failure) {
            throw KafkaFailures.of("read topic " + topic.name(), endpoint, failure);
        }
        return records;
    }
}
