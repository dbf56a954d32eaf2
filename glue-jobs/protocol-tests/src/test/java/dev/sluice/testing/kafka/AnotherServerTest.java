package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.Failure;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.kafka.KafkaServer.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connector goes on at another server, which numbers its log by itself: in that order as long as it is one. */
class AnotherServerTest {

    private static final TableName TABLE = TableName.parse("shop/orders");
    private static final String TOPIC = "failing-over.shop.orders";
    private static final HandMade ORDERS = HandMade.orders();

    private Lake lake;

    @Test
    void aServerThatGoesOnIsFollowedAndOneThatCountsAnewIsRefused(@TempDir Path folder) throws InterruptedException {
        KafkaServer.createTopic(TOPIC, 2);
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        lake.settings()
                .register(
                        Items.table(TABLE.toString())
                                .topic(TOPIC, EventFormat.DEBEZIUM_JSON)
                                .columns("id bigint not null", "status string")
                                .merge("id")
                                .build(),
                        SettingsStore.Existing.REPLACE);
        snapshot(5, 100);
        Message before = changed(0, 1, 5, 300, 1, "by the first");
        KafkaServer.write(TOPIC, before, changed(1, 1, 5, 400, 2, "by the first"));
        runWell();

        // As a cluster that keeps its log, or a log that two servers write: repeated, and late in the other partition.
        KafkaServer.write(
                TOPIC,
                changed(0, 2, 6, 200, 1, "by the second"),
                before,
                changed(1, 1, 5, 500, 2, "by the first once more"));
        runWell();
        KafkaServer.write(
                TOPIC, changed(1, 1, 5, 600, 2, "late by the first"), changed(1, 2, 6, 300, 3, "by the second"));
        runWell();
        KafkaServer.write(TOPIC, changed(0, 2, 6, 400, 4, "by the second"));
        runWell();
        KafkaServer.write(TOPIC, before);
        runWell();
        List<String> rows = List.of("1|by the second", "2|late by the first", "3|by the second", "4|by the second");
        assertThat(curated()).isEqualTo(rows);

        assertLost(changed(0, 1, 5, 700, 1, "by the first again"), "changes of server 1 from 0000000005.");
        assertThat(curated()).isEqualTo(rows);
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        assertLost(changed(0, 3, 2, 100, 1, "by a third"), "changes of server 1 from 0000000005.");

        KafkaServer.deleteTopic(TOPIC);
        createAnew();
        snapshot(5, 100);
        KafkaServer.write(TOPIC, changed(0, 1, 5, 300, 1, "by the first"));
        runWell();
        assertThat(curated()).containsExactly("1|by the first", "2|read");
        assertLost(changed(1, 3, 2, 100, 2, "by a third"), "changes of server 3 from 0000000002.");
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        snapshot(2, 200);
        Failure failure = run().failure().orElseThrow();
        assertThat(failure.message())
                .as("a snapshot beside the former log is no remedy")
                .contains("snapshot at 0000000002.");

        KafkaServer.deleteTopic(TOPIC);
        createAnew();
        snapshot(2, 200);
        KafkaServer.write(TOPIC, changed(1, 3, 2, 300, 2, "by the third"));
        runWell();
        assertThat(curated()).containsExactly("1|read", "2|by the third");
    }

    private static void snapshot(int file, long position) {
        KafkaServer.write(
                TOPIC,
                HandMade.of(0, file, ORDERS.read(0, position, "first", 1, "read")),
                HandMade.of(0, file, ORDERS.read(0, position, "last", 2, "read")));
    }

    private static Message changed(int partition, long server, int file, long position, long id, String status) {
        return HandMade.of(server, file, ORDERS.change(partition, "u", 0, position, id, status));
    }

    /** Kafka removes a topic a while after it says so. */
    private static void createAnew() throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                KafkaServer.createTopic(TOPIC, 2);
                return;
            } catch (IllegalStateException notYetGone) {
                assertThat(attempt).isLessThan(100);
                Thread.sleep(50);
            }
        }
    }

    private void assertLost(Message change, String why) {
        KafkaServer.write(TOPIC, change);
        Failure failure = run().failure().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message())
                .contains(
                        "for table shop/orders: ",
                        why,
                        "follows another server",
                        "Delete the topic",
                        "sluice bookmark rewind shop/orders --to-start");
    }

    private void runWell() {
        assertThat(run().failure()).isEmpty();
    }

    private TableOutcome run() {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)))
                .tables()
                .get(0);
    }

    private List<String> curated() {
        return RowsOf.curated(lake, TABLE.toString(), "id", "status");
    }
}
