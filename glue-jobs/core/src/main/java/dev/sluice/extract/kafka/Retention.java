package dev.sluice.extract.kafka;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.KafkaEndpoint;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Whether a topic keeps each change until it expires. A compacted one keeps the last record of a key: of a deletion its
 * tombstone, which has no place in the database's log, and of the changes before none. No bookmark notices that.
 */
final class Retention {

    private static final String POLICY = "cleanup.policy";
    private static final String COMPACT = "compact";

    private Retention() {}

    /**
     * Refuses a compacted topic with {@code SETTINGS_INVALID}.
     *
     * @return what a person should know where the cluster does not tell
     */
    static Optional<String> require(Admin admin, KafkaEndpoint endpoint, String topic, TableName table) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config;
        try {
            config = admin.describeConfigs(List.of(resource))
                    .values()
                    .get(resource)
                    .get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof AuthorizationException) {
                return Optional.of("the " + POLICY + " of topic " + topic + " is not known: where it is " + COMPACT
                        + ", Kafka removes deletions and versions before they are read. Allow DescribeConfigs on the"
                        + " topic to the source's user");
            }
            throw KafkaFailures.of("read topic " + topic, endpoint, failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw KafkaFailures.of("read topic " + topic, endpoint, interrupted);
        }
        Optional<String> policy = Optional.ofNullable(config.get(POLICY)).map(ConfigEntry::value);
        if (policy.filter(value -> value.contains(COMPACT)).isPresent()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table + " from topic " + topic + ": its " + POLICY + " is " + policy.get()
                            + ", so Kafka removes changes and deletions that a later record of their key follows,"
                            + " whether they were read or not. Set " + POLICY + "=delete on the topic, and retention.ms"
                            + " longer than the longest pause between runs; what was compacted is gone, so have Debezium"
                            + " take a new snapshot into the topic, and build a table that was read from it anew with"
                            + " 'sluice bookmark rewind " + table + " --to-start'");
        }
        return Optional.empty();
    }
}
