package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SchemaSettings.Drift;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table whose columns change in mid-stream, read by one table item of each policy: raw keeps every record, curated and the
 * target follow the policy, and the batch says what changed.
 */
class StreamEvolutionTest {

    private static final String TOPIC = "evolving.public.orders";
    private static final TableName STRICT = TableName.parse("shop/strict");
    private static final TableName REPORTING = TableName.parse("shop/reporting");
    private static final TableName ADDING = TableName.parse("shop/adding");

    private static final HandMade FIRST = HandMade.of("status string", "amount int32");
    private static final HandMade WIDER = HandMade.of("status string", "amount int64", "note string");
    private static final HandMade RENAMED = HandMade.of("state string", "amount int16", "note string");
    private static final HandMade TEXT = HandMade.of("state string", "amount string");

    private Lake lake;

    @Test
    void columnsThatChangeInMidStreamFollowThePolicy(@TempDir Path folder) {
        KafkaServer.createTopic(TOPIC, 2);
        Database warehouse = PostgresServer.newDatabase("warehouse");
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint()).connect("warehouse", warehouse.endpoint());
        register(item(STRICT, "int").newColumns(NewColumns.FAIL));
        register(item(REPORTING, "int").changedColumns(Drift.REPORT));
        register(adding("int").changedColumns(Drift.REPORT));
        write(
                FIRST.read(0, 100, "first", 1, "read"),
                FIRST.read(1, 100, "last", 2, "read"),
                change(FIRST, 0, 200, 1, "'status':'old','amount':10"),
                change(FIRST, 0, 210, 9, "'status':'old','amount':90"));
        assertThat(run(STRICT, REPORTING, ADDING))
                .allSatisfy((table, outcome) -> assertThat(outcome.failure()).isEmpty());

        // Added and widened.
        write(
                change(WIDER, 0, 300, 3, "'status':'wide','amount':5000000000,'note':'n'"),
                change(WIDER, 1, 310, 4, "'status':'wide','amount':40,'note':'m'"));
        Map<TableName, TableOutcome> wider = run(STRICT, REPORTING, ADDING);
        assertThat(refusal(wider.get(STRICT)))
                .contains(
                        "column amount changed from int32 to int64, which does not fit int"
                                + " (schema.changed-columns: fail)",
                        "column note is new in the source (schema.new-columns: fail)");
        String quarantines = "column amount changed from int32 to int64; rows that do not fit int are quarantined";
        assertThat(batch(wider.get(REPORTING)).notes())
                .containsExactly(quarantines, "column note is new in the source; it is in raw only");
        assertThat(batch(wider.get(ADDING)).notes())
                .containsExactly(
                        quarantines,
                        "column note is new in the source and was added as note string",
                        "curated gains [note]; rows keep NULL there until an event brings them");
        assertThat(batch(wider.get(ADDING)).quarantined()).isEqualTo(1);
        assertThat(rows(ADDING, "id", "status", "amount", "note"))
                .containsExactly("1|old|10|∅", "2|read|∅|∅", "4|wide|40|m", "9|old|90|∅");
        assertRawHasEveryRecord(REPORTING, 6);
        load();

        // Narrowed and renamed: the rows of before are in the same batch, and further on in their partition.
        write(
                change(WIDER, 0, 400, 5, "'status':'before','amount':6000000000,'note':'o'"),
                change(WIDER, 0, 410, 2, "'status':'before','amount':20,'note':'o'"),
                change(RENAMED, 1, 420, 6, "'state':'after','amount':6,'note':'p'"));
        register(item(STRICT, "bigint"));
        register(item(REPORTING, "bigint"));
        register(adding("bigint").missingColumns(Drift.REPORT));
        Map<TableName, TableOutcome> renamed = run(STRICT, REPORTING, ADDING);
        String gone = "column status is missing in the source (schema.missing-columns: fail)";
        assertThat(refusal(renamed.get(STRICT))).contains(gone);
        assertThat(refusal(renamed.get(REPORTING)))
                .as("also where rows of before are in the batch")
                .contains(gone);
        assertThat(batch(renamed.get(ADDING)).notes())
                .containsExactly(
                        "column status is missing in the source; status gets its default or NULL",
                        "column amount changed from int64 to int16, which still fits bigint",
                        "column state is new in the source and was added as state string",
                        "column amount is widened from int to bigint; curated is rewritten once",
                        "curated gains [state]; rows keep NULL there until an event brings them");
        assertThat(rows(ADDING, "id", "status", "amount", "note", "state"))
                .containsExactly(
                        "1|old|10|∅|∅",
                        "2|before|20|o|∅",
                        "4|wide|40|m|∅",
                        "5|before|6000000000|o|∅",
                        "6|∅|6|p|after",
                        "9|old|90|∅|∅");
        List<String> changes = load();
        assertThat(changes).hasSize(2);
        assertThat(changes.get(0)).contains(" ALTER COLUMN ", "amount", " TYPE bigint");
        assertThat(changes.get(1)).contains(" ADD COLUMN ", "state", " text");

        // Both names under one, for the rows of before and after; what Debezium repeats is no change of the columns.
        ColumnSettings either = new ColumnSettings(
                "status",
                ColumnType.of("string"),
                true,
                "status",
                Optional.empty(),
                Optional.of("coalesce(state, status)"));
        for (TableName table : List.of(STRICT, REPORTING)) {
            register(Items.table(table.toString())
                    .topic(TOPIC, EventFormat.DEBEZIUM_JSON)
                    .columns("id bigint not null")
                    .column(either)
                    .columns("amount bigint")
                    .missingColumns(Drift.REPORT)
                    .merge("id"));
        }
        List<String> expected =
                List.of("1|old|10", "2|before|20", "4|wide|40", "5|before|6000000000", "6|after|6", "9|old|90");
        String nulled = "column status is missing in the source; it is NULL in the expression of status";
        Map<TableName, TableOutcome> followed = run(STRICT, REPORTING);
        assertThat(batch(followed.get(REPORTING)).notes()).contains(nulled);
        assertThat(rows(REPORTING, "id", "status", "amount"))
                .as("row 3 is in quarantine since it did not fit")
                .isEqualTo(expected);
        assertThat(rows(STRICT, "id", "status", "amount"))
                .as("what was refused is read under the settings that follow")
                .hasSize(7)
                .containsAll(expected)
                .contains("3|wide|5000000000");
        write(change(WIDER, 1, 410, 2, "'status':'before','amount':20,'note':'o'"));
        Map<TableName, TableOutcome> repeated = run(STRICT, ADDING);
        assertThat(batch(repeated.get(STRICT)).notes()).containsExactly(nulled);
        assertThat(batch(repeated.get(ADDING)).notes())
                .containsExactly("column status is missing in the source; status gets its default or NULL");
        write(change(RENAMED, 1, 450, 4, "'state':'alone','amount':4,'note':'q'"));
        assertThat(run(STRICT).get(STRICT).failure()).isEmpty();
        assertThat(rows(STRICT, "id", "status", "amount"))
                .as("also where a batch has one of the names alone")
                .contains("2|before|20", "4|alone|4");

        // Dropped, and a number that becomes text.
        write(
                change(TEXT, 1, 500, 7, "'state':'text','amount':'7'"),
                change(TEXT, 1, 510, 8, "'state':'text','amount':'many'"));
        Map<TableName, TableOutcome> text = run(STRICT, ADDING);
        assertThat(refusal(text.get(STRICT)))
                .contains("column amount changed from int16 to string, which does not fit bigint");
        assertThat(refusal(text.get(ADDING))).contains("column amount changed from int16 to string");
        register(adding("bigint").missingColumns(Drift.REPORT).changedColumns(Drift.REPORT));
        BatchRecord last = batch(run(ADDING).get(ADDING));
        assertThat(last.notes())
                .containsExactly(
                        "column status is missing in the source; status gets its default or NULL",
                        "column note is missing in the source; note stays as it was",
                        "column amount changed from int16 to string; rows that do not fit bigint are quarantined");
        assertThat(last.quarantined()).isEqualTo(1);
        assertThat(rows(ADDING, "id", "amount", "note", "state")).contains("7|7|∅|text", "6|6|p|after");
        assertRawHasEveryRecord(ADDING, 13);
        assertThat(load()).isEmpty();
        assertThat(RowsOf.query(warehouse, "SELECT id, status, amount, note, state FROM adding"))
                .as("the target is what curated is")
                .isEqualTo(rows(ADDING, "id", "status", "amount", "note", "state"))
                .hasSize(7);
    }

    private static Items item(TableName table, String amount) {
        return Items.table(table.toString())
                .topic(TOPIC, EventFormat.DEBEZIUM_JSON)
                .columns("id bigint not null", "status string", "amount " + amount)
                .merge("id");
    }

    private static Items adding(String amount) {
        return item(ADDING, amount).newColumns(NewColumns.ADD).load("warehouse", LoadSettings.Mode.UPSERT);
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private static KafkaServer.Message change(HandMade table, int partition, long place, long id, String values) {
        return table.change(
                partition, "u", place, place + 1, id, (Object) ("{'id':" + id + "," + values + "}").replace('\'', '"'));
    }

    private static void write(KafkaServer.Message... messages) {
        KafkaServer.write(TOPIC, messages);
    }

    private Map<TableName, TableOutcome> run(TableName... tables) {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(tables))).tables().stream()
                        .collect(Collectors.toMap(TableOutcome::table, Function.identity()));
    }

    private static BatchRecord batch(TableOutcome outcome) {
        assertThat(outcome.failure()).isEmpty();
        return outcome.batch().orElseThrow();
    }

    private static String refusal(TableOutcome outcome) {
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
        return outcome.failure().orElseThrow().message();
    }

    private List<String> rows(TableName table, String... columns) {
        return RowsOf.curated(lake, table.toString(), columns);
    }

    /** Loads the target and says what it changed there. */
    private List<String> load() {
        LoadReport report = new LoadRun(lake, RunListener.NONE).run("load-" + UUID.randomUUID(), List.of(ADDING));
        assertThat(report.failed()).isEmpty();
        return report.targets().get(0).outcome().orElseThrow().changes();
    }

    private void assertRawHasEveryRecord(TableName table, long records) {
        Position.Offsets end =
                (Position.Offsets) lake.bookmarks().load(table).position().orElseThrow();
        assertThat(end.total()).isEqualTo(records);
        assertThat(TestSpark.session()
                        .read()
                        .parquet("file://"
                                + lake.folder()
                                        .resolve("raw")
                                        .resolve(table.toString())
                                        .toAbsolutePath() + "/*/*/*.parquet")
                        .select("partition", "offset")
                        .distinct()
                        .count())
                .isEqualTo(records);
    }
}
