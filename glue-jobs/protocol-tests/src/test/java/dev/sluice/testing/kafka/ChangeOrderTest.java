package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Position;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SchemaSettings;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Debezium writes rarely and a consumer must get right: repeats, disorder between partitions, losses, damage. */
class ChangeOrderTest {

    private static final TableName TABLE = TableName.parse("shop/orders");
    private static final AtomicInteger TOPICS = new AtomicInteger();
    private static final HandMade ORDERS = HandMade.orders();

    private String topic;
    private Lake lake;

    @BeforeEach
    void register(@TempDir Path folder) {
        topic = "made-" + TOPICS.incrementAndGet() + ".public.orders";
        KafkaServer.createTopic(topic, 2);
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        register(merged());
    }

    private Items merged() {
        return Items.table(TABLE.toString())
                .topic(topic, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string")
                .merge("id");
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private TableOutcome run() {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)))
                .tables()
                .get(0);
    }

    private TableOutcome runWell() {
        TableOutcome outcome = run();
        assertThat(outcome.failure()).isEmpty();
        return outcome;
    }

    private Failure runBadly() {
        return run().failure().orElseThrow();
    }

    private void write(Message... messages) {
        KafkaServer.write(topic, messages);
    }

    private void snapshot() {
        write(ORDERS.read(0, 100, "first", 1, "read"), ORDERS.read(1, 100, "last", 2, "read"));
    }

    private List<String> curated() {
        return RowsOf.curated(lake, TABLE.toString(), "id", "status");
    }

    @Test
    void aTopicWithoutRecordsIsIdle() {
        assertThat(runWell().status()).isEqualTo(TableOutcome.Status.IDLE);
        snapshot();
        runWell();
        assertThat(curated()).containsExactly("1|read", "2|read");
    }

    /** All events have the same time, and their order in the topic is not that of the log. */
    @Test
    void theLogDecidesWhatIsLastInABatchAndBetweenBatches() {
        snapshot();
        write(
                ORDERS.change(0, "u", 300, 320, 1, "third"),
                ORDERS.change(1, "u", 200, 330, 1, "second"),
                ORDERS.change(1, "u", 0, 90, 2, "of the first transaction, which began before the snapshot"));
        runWell();
        assertThat(curated()).containsExactly("1|third", "2|of the first transaction, which began before the snapshot");
        write(ORDERS.change(1, "u", 250, 260, 1, "late"), ORDERS.change(0, "u", 400, 420, 2, "new"));
        runWell();
        assertThat(curated()).containsExactly("1|third", "2|new");
    }

    @Test
    void whatDebeziumRepeatsAfterACrashChangesNothing() {
        snapshot();
        Message insert = ORDERS.change(0, "c", 200, 210, 3, "new");
        Message update = ORDERS.change(0, "u", 300, 310, 3, "changed");
        Message delete = ORDERS.delete(1, 300, 320, 2);
        write(insert, update, delete, HandMade.tombstone(1, 2));
        runWell();
        write(insert, update, delete, HandMade.tombstone(1, 2));
        runWell();
        assertThat(curated()).containsExactly("1|read", "3|changed");
        write(insert);
        runWell();
        assertThat(curated()).containsExactly("1|read", "3|changed");
    }

    /** The other partition's rows are ahead of the truncation, as two partitions are not written at one time. */
    @Test
    void aTruncationRemovesWhatWasBeforeItAndNothingElse() {
        snapshot();
        write(ORDERS.change(1, "c", 500, 510, 7, "after the truncation"));
        runWell();
        write(ORDERS.change(0, "u", 300, 310, 1, "before"), ORDERS.truncate(0, 400, 410));
        runWell();
        assertThat(curated()).containsExactly("7|after the truncation");
        write(ORDERS.change(0, "c", 600, 610, 1, "again"), ORDERS.truncate(0, 700, 710));
        write(ORDERS.change(1, "c", 700, 720, 8, "in its transaction"));
        runWell();
        assertThat(curated()).containsExactly("8|in its transaction");
    }

    @Test
    void aSnapshotThatIsBegunAgainTakesThePlaceOfTheFirst() {
        write(ORDERS.read(0, 100, "first", 1, "read"), ORDERS.read(1, 100, "true", 2, "deleted before the second"));
        runWell();
        assertThat(curated()).hasSize(2);
        write(ORDERS.read(0, 200, "first", 1, "read again"), ORDERS.read(1, 200, "last", 3, "read again"));
        runWell();
        assertThat(curated()).containsExactly("1|read again", "3|read again");
    }

    @Test
    void anIncrementalSnapshotAddsRowsBetweenChanges() {
        snapshot();
        write(ORDERS.change(0, "u", 300, 310, 1, "changed"));
        runWell();
        write(ORDERS.change(0, "u", 400, 410, 1, "changed again"));
        write(new Message(
                1,
                ORDERS.read(1, 410, "incremental", 9, "added").key(),
                ORDERS.read(1, 410, "incremental", 9, "added")
                        .value()
                        .replace("[null,\\\"410\\\"]", "[\\\"400\\\",\\\"410\\\"]")));
        runWell();
        assertThat(curated()).containsExactly("1|changed again", "2|read", "9|added");
    }

    @Test
    void aNewSnapshotInTheMidstOfTheStreamIsRefusedUntilAPersonDecides() {
        snapshot();
        write(ORDERS.change(0, "u", 300, 310, 1, "changed"));
        runWell();
        write(ORDERS.read(0, 900, "first", 1, "read"), ORDERS.read(0, 900, "last", 5, "read"));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message())
                .contains("Debezium has taken a new snapshot", "sluice bookmark rewind shop/orders --to-start");
        assertThat(curated()).containsExactly("1|changed", "2|read");
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        runWell();
        assertThat(curated()).containsExactly("1|read", "5|read");
    }

    @Test
    void recordsThatWereRemovedBeforeTheyWereReadFailLoudly() {
        snapshot();
        runWell();
        write(ORDERS.change(0, "u", 300, 310, 1, "lost"), ORDERS.change(0, "u", 300, 320, 1, "kept"));
        KafkaServer.deleteRecords(topic, 0, 2);
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message())
                .contains("partition 0 begins at offset 2, the bookmark is at 1", "retention.ms", topic);
        assertThat(curated()).containsExactly("1|read", "2|read");
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        assertThat(runBadly().message()).contains("first records are gone and no snapshot begins");
        write(ORDERS.read(1, 900, "first", 1, "whole"), ORDERS.read(1, 900, "last", 4, "whole"));
        runWell();
        assertThat(curated()).containsExactly("1|whole", "4|whole");
    }

    @Test
    void aTopicThatWasMadeAnewFailsLoudly() throws InterruptedException {
        snapshot();
        runWell();
        KafkaServer.deleteTopic(topic);
        for (int attempt = 1; ; attempt++) {
            try {
                KafkaServer.createTopic(topic, 2);
                break;
            } catch (IllegalStateException notYetGone) {
                assertThat(attempt).isLessThan(100);
                Thread.sleep(50);
            }
        }
        snapshot();
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message()).contains("the topic was made anew since");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() {
        register(merged().topic("nowhere", EventFormat.DEBEZIUM_JSON));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(failure.message()).contains("nowhere", "extract.topic");
    }

    @Test
    void recordsThatAreNoEventsGoToQuarantineWithTheirPlace() {
        snapshot();
        write(
                new Message(0, "k", "{\"schema\": {} "),
                new Message(1, "k", "{\"id\": 3}"),
                new Message(
                        0, "k", ORDERS.change(0, "x", 300, 310, 3, "unknown op").value()),
                ORDERS.change(0, "c", 300, 320, 4, "good"));
        BatchRecord batch = runWell().batch().orElseThrow();
        assertThat(curated()).containsExactly("1|read", "2|read", "4|good");
        assertThat(batch.quarantined()).isEqualTo(3);
        assertThat(batch.notes()).anySatisfy(note -> assertThat(note).contains("3 records are no change events"));
        List<String> entries = new Quarantine(lake.zones().quarantine())
                        .list(
                                lake.settings().findTable(TABLE).orElseThrow(),
                                lake.bookmarks().history(TABLE, 10),
                                10)
                        .stream()
                        .map(Quarantine.Entry::json)
                        .toList();
        assertThat(entries)
                .anySatisfy(entry -> assertThat(entry).contains("topic " + topic + " partition 0 offset 1 is no JSON"))
                .anySatisfy(entry -> assertThat(entry).contains("partition 1 offset 1 carries no schema"))
                .anySatisfy(entry -> assertThat(entry).contains("partition 0 offset 2 has an unknown op: x"));
    }

    @Test
    void changesThatCannotBePutInOrderAreRefused() {
        snapshot();
        runWell();
        Message change = ORDERS.change(0, "u", 300, 310, 1, "changed");
        write(new Message(0, change.key(), change.value().replace("\"lsn\":310", "\"lsn\":null")));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
        assertThat(failure.message()).contains("Cannot put the changes of table shop/orders", "has no source.lsn");
        assertThat(curated()).containsExactly("1|read", "2|read");
    }

    @Test
    void quarantinedChangesAreTakenInAgainInTheirPlace() {
        register(merged().rule("known", "status <> 'unknown'"));
        snapshot();
        write(
                ORDERS.change(0, "c", 300, 310, 3, "unknown"),
                ORDERS.change(0, "c", 300, 320, 4, "unknown"),
                ORDERS.change(0, "c", 300, 330, 5, "unknown"));
        runWell();
        write(ORDERS.change(0, "u", 400, 410, 4, "known"), ORDERS.delete(0, 400, 420, 5));
        runWell();
        assertThat(curated()).containsExactly("1|read", "2|read", "4|known");
        register(merged());
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(curated()).containsExactly("1|read", "2|read", "3|unknown", "4|known");
    }

    @Test
    void aColumnThatAppearsInMidStreamFollowsThePolicy() {
        register(merged().newColumns(SchemaSettings.NewColumns.ADD));
        snapshot();
        runWell();
        HandMade wider =
                HandMade.ordersWith("{\"type\":\"int32\",\"optional\":true,\"default\":7,\"field\":\"amount\"}");
        write(ORDERS.change(0, "u", 300, 310, 1, "before"));
        write(wider.change(0, "c", 400, 410, 3, (Object) "{\"id\":3,\"status\":\"wide\",\"amount\":12}"));
        runWell();
        assertThat(RowsOf.curated(lake, TABLE.toString(), "id", "status", "amount"))
                .containsExactly("1|before|∅", "2|read|∅", "3|wide|12");
        HandMade widest =
                HandMade.ordersWith("{\"type\":\"int64\",\"optional\":true,\"default\":7,\"field\":\"amount\"}");
        write(widest.change(1, "u", 500, 510, 2, (Object) "{\"id\":2,\"status\":\"wide\",\"amount\":5000000000}"));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        assertThat(failure.message()).contains("amount");
        register(Items.table(TABLE.toString())
                .topic(topic, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string")
                .merge("id")
                .newColumns(SchemaSettings.NewColumns.REPORT));
        runWell();
        assertThat(curated()).containsExactly("1|before", "2|wide", "3|wide");
    }

    @Test
    void aValueThatTheEventLeavesOutIsNotTakenForOne() {
        snapshot();
        write(ORDERS.change(0, "u", 300, 310, 1, "__debezium_unavailable_value"));
        BatchRecord batch = runWell().batch().orElseThrow();
        assertThat(batch.quarantined()).isEqualTo(1);
        assertThat(curated()).containsExactly("1|read", "2|read");
    }

    @Test
    void anAppendTableReplacesWhatItReadsAgain() {
        TableName log = TableName.parse("shop/order_log");
        register(Items.table(log.toString())
                .topic(topic, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint", "status string")
                .append());
        snapshot();
        runOf(log);
        Position first = lake.bookmarks().load(log).position().orElseThrow();
        write(
                ORDERS.change(0, "u", 300, 310, 1, "changed"),
                ORDERS.delete(1, 300, 320, 2),
                ORDERS.truncate(0, 400, 410));
        runOf(log);
        List<String> rows = List.of("1|changed|u", "1|read|r", "2|read|r", "2|∅|d", "∅|∅|t");
        assertThat(RowsOf.curated(lake, log.toString(), "id", "status", "_sluice_operation"))
                .isEqualTo(rows);
        new Rewind(lake).to(log, Optional.of(first), "rewind");
        runOf(log);
        assertThat(RowsOf.curated(lake, log.toString(), "id", "status", "_sluice_operation"))
                .isEqualTo(rows);
    }

    private void runOf(TableName table) {
        assertThat(new Ingest(lake, RunListener.NONE)
                        .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(table)))
                        .failed())
                .isEmpty();
    }
}
