package dev.sluice.testing.kafka;

import dev.sluice.database.KafkaEndpoint;
import dev.sluice.kafka.Broker;
import dev.sluice.settings.ConnectionSettings.Kafka.Security;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A Kafka broker for all tests of a JVM; it ends with the JVM. */
public final class KafkaServer {

    private static Broker broker;

    private KafkaServer() {}

    /** The broker, started at the first call. */
    public static synchronized Broker broker() {
        if (broker == null) {
            try {
                broker = Broker.start(Files.createTempDirectory("sluice-kafka"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return broker;
    }

    /** The broker as a source. */
    public static KafkaEndpoint endpoint() {
        return new KafkaEndpoint(
                broker().bootstrapServers(),
                Security.PLAINTEXT,
                Optional.empty(),
                Optional.of(new KafkaEndpoint.Registry(
                        broker().registryUrl(),
                        Optional.of(new KafkaEndpoint.Login(Broker.REGISTRY_USER, Broker.REGISTRY_PASSWORD)))));
    }

    /** Makes a topic. */
    public static void createTopic(String topic, int partitions) {
        with(admin -> admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all());
    }

    /** Removes a topic with its records. */
    public static void deleteTopic(String topic) {
        with(admin -> admin.deleteTopics(List.of(topic)).all());
    }

    /** Removes the records of a partition before an offset, as retention does. */
    public static void deleteRecords(String topic, int partition, long before) {
        with(admin -> admin.deleteRecords(
                        Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all());
    }

    private static void with(java.util.function.Function<Admin, KafkaFuture<?>> action) {
        try (Admin admin = Admin.create(properties())) {
            action.apply(admin).get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("Kafka refuses", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** A record to be written; a null value is a tombstone. */
    public record Message(int partition, String key, String value) {}

    /** Writes records, in order. */
    public static void write(String topic, Message... messages) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<?>> sent = new ArrayList<>();
            for (Message message : messages) {
                sent.add(producer.send(new ProducerRecord<>(
                        topic, message.partition(), bytes(message.key()), bytes(message.value()))));
            }
            for (Future<?> one : sent) {
                one.get();
            }
        } catch (ExecutionException failure) {
            throw new IllegalStateException("Kafka refuses", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker().bootstrapServers());
        return properties;
    }
}
