package dev.sluice.testing.kafka;

import dev.sluice.database.KafkaEndpoint;
import dev.sluice.kafka.Broker;
import dev.sluice.settings.ConnectionSettings.Kafka.Security;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A Kafka broker for all tests of a JVM; it ends with the JVM. */
public final class KafkaServer {

    private static Path folder;
    private static Broker broker;

    private KafkaServer() {}

    /** The broker, started at the first call. */
    public static synchronized Broker broker() {
        if (broker == null) {
            try {
                folder = Files.createTempDirectory("sluice-kafka");
                broker = Broker.start(folder);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return broker;
    }

    /** Ends the broker as a power cut does, until {@link #restart}. */
    public static synchronized void kill() {
        broker().kill();
    }

    /** Starts the killed broker again, at the same address and with the topics it had. */
    public static synchronized void restart() {
        broker = Broker.start(folder);
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

    /** Has Kafka remove a topic's records by another policy than their age. */
    public static void cleanUp(String topic, String policy) {
        with(admin -> admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET))))
                .all());
    }

    /** Lets everybody read and write a topic, and nobody do anything else with it. */
    public static void hideConfiguration(String topic) {
        ResourcePattern pattern = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
        with(admin -> admin.createAcls(Stream.of(AclOperation.READ, AclOperation.WRITE)
                        .map(operation -> new AclBinding(
                                pattern, new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW)))
                        .toList())
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
            long now = System.currentTimeMillis();
            for (Message message : messages) {
                sent.add(producer.send(new ProducerRecord<>(
                        topic, message.partition(), now, bytes(message.key()), bytes(message.value()))));
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

    public static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", broker().bootstrapServers());
        return properties;
    }
}
