package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Planner;
import dev.sluice.run.Replay;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.TablePlan;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.Masking;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files from their landing folder to curated, whatever happens to them on the way. */
class FilesSourceTest {

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home).register(Landing.orders()).register(Landing.events());
    }

    @Test
    void eachFileIsTakenOnceWhereverItLandsAndRawKeepsItAsItIs() throws IOException {
        landing.file("orders/2026/b.csv", "id,status,price,version\n1,new,1.50,1\n2,new,2,1\n");
        landing.file("orders/2026/c.csv", "id,status,price,version\n2,paid,2,2\n");
        BatchRecord first = landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.50", "2|paid|2.00");
        assertThat(first.rows()).isEqualTo(3);
        assertThat(first.notes()).contains("2 files taken");
        landing.idle("orders");

        // Late, and before the others in the order of names and of times.
        Path late = landing.file(
                "orders/2025/a.csv",
                "id,status,price,version\n2,old,9,0\n3,new,3,1\n".getBytes(StandardCharsets.UTF_8),
                Landing.LONG_AGO.minusSeconds(999));
        BatchRecord second = landing.ingest("orders");
        assertThat(second.rows()).isEqualTo(2);
        assertThat(landing.orderRows()).containsExactly("1|new|1.50", "2|paid|2.00", "3|new|3.00");
        landing.idle("orders");

        try (var raw = Files.walk(landing.lake.folder().resolve("raw/partner/orders"))) {
            List<Path> kept = raw.filter(path -> path.toString().contains("/originals/") && Files.isRegularFile(path))
                    .sorted()
                    .toList();
            assertThat(kept).hasSize(3);
            assertThat(Files.readAllBytes(kept.get(2))).isEqualTo(Files.readAllBytes(late));
        }
    }

    @Test
    void aKeyThatComesTwiceWithoutAnOrderHasTheLaterFilesRow() {
        landing.register(Items.table("partner/orders")
                .files(Landing.files("orders", FileSettings.Format.CSV))
                .columns("id bigint not null", "status string", "price decimal(12,2)")
                .merge("id"));
        landing.file("orders/z.csv", "id,status,price\n1,first,1\n");
        landing.file("orders/a.csv", "id,status,price\n1,second,1\n1,third,1\n");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|third|1.00");
    }

    @Test
    void aFileThatIsWrittenAgainIsReadAgainAndSameContentIsNot() {
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n");
        landing.file("events/a.json", "{\"id\":1,\"payload\":\"a\"}\n{\"id\":2,\"payload\":\"b\"}\n");
        landing.file("events/b.json", "{\"id\":9,\"payload\":\"z\"}\n");
        landing.ingest("orders");
        landing.ingest("events");

        landing.file("orders/a.csv", "id,status,price,version\n1,paid,1,2\n");
        landing.file("events/a.json", "{\"id\":2,\"payload\":\"B\"}\n{\"id\":3,\"payload\":\"c\"}\n");
        assertThat(landing.ingest("orders").notes()).contains("1 file written again and read again");
        landing.ingest("events");
        assertThat(landing.orderRows()).containsExactly("1|paid|1.00");
        assertThat(landing.eventRows())
                .as("an append table has the rows of a file's last version only")
                .containsExactly("2|B|events/a.json", "3|c|events/a.json", "9|z|events/b.json");

        landing.file("events/a.json", "{\"id\":2,\"payload\":\"B\"}\n{\"id\":3,\"payload\":\"c\"}\n");
        BatchRecord touched = landing.ingest("events");
        assertThat(touched.rows()).isZero();
        assertThat(touched.notes()).contains("1 file delivered again with the same content and not read");
        assertThat(landing.eventRows()).hasSize(3);
        landing.idle("events");
    }

    @Test
    void whatIsStillBeingWrittenIsLeftAlone() throws IOException {
        landing.register(Landing.orders());
        String content = "id,status,price,version\n%d,new,1,1\n";
        landing.file("orders/whole.csv", content.formatted(1));
        landing.file("orders/fresh.csv", content.formatted(2).getBytes(StandardCharsets.UTF_8), Instant.now());
        for (String key : List.of("x.csv.tmp", "x.csv.part", ".x.csv", "_x.csv", "_temporary/x.csv", "x.csv~")) {
            landing.file("orders/" + key, content.formatted(3));
        }
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00");
        assertThat(landing.state("orders").readPoint().orElseThrow())
                .as("what is not settled is not taken for read")
                .isEqualTo(Files.getLastModifiedTime(landing.folder.resolve("orders/fresh.csv"))
                        .toInstant());
        landing.idle("orders");
        landing.file("orders/fresh.csv", content.formatted(2));
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00", "2|new|1.00");
    }

    @Test
    void aFileIsReadWhenItsMarkerIsThere() {
        FileSettings plain = Landing.files("orders", FileSettings.Format.CSV);
        landing.register(Landing.orders()
                .files(new FileSettings(
                        plain.path(),
                        "*.csv",
                        plain.format(),
                        plain.csv(),
                        plain.records(),
                        plain.encoding(),
                        Duration.ZERO,
                        Optional.of(".done"))));
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n");
        landing.file("orders/a.csv-x", "junk");
        landing.file("orders/b.csv", "id,status,price,version\n2,new,1,1\n");
        landing.file("orders/b.csv.done", "");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("2|new|1.00");
        landing.file("orders/a.csv.done", "");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00", "2|new|1.00");
    }

    @Test
    void whatIsMalformedIsQuarantinedByPlaceAndHoldsNothingUp() {
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n2,new\n3,new,x,1\n4,new,-4,1\n5,new,5,1\n");
        landing.file("orders/broken.csv", "id,status,price,version\n6,\"new,6,1\n7,new,7,1\n");
        landing.file("orders/strange.csv", "id,colour\n8,red\n");
        BatchRecord batch = landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00", "5|new|5.00");
        assertThat(batch.quarantined()).isEqualTo(5);
        assertThat(landing.reasons("orders"))
                .containsExactly(
                        "castable to decimal(12,2)|price|x",
                        "price-not-negative|price|-4.00",
                        "well-formed|line 3 of orders/a.csv|2 values for 4 columns",
                        "well-formed|the whole of orders/broken.csv|after line 1: a quoted value does not end",
                        "well-formed|the whole of orders/strange.csv|the header lacks status, price, version"
                                + " (schema.missing-columns: fail)");
        assertThat(landing.quarantined("orders"))
                .anySatisfy(entry ->
                        assertThat(entry.path("row").asText()).contains("2,new").contains("\"_sluice_line\":3"));
        landing.idle("orders");
    }

    @Test
    void whereColumnsAreMaskedTheListingShowsNoTextOfAMalformedRecord() {
        landing.file("orders/a.csv", "id,name,price\n1,Ada Lovelace,1\n2,Grace Hopper\nx,Alan Turing,1\n");
        landing.register(Landing.files("orders", ',')
                .column(ColumnSettings.plain("name", ColumnType.of("string")).masked(Masking.TRUNCATE)));
        assertThat(landing.ingest("orders").quarantined()).isEqualTo(2);
        assertThat(landing.quarantined("orders")).hasSize(2).allSatisfy(entry -> assertThat(entry.toString())
                .doesNotContain("Hopper", "Turing"));
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "id", "name")).containsExactly("1|Ada");
    }

    @Test
    void aReplayReadsTheOriginalsAgainAsTheSettingsNowSay() {
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n2,new,-2,1\n3,new,-3,1\n");
        landing.file("orders/other.csv", "id;status;price;version\n4;new;4;1\n5;new;5;1\n");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00");
        landing.file("orders/a.csv", "id,status,price,version\n2,paid,2,2\n");
        landing.ingest("orders");

        landing.register(Landing.files("orders", ';')
                .columns("status string", "price decimal(12,2)", "version int")
                .orderBy("version"));
        List<BatchRecord> replayed =
                new Replay(landing.lake, RunListener.NONE).run(Landing.name("orders"), Optional.empty(), "replay-1");
        assertThat(replayed).hasSize(1);
        assertThat(landing.orderRows())
                .as("the file of another delimiter comes in whole; the one of commas is malformed now")
                .containsExactly("1|new|1.00", "2|paid|2.00", "4|new|4.00", "5|new|5.00");
        landing.register(Landing.orders().rule("other", "true"));
        assertThat(landing.reasons("orders"))
                .containsExactly("well-formed|the whole of orders/a.csv|the header lacks"
                        + " id, status, price, version (schema.missing-columns: fail)");
    }

    /** Objects of JSON need no line breaks, and a quoted value may have some. */
    @Test
    void ofRecordsOnOneLineAReplayTakesThoseInQuarantineAlone() {
        FileSettings json = Landing.files("events", FileSettings.Format.JSON);
        landing.register(events(json).rule("known", "payload <> 'odd'"));
        landing.file(
                "events/a", "{\"id\":1,\"payload\":\"a\"}{\"id\":2,\"payload\":\"odd\"}{\"id\":3,\"payload\":\"c\"}");
        landing.ingest("events");
        landing.register(events(json));
        assertThat(new Replay(landing.lake, RunListener.NONE).run(Landing.name("events"), Optional.empty(), "replay-1"))
                .singleElement()
                .satisfies(replayed -> assertThat(replayed.rows()).isEqualTo(1));
        assertThat(landing.eventRows()).containsExactly("1|a|events/a", "2|odd|events/a", "3|c|events/a");
    }

    private static Items events(FileSettings files) {
        return Items.table("partner/events")
                .files(files)
                .columns("id bigint not null", "payload string")
                .column(Landing.FILE)
                .append();
    }

    @Test
    void aBackfillTakesTheFilesOfARangeOfBatchesAgainAndNoLaterRowSuffers() {
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n2,new,-2,1\n");
        landing.ingest("orders");
        landing.file("orders/b.csv", "id,status,price,version\n1,paid,1,2\n");
        landing.ingest("orders");
        landing.file("orders/c.csv", "id,status,price,version\n3,new,3,1\n");
        BatchRecord backfill = landing.ingest(new IngestRequest(
                Landing.runId(),
                List.of(Landing.name("orders")),
                new JobBookmark.Enabled(),
                Optional.of(new Window(Optional.of(new Position.Sequence(1)), Optional.of(new Position.Sequence(2))))));
        assertThat(backfill.rows()).isEqualTo(2);
        assertThat(landing.orderRows()).containsExactly("1|paid|1.00");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|paid|1.00", "3|new|3.00");
        landing.idle("orders");
    }

    @Test
    void aColumnThatFilesGainIsReportedOrAddedAndFilledFromRaw() {
        landing.file("events/a.json", "{\"id\":1,\"payload\":\"a\",\"Extra\":\"x\"}\n");
        landing.ingest("events");
        landing.file("events/b.json", "{\"id\":2,\"payload\":\"b\",\"more\":{\"n\":[1,2]}}\n");
        assertThat(landing.ingest("events").notes()).contains("column more is new in the source; it is in raw only");

        landing.file("orders/a.csv", "id,status,price,version,Colour\n1,new,1,1,red\n");
        landing.ingest("orders");
        landing.register(Landing.orders().columns("colour string").newColumns(SchemaSettings.NewColumns.ADD));
        landing.file("orders/b.csv", "COLOUR,id,version,status,price,size\nblue,2,1,new,2,XL\n");
        landing.ingest("orders");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "id", "colour", "size"))
                .containsExactly("1|red|∅", "2|blue|XL");
    }

    /** What an expression asks for is a column of the files like a declared one: a file without it is malformed, no batch is. */
    @Test
    void anExpressionOverAColumnThatAFileLacksHoldsNothingUp() {
        landing.file("orders/other.csv", "id;status;price;version;size\n4;new;4,50;1;XL\n");
        landing.register(withTotal(','));
        assertThat(landing.ingest("orders").quarantined()).isEqualTo(1);
        assertThat(landing.reasons("orders").get(0)).contains("the header lacks id, version, price");

        landing.register(withTotal(';').newColumns(SchemaSettings.NewColumns.ADD));
        new Replay(landing.lake, RunListener.NONE).run(Landing.name("orders"), Optional.empty(), "replay-1");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "id", "total", "size"))
                .containsExactly("4|4.50|XL");
    }

    private static Items withTotal(char delimiter) {
        return Landing.files("orders", delimiter)
                .columns("version int")
                .column(new ColumnSettings(
                        "total",
                        ColumnType.of("decimal(12,2)"),
                        true,
                        "total",
                        Optional.empty(),
                        Optional.of("cast(replace(price, ',', '.') AS decimal(12,2))")))
                .orderBy("version");
    }

    @Test
    void manySmallFilesAreOneBatchAndTheIdleTickAfterStartsNoSpark() {
        for (int number = 0; number < 500; number++) {
            landing.file(
                    "events/%03d/%d.json".formatted(number % 40, number),
                    "{\"id\":%d,\"payload\":\"p\"}".formatted(number));
        }
        assertThat(new Planner(landing.lake).plan(Landing.name("events"))).satisfies(plan -> {
            assertThat(plan.action()).isEqualTo(TablePlan.Action.INITIAL);
            assertThat(plan.estimate().orElseThrow().rows()).isEqualTo(500);
        });
        assertThat(landing.ingest("events").rows()).isEqualTo(500);
        int sessions = landing.lake.sparkSessions();
        landing.idle("events");
        assertThat(landing.lake.sparkSessions()).isEqualTo(sessions);
        assertThat(new Planner(landing.lake).plan(Landing.name("events")).action())
                .isEqualTo(TablePlan.Action.IDLE);
    }

    @Test
    void nothingToBeginWithIsNoBatchOfAnAppendTableAndAnEmptyKeyedOne() {
        landing.idle("events");
        assertThat(landing.ingest("orders").rows()).isZero();
        landing.idle("orders");
        landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n");
        landing.ingest("orders");
        assertThat(landing.orderRows()).containsExactly("1|new|1.00");
    }

    @Test
    void foldersByTimeThatNothingComesToAnyMoreAreNotListed() {
        FileSettings plain = Landing.files("events", FileSettings.Format.JSON_LINES);
        landing.register(Landing.events()
                .files(new FileSettings(
                        plain.path(),
                        plain.pattern(),
                        plain.format(),
                        plain.csv(),
                        plain.records(),
                        plain.encoding(),
                        plain.settle(),
                        plain.marker(),
                        Optional.of(new FileSettings.Partitions("yyyy/MM/dd/HH", Duration.ofDays(2))))));
        DateTimeFormatter folder =
                DateTimeFormatter.ofPattern("'events/'yyyy/MM/dd/HH").withZone(ZoneOffset.UTC);
        String now = folder.format(Instant.now());
        landing.file("events/2020/01/01/00/first", "{\"id\":1,\"payload\":\"a\"}");
        landing.file(now + "/a", "{\"id\":2,\"payload\":\"b\"}");
        landing.ingest("events");
        landing.file("events/2020/01/01/00/later", "{\"id\":3,\"payload\":\"c\"}");
        landing.file(folder.format(Instant.now().minus(Duration.ofDays(1))) + "/late", "{\"id\":4,\"payload\":\"d\"}");
        landing.file(now + "/b", "{\"id\":5,\"payload\":\"e\"}");
        landing.ingest("events");
        assertThat(RowsOf.curated(landing.lake, "partner/events", "id")).containsExactly("1", "2", "4", "5");
        landing.idle("events");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        landing.register(Items.table("partner/returns")
                .files(Landing.files("returns", FileSettings.Format.CSV))
                .columns("id bigint not null")
                .merge("id"));
        TableOutcome outcome = landing.run("returns");
        assertThat(outcome.failure().orElseThrow().code()).isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(outcome.failure().orElseThrow().message())
                .contains(landing.folder.resolve("returns").toString())
                .contains("Check connection.path and extract.files.path");
    }

    @Test
    void filesAreNotReadFromADatabaseNorARelationFromFiles() {
        landing.register(
                Items.table("partner/returns").columns("id bigint not null").merge("id"));
        assertThat(landing.run("returns").failure().orElseThrow().message())
                .isEqualTo("Cannot read table partner/returns (extract.relation): source partner is of kind files. Give"
                        + " extract.files, or name a source that is a database");
    }
}
