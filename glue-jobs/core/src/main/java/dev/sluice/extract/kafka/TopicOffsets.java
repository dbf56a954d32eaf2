package dev.sluice.extract.kafka;

import dev.sluice.database.KafkaEndpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * What a topic holds at one time.
 *
 * @param topicId Kafka's own id of it
 * @param earliest the first offset each partition still has
 * @param latest the offset after the last record that is committed
 */
record TopicOffsets(String topicId, SortedMap<Integer, Long> earliest, SortedMap<Integer, Long> latest) {

    /**
     * How long a broker holds a fetch back for records to come. Everything up to the bound is there, so nothing is worth
     * waiting for; and what a consumer asks meanwhile waits behind it.
     */
    static final String MAX_WAIT = "fetch.max.wait.ms";

    static final String MAX_WAIT_MILLIS = "10";

    /** Asks the brokers. */
    static TopicOffsets ask(Admin admin, KafkaEndpoint endpoint, String topic) {
        String action = "read topic " + topic;
        TopicDescription description = get(
                action,
                endpoint,
                admin.describeTopics(java.util.List.of(topic)).topicNameValues().get(topic));
        Map<TopicPartition, OffsetSpec> first = new HashMap<>();
        Map<TopicPartition, OffsetSpec> last = new HashMap<>();
        description.partitions().forEach(partition -> {
            TopicPartition place = new TopicPartition(topic, partition.partition());
            first.put(place, OffsetSpec.earliest());
            last.put(place, OffsetSpec.latest());
        });
        ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        SortedMap<Integer, Long> latest = new TreeMap<>();
        get(action, endpoint, admin.listOffsets(last, committed).all())
                .forEach((place, found) -> latest.put(place.partition(), found.offset()));
        SortedMap<Integer, Long> earliest = new TreeMap<>();
        get(action, endpoint, admin.listOffsets(first, committed).all())
                .forEach((place, found) -> earliest.put(place.partition(), found.offset()));
        return new TopicOffsets(description.topicId().toString(), earliest, latest);
    }

    boolean isEmpty() {
        return earliest.equals(latest);
    }

    private static <T> T get(String action, KafkaEndpoint endpoint, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException failure) {
            throw KafkaFailures.of(action, endpoint, failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw KafkaFailures.of(action, endpoint, interrupted);
        }
    }
}
