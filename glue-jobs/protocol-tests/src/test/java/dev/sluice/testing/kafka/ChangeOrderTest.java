package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Position;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.SourceColumn;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Positions;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.kafka.KafkaServer.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
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

    /** The records of one millisecond are in no order of their own: what a plan says of a table's columns is the log's last. */
    @Test
    void theLogDecidesWhichColumnsAPlanFinds() {
        HandMade with = HandMade.of("status string", "city string");
        for (int last = 0; last < 2; last++) {
            write(
                    ORDERS.change(1 - last, "u", 200 + last, 210, 1, "earlier"),
                    with.change(last, "u", 200 + last, 220, 2, (Object) "{\"id\":2,\"status\":\"x\",\"city\":\"y\"}"));
            assertThat(columnsOfTheSource())
                    .as("partition " + last + " has it")
                    .containsExactly("id", "status", "city");
        }
        write(ORDERS.change(0, "u", 200, 210, 1, "earlier, and repeated"));
        assertThat(columnsOfTheSource()).containsExactly("id", "status", "city");
    }

    private List<String> columnsOfTheSource() {
        SourceSettings source = lake.settings().findSource("shop").orElseThrow();
        TableSettings table = lake.settings().findTable(TABLE).orElseThrow();
        try (Extraction extraction = lake.extractor(source, table).open(source, lake.connections(), table)) {
            return extraction.describe().columns().stream()
                    .map(SourceColumn::name)
                    .toList();
        }
    }

    /**
     * All events have the same time, and their order in the topic is not that of the log: neither in a batch nor between
     * batches. What Debezium repeats after a crash comes late as well.
     */
    @Test
    void theLogDecidesWhatIsLast() {
        snapshot();
        write(
                ORDERS.change(0, "u", 300, 320, 1, "third"),
                ORDERS.change(1, "u", 200, 330, 1, "second"),
                ORDERS.change(1, "u", 0, 90, 2, "of the first transaction, which began before the snapshot"),
                ORDERS.change(0, "u", 300, 340, 2, "__debezium_unavailable_value"));
        assertThat(runWell().batch().orElseThrow().quarantined())
                .as("a value that the event leaves out is not taken for one")
                .isEqualTo(1);
        assertThat(curated()).containsExactly("1|third", "2|of the first transaction, which began before the snapshot");

        Message insert = ORDERS.change(0, "c", 400, 410, 3, "new");
        Message update = ORDERS.change(0, "u", 400, 420, 3, "changed");
        Message delete = ORDERS.delete(1, 400, 430, 2);
        write(ORDERS.change(1, "u", 250, 260, 1, "late"), insert, update, delete, HandMade.tombstone(1, 2));
        runWell();
        List<String> rows = List.of("1|third", "3|changed");
        assertThat(curated()).isEqualTo(rows);
        write(insert, update, delete, HandMade.tombstone(1, 2));
        runWell();
        assertThat(curated()).as("repeated as a whole").isEqualTo(rows);
        write(insert);
        runWell();
        assertThat(curated()).as("repeated in part").isEqualTo(rows);
    }

    /** The other partition's rows are ahead of the truncation, as two partitions are not written at one time. */
    @Test
    void anIncrementalSnapshotAddsRowsAndATruncationRemovesThoseBeforeIt() {
        snapshot();
        write(ORDERS.change(0, "u", 300, 310, 1, "changed"));
        runWell();
        Message incremental = ORDERS.read(1, 410, "incremental", 9, "added");
        write(
                ORDERS.change(0, "u", 400, 410, 1, "changed again"),
                new Message(
                        1,
                        incremental.key(),
                        incremental.value().replace("[null,\\\"410\\\"]", "[\\\"400\\\",\\\"410\\\"]")),
                ORDERS.change(1, "c", 600, 610, 7, "after the truncation"));
        runWell();
        assertThat(curated()).containsExactly("1|changed again", "2|read", "7|after the truncation", "9|added");
        write(ORDERS.change(0, "u", 450, 460, 1, "before"), ORDERS.truncate(0, 500, 510));
        runWell();
        assertThat(curated()).containsExactly("7|after the truncation");
        write(ORDERS.change(0, "c", 700, 710, 1, "again"), ORDERS.truncate(0, 800, 810));
        write(ORDERS.change(1, "c", 800, 820, 8, "in its transaction"));
        runWell();
        assertThat(curated()).containsExactly("8|in its transaction");
    }

    /** Read again, taken in again, or read for the first time: a truncation holds for what comes batches after it. */
    @Test
    void aChangeOfBeforeATruncationBringsNoRowBackInALaterBatch() {
        register(merged().rule("known", "status <> 'unknown'"));
        snapshot();
        write(ORDERS.truncate(0, 500, 510));
        runWell();
        Position truncated = lake.bookmarks().load(TABLE).position().orElseThrow();
        write(
                ORDERS.change(1, "c", 400, 410, 7, "before"),
                ORDERS.change(1, "c", 400, 420, 8, "unknown"),
                ORDERS.change(1, "c", 600, 610, 9, "after"));
        runWell();
        assertThat(curated()).containsExactly("9|after");
        new Rewind(lake).to(TABLE, Optional.of(Position.parse(truncated.text())), "rewind");
        runWell();
        assertThat(curated()).containsExactly("9|after");
        register(merged());
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(curated()).containsExactly("9|after");
    }

    @Test
    void aSnapshotThatIsBegunAgainReplacesTheFirstAndOneInMidStreamIsRefusedUntilAPersonDecides() {
        assertThat(runWell().status()).as("no record yet").isEqualTo(TableOutcome.Status.IDLE);
        write(ORDERS.read(0, 100, "first", 1, "read"), ORDERS.read(1, 100, "true", 2, "deleted before the second"));
        runWell();
        assertThat(curated()).hasSize(2);
        write(ORDERS.read(0, 200, "first", 1, "read again"), ORDERS.read(1, 200, "last", 3, "read again"));
        write(ORDERS.change(0, "c", 300, 310, 4, "changed"));
        runWell();
        List<String> rows = List.of("1|read again", "3|read again", "4|changed");
        assertThat(curated()).isEqualTo(rows);

        write(ORDERS.read(0, 900, "first", 1, "read"), ORDERS.read(0, 900, "last", 5, "read"));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message())
                .contains("Debezium has taken a new snapshot", "sluice bookmark rewind shop/orders --to-start");
        assertThat(curated()).isEqualTo(rows);
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        runWell();
        rows = List.of("1|read", "5|read");
        assertThat(curated()).isEqualTo(rows);

        Message change = ORDERS.change(0, "u", 950, 960, 1, "changed");
        write(new Message(0, change.key(), change.value().replace("\"lsn\":960", "\"lsn\":null")));
        failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
        assertThat(failure.message()).contains("Cannot put the changes of table shop/orders", "has no source.lsn");
        assertThat(curated()).isEqualTo(rows);
    }

    @Test
    void recordsThatWereRemovedBeforeTheyWereReadAndATopicMadeAnewFailLoudly() throws InterruptedException {
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
        assertThat(runBadly().message())
                .contains("first records are gone, and partition 0 begins after the snapshot at");
        write(ORDERS.read(1, 900, "first", 1, "whole"), ORDERS.read(1, 900, "last", 4, "whole"));
        runWell();
        assertThat(curated()).containsExactly("1|whole", "4|whole");

        write(
                ORDERS.read(0, 950, "first", 1, "half"),
                ORDERS.read(1, 950, "last", 5, "lost"),
                ORDERS.change(1, "u", 960, 970, 5, "after"));
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        KafkaServer.deleteRecords(topic, 1, 4);
        failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message()).contains("partition 1 begins after the snapshot at", "delete the topic");
        KafkaServer.deleteRecords(topic, 1, 5);
        assertThat(runBadly().message()).contains("partition 1 has no change left");
        assertThat(curated()).containsExactly("1|whole", "4|whole");
        write(
                ORDERS.change(0, "c", 980, 985, 8, "before"),
                ORDERS.change(1, "c", 980, 990, 9, "before"),
                ORDERS.read(0, 1000, "last", 7, "the only row"));
        KafkaServer.deleteRecords(topic, 0, 4);
        runWell();
        assertThat(curated()).containsExactly("7|the only row");

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
        failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(failure.message()).contains("the topic was made anew since");
        write(ORDERS.read(0, 100, "true", 3, "not the first"));
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        KafkaServer.deleteRecords(topic, 0, 1);
        assertThat(runBadly().message()).contains("no snapshot begins in those that are left");
        assertThat(curated()).containsExactly("7|the only row");
    }

    @Test
    void aTopicThatKafkaCompactsIsRefusedAndOneThatDoesNotTellIsNoted() {
        snapshot();
        runWell();
        KafkaServer.cleanUp(topic, "compact,delete");
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
        assertThat(failure.message())
                .contains(
                        "Cannot read table shop/orders from topic " + topic,
                        "cleanup.policy is compact,delete",
                        "Set cleanup.policy=delete on the topic",
                        "sluice bookmark rewind shop/orders --to-start");
        KafkaServer.cleanUp(topic, "delete");
        KafkaServer.hideConfiguration(topic);
        write(ORDERS.change(0, "u", 300, 310, 1, "changed"));
        assertThat(runWell().batch().orElseThrow().notes()).anySatisfy(note -> assertThat(note)
                .contains("cleanup.policy of topic " + topic + " is not known", "Allow DescribeConfigs"));
        assertThat(curated()).containsExactly("1|changed", "2|read");
    }

    @Test
    void aTopicThatIsNotThereIsNamed() {
        register(merged().topic("nowhere", EventFormat.DEBEZIUM_JSON));
        Failure failure = runBadly();
        assertThat(failure.code()).isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(failure.message()).contains("nowhere", "extract.topic");
    }

    @Test
    void recordsThatAreNoEventsStayInQuarantineAndChangesAreTakenInAgainInTheirPlace() throws IOException {
        register(merged().rule("known", "status <> 'unknown'"));
        snapshot();
        write(
                new Message(0, "k", "{\"schema\": {} "),
                new Message(1, "k", "{\"id\": 3}"),
                new Message(
                        0, "k", ORDERS.change(0, "x", 300, 310, 3, "unknown op").value()),
                ORDERS.change(0, "c", 300, 310, 3, "unknown"),
                ORDERS.change(0, "c", 300, 320, 4, "unknown"),
                ORDERS.change(0, "c", 300, 330, 5, "unknown"),
                ORDERS.change(0, "c", 300, 340, 6, "good"));
        BatchRecord batch = runWell().batch().orElseThrow();
        assertThat(curated()).containsExactly("1|read", "2|read", "6|good");
        assertThat(batch.quarantined()).isEqualTo(6);
        assertThat(batch.notes()).anySatisfy(note -> assertThat(note).contains("3 records are no change events"));
        assertThat(quarantined())
                .hasSize(6)
                .anySatisfy(entry -> assertThat(entry).contains("topic " + topic + " partition 0 offset 1 is no JSON"))
                .anySatisfy(entry -> assertThat(entry).contains("partition 1 offset 1 carries no schema"))
                .anySatisfy(entry -> assertThat(entry).contains("partition 0 offset 2 has an unknown op: x"));

        write(ORDERS.change(0, "u", 400, 410, 4, "known"), ORDERS.delete(0, 400, 420, 5));
        runWell();
        assertThat(curated()).containsExactly("1|read", "2|read", "4|known", "6|good");
        register(merged());
        whileRawLacks(lake.bookmarks().load(TABLE).lastBatch(), () -> assertThatThrownBy(
                        () -> new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay"))
                .isInstanceOfSatisfying(SluiceException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.RAW_CORRUPT)));
        assertThat(runWell().status())
                .as("no batch was left that nobody can finish")
                .isEqualTo(TableOutcome.Status.IDLE);
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(curated()).containsExactly("1|read", "2|read", "3|unknown", "4|known", "6|good");
        assertThat(quarantined()).as("what is no event now either").hasSize(3);

        Position end = lake.bookmarks().load(TABLE).position().orElseThrow();
        IngestRequest backfill = new IngestRequest(
                "backfill",
                List.of(TABLE),
                new JobBookmark.Enabled(),
                Optional.of(new Positions(lake.settings(), lake.bookmarks())
                        .window(List.of(TABLE), Optional.empty(), Optional.of(end.text()))));
        whileRawLacks(batch.batch(), () -> assertThat(
                        new Ingest(lake, RunListener.NONE).run(backfill).failed())
                .singleElement()
                .satisfies(table ->
                        assertThat(table.failure().orElseThrow().code()).isEqualTo(ErrorCode.RAW_CORRUPT)));
        assertThat(new Ingest(lake, RunListener.NONE).run(backfill).failed()).isEmpty();
        assertThat(curated()).containsExactly("1|read", "2|read", "3|unknown", "4|known", "6|good");
    }

    private void whileRawLacks(long batch, Runnable task) throws IOException {
        Manifest manifest =
                new RawZone(lake.zones().raw()).findManifest(TABLE, batch).orElseThrow();
        Path file = Path.of(
                URI.create(lake.zones().raw().uri(manifest.files().get(0).path())));
        Path away = file.resolveSibling("away");
        Files.move(file, away);
        task.run();
        Files.move(away, file);
    }

    private List<String> quarantined() {
        return new Quarantine(lake.zones().quarantine())
                        .list(
                                lake.settings().findTable(TABLE).orElseThrow(),
                                lake.bookmarks().history(TABLE, 10),
                                10)
                        .stream()
                        .map(Quarantine.Entry::json)
                        .toList();
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
