package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.Failure;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SchemaSettings.Drift;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.kafka.KafkaServer.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Every version of a row, from its changes: whatever comes late, twice, at one time or against the clock. */
class ChangeHistoryTest {

    private static final TableName TABLE = TableName.parse("shop/orders");
    private static final HandMade ORDERS = HandMade.orders();
    /** 2026-01-01 00:00 UTC. */
    private static final long MIDNIGHT = 1_767_225_600_000L;

    private String topic;
    private Lake lake;

    @BeforeEach
    void register(@TempDir Path folder, TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        KafkaServer.createTopic(topic, 2);
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        register(history());
    }

    private Items history() {
        return Items.table(TABLE.toString())
                .topic(topic, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string")
                .history(Optional.empty(), "id");
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private TableOutcome run(RunListener listener) {
        return new Ingest(lake, listener)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)))
                .tables()
                .get(0);
    }

    private void runWell() {
        assertThat(run(RunListener.NONE).failure()).isEmpty();
    }

    private void write(Message... messages) {
        KafkaServer.write(topic, messages);
    }

    private static Message at(double seconds, Message event) {
        return HandMade.at(MIDNIGHT + Math.round(seconds * 1000), event);
    }

    private void snapshot() {
        write(at(0, ORDERS.read(0, 100, "first", 1, "read")), at(0, ORDERS.read(1, 100, "last", 2, "read")));
    }

    /** Versions without the day, which is the same in all. */
    private List<String> versions() {
        return RowsOf.curated(lake, TABLE.toString(), "id", "status", "_valid_from", "_valid_to", "_is_current")
                .stream()
                .map(line -> line.replace("2026-01-01 00:00:", ""))
                .toList();
    }

    @Test
    void theLogOrdersTheVersionsAndTheTimeOfTheChangeSaysSinceWhenEachHolds() {
        snapshot();
        Message[] changes = {
            at(2, ORDERS.change(0, "u", 300, 310, 1, "a")),
            at(2, ORDERS.change(0, "u", 300, 320, 1, "b at the same time")),
            at(1, ORDERS.change(0, "u", 400, 410, 1, "c by a clock that was set back")),
            at(3, ORDERS.change(0, "u", 450, 450, 1, "c by a clock that was set back")),
            at(4, ORDERS.delete(1, 500, 510, 2)),
            HandMade.tombstone(1, 2),
            at(6, ORDERS.change(1, "c", 600, 610, 2, "again"))
        };
        write(changes);
        runWell();
        List<String> expected = List.of(
                "1|a|02|02.000001|false",
                "1|b at the same time|02.000001|02.000002|false",
                "1|c by a clock that was set back|02.000002|∅|true",
                "1|read|00|02|false",
                "2|again|06|∅|true",
                "2|read|00|04|false");
        assertThat(versions()).isEqualTo(expected);

        write(changes);
        Crash crash = new Crash(new Crash.Point(Step.COMMIT_CURATED, Crash.Side.AFTER));
        assertThat(run(crash).failure()).isPresent();
        assertThat(crash.happened()).isTrue();
        runWell();
        assertThat(versions()).as("repeated, and the run died").isEqualTo(expected);

        write(
                at(1.5, ORDERS.change(1, "u", 200, 210, 1, "late")),
                at(3.5, ORDERS.change(0, "u", 480, 490, 2, "late, and deleted since")));
        runWell();
        assertThat(versions())
                .containsExactly(
                        "1|a|02|02.000001|false",
                        "1|b at the same time|02.000001|02.000002|false",
                        "1|c by a clock that was set back|02.000002|∅|true",
                        "1|late|01.5|02|false",
                        "1|read|00|01.5|false",
                        "2|again|06|∅|true",
                        "2|late, and deleted since|03.5|04|false",
                        "2|read|00|03.5|false");
    }

    @Test
    void aTruncationAndANewSnapshotEndWhatTheyDoNotBring() {
        snapshot();
        runWell();
        write(
                at(5, ORDERS.change(0, "u", 300, 310, 1, "changed")),
                at(10, ORDERS.truncate(1, 400, 410)),
                at(20, ORDERS.change(0, "c", 500, 510, 3, "kept")));
        runWell();
        List<String> before =
                List.of("1|changed|05|10|false", "1|read|00|05|false", "2|read|00|10|false", "3|kept|20|∅|true");
        assertThat(versions()).isEqualTo(before);
        write(at(25, ORDERS.change(0, "c", 600, 610, 4, "lost by the snapshot")));
        runWell();

        // What came before the snapshot is in no record any more.
        KafkaServer.deleteRecords(topic, 0, 4);
        KafkaServer.deleteRecords(topic, 1, 2);
        write(at(30, ORDERS.read(0, 900, "first", 3, "kept")), at(30, ORDERS.read(1, 900, "last", 5, "new")));
        assertThat(run(RunListener.NONE).failure().orElseThrow().code()).isEqualTo(ErrorCode.POSITION_LOST);
        List<String> after = List.of(
                "1|changed|05|10|false",
                "1|read|00|05|false",
                "2|read|00|10|false",
                "3|kept|20|∅|true",
                "4|lost by the snapshot|25|30|false",
                "5|new|30|∅|true");
        for (int time = 1; time <= 2; time++) {
            new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
            runWell();
            assertThat(versions()).as("rewound for time " + time).isEqualTo(after);
        }

        write(at(8, ORDERS.change(1, "c", 300, 320, 6, "of before the truncation, and late")));
        runWell();
        List<String> late = new ArrayList<>(after);
        late.add("6|of before the truncation, and late|08|10|false");
        assertThat(versions()).isEqualTo(late);

        write(
                at(40, ORDERS.read(0, 800, "first", 3, "of a log begun anew")),
                at(40, ORDERS.read(1, 800, "last", 7, "of a log begun anew")));
        new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
        KafkaServer.deleteRecords(topic, 0, 5);
        KafkaServer.deleteRecords(topic, 1, 4);
        Failure another = run(RunListener.NONE).failure().orElseThrow();
        assertThat(another.code()).isEqualTo(ErrorCode.POSITION_LOST);
        assertThat(another.message()).contains("the snapshot at", "--to-start --discard-history'");
        assertThat(versions()).isEqualTo(late);
        new Rewind(lake).discardingHistory(TABLE, "rewind");
        runWell();
        assertThat(versions()).containsExactly("3|of a log begun anew|40|∅|true", "7|of a log begun anew|40|∅|true");
    }

    @Test
    void whatATruncationOrADeletionEndedBeforeItCameIsAVersionThatHasEnded() {
        register(history().rule("known", "status <> 'unknown'"));
        snapshot();
        write(
                at(1, ORDERS.change(0, "c", 200, 210, 3, "unknown")),
                at(1, ORDERS.change(0, "c", 200, 220, 4, "unknown")),
                at(2, ORDERS.delete(0, 300, 310, 3)));
        runWell();
        write(at(10, ORDERS.truncate(0, 500, 510)));
        runWell();
        write(
                at(5, ORDERS.change(1, "c", 400, 410, 7, "late")),
                at(12, ORDERS.change(1, "c", 600, 610, 8, "after")),
                at(20, ORDERS.truncate(0, 700, 710)));
        runWell();
        assertThat(versions())
                .containsExactly(
                        "1|read|00|10|false", "2|read|00|10|false", "7|late|05|10|false", "8|after|12|20|false");
        register(history());
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(versions())
                .containsExactly(
                        "1|read|00|10|false",
                        "2|read|00|10|false",
                        "3|unknown|01|02|false",
                        "4|unknown|01|10|false",
                        "7|late|05|10|false",
                        "8|after|12|20|false");
    }

    @Test
    void aColumnThatIsAddedOrWidenedInMidStreamIsInTheVersionsSince() {
        HandMade former = HandMade.of("amount int32");
        HandMade latter = HandMade.of("amount int64", "note string");
        register(evolving("int"));
        write(
                at(0, former.change(0, "c", 100, 110, 1, row(1, "'amount':10"))),
                at(0, former.change(0, "c", 100, 120, 2, row(2, "'amount':20"))));
        runWell();
        write(
                at(2, latter.change(0, "u", 200, 210, 1, row(1, "'amount':12,'note':'n'"))),
                at(2, latter.change(0, "u", 200, 220, 2, row(2, "'amount':5000000000,'note':'too large'"))),
                at(1, former.change(1, "u", 150, 160, 1, row(1, "'amount':11"))));
        TableOutcome added = run(RunListener.NONE);
        assertThat(added.failure()).isEmpty();
        assertThat(added.batch().orElseThrow().notes())
                .contains(
                        "column amount changed from int32 to int64; rows that do not fit int are quarantined",
                        "column note is new in the source and was added as note string");
        assertThat(evolved()).containsExactly("1|10|∅|00|01", "1|11|∅|01|02", "1|12|n|02|∅", "2|20|∅|00|∅");

        register(evolving("bigint"));
        write(at(3, latter.change(0, "u", 300, 310, 1, row(1, "'amount':7000000000,'note':'n'"))));
        TableOutcome widened = run(RunListener.NONE);
        assertThat(widened.failure()).isEmpty();
        assertThat(widened.batch().orElseThrow().notes())
                .contains("column amount is widened from int to bigint; curated is rewritten once");
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(evolved())
                .containsExactly(
                        "1|10|∅|00|01",
                        "1|11|∅|01|02",
                        "1|12|n|02|03",
                        "1|7000000000|n|03|∅",
                        "2|20|∅|00|02",
                        "2|5000000000|too large|02|∅");
    }

    private Items evolving(String amount) {
        return Items.table(TABLE.toString())
                .topic(topic, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "amount " + amount)
                .newColumns(NewColumns.ADD)
                .changedColumns(Drift.REPORT)
                .history(Optional.empty(), "id");
    }

    private static Object row(long id, String values) {
        return ("{'id':" + id + "," + values + "}").replace('\'', '"');
    }

    private List<String> evolved() {
        return RowsOf.curated(lake, TABLE.toString(), "id", "amount", "note", "_valid_from", "_valid_to").stream()
                .map(line -> line.replace("2026-01-01 00:00:", ""))
                .toList();
    }

    @Test
    void aChangeThatIsTakenInAgainFromQuarantineHasItsOwnInterval() {
        register(history().rule("known", "status <> 'unknown'"));
        snapshot();
        write(
                at(1, ORDERS.change(0, "u", 300, 310, 1, "unknown")),
                at(2, ORDERS.change(1, "u", 300, 320, 2, "unknown")));
        runWell();
        write(at(3, ORDERS.change(0, "u", 400, 410, 1, "known")), at(4, ORDERS.delete(1, 400, 420, 2)));
        runWell();
        assertThat(versions()).containsExactly("1|known|03|∅|true", "1|read|00|03|false", "2|read|00|04|false");
        register(history());
        new Replay(lake, RunListener.NONE).run(TABLE, Optional.empty(), "replay");
        assertThat(versions())
                .containsExactly(
                        "1|known|03|∅|true",
                        "1|read|00|01|false",
                        "1|unknown|01|03|false",
                        "2|read|00|02|false",
                        "2|unknown|02|04|false");
    }
}
