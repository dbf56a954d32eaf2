package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.FileSettings.SameContent;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content that comes again, under its name or another: no row is lost, and a table built anew from raw is the same. */
class FilesDeliveredAgainTest {

    private static final String ONE = "{\"id\":1,\"payload\":\"a\"}\n{\"id\":2,\"payload\":\"b\"}\n";
    private static final String TWO = "{\"id\":3,\"payload\":\"c\"}\n";
    private static final String THREE = "{\"id\":9,\"payload\":\"z\"}\n";

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home).register(Landing.events());
    }

    @Test
    void anAppendTableHasEachFilesLastVersionWhateverOtherFilesHold() throws IOException {
        Path log = landing.file("events/app.log", ONE);
        landing.file("events/other.log", THREE);
        landing.ingest("events");

        Files.move(log, landing.folder.resolve("events/app.log.1"));
        landing.file("events/app.log", TWO);
        landing.ingest("events");
        List<String> rotated =
                List.of("1|a|events/app.log.1", "2|b|events/app.log.1", "3|c|events/app.log", "9|z|events/other.log");
        assertHas(rotated);

        landing.file("events/app.log", THREE);
        landing.ingest("events");
        assertThat(landing.eventRows())
                .containsExactly(
                        "1|a|events/app.log.1", "2|b|events/app.log.1", "9|z|events/app.log", "9|z|events/other.log");

        landing.file("events/app.log", TWO);
        landing.file("events/other.log", THREE);
        assertThat(landing.ingest("events").notes())
                .contains("1 file delivered again with the same content and not read");
        assertThat(landing.eventRows()).isEqualTo(rotated);

        landing.ingest(new IngestRequest(
                Landing.runId(),
                List.of(Landing.name("events")),
                new JobBookmark.Enabled(),
                Optional.of(new Window(Optional.empty(), Optional.of(new Position.Sequence(2))))));
        assertThat(landing.eventRows()).isEqualTo(rotated);
        new Rewind(landing.lake).to(Landing.name("events"), Optional.of(new Position.Sequence(3)), Landing.runId());
        landing.ingest("events");
        assertThat(landing.eventRows()).isEqualTo(rotated);
        new Rewind(landing.lake).to(Landing.name("events"), Optional.empty(), Landing.runId());
        landing.ingest("events");
        assertHas(rotated);
    }

    @Test
    void ofFilesWithOneContentOneIsReadWhereTheSettingsSaySoAndNoContentIsLost() {
        landing.register(Landing.events().files(sameContent(SameContent.SKIP)));
        landing.file("events/a.json", ONE);
        landing.file("events/copy.json", ONE);
        landing.file("events/other.json", THREE);
        assertThat(landing.ingest("events").notes())
                .contains("1 file with the content of another and not read (extract.files.same-content)");
        assertThat(landing.eventRows())
                .containsExactly("1|a|events/a.json", "2|b|events/a.json", "9|z|events/other.json");

        landing.file("events/a.json", TWO);
        assertThat(landing.ingest("events").notes()).contains("1 file read whose content no other has any more");
        assertHas(
                List.of("1|a|events/copy.json", "2|b|events/copy.json", "3|c|events/a.json", "9|z|events/other.json"));

        landing.file("events/copy.json", THREE);
        landing.ingest("events");
        assertThat(landing.eventRows()).containsExactly("3|c|events/a.json", "9|z|events/other.json");

        landing.file("events/other.json", ONE);
        landing.file("events/copy.json", THREE);
        landing.ingest("events");
        List<String> last =
                List.of("1|a|events/other.json", "2|b|events/other.json", "3|c|events/a.json", "9|z|events/copy.json");
        assertHas(last);
        new Rewind(landing.lake).to(Landing.name("events"), Optional.of(new Position.Sequence(2)), Landing.runId());
        landing.ingest("events");
        assertThat(landing.eventRows()).isEqualTo(last);
        new Rewind(landing.lake).to(Landing.name("events"), Optional.empty(), Landing.runId());
        landing.ingest("events");
        assertHas(last);

        landing.file("events/late.json", TWO);
        landing.ingest("events");
        assertThat(landing.eventRows()).isEqualTo(last);
        landing.register(Landing.events());
        landing.file("events/a.json", THREE);
        landing.ingest("events");
        assertHas(List.of(
                "1|a|events/other.json",
                "2|b|events/other.json",
                "3|c|events/late.json",
                "9|z|events/a.json",
                "9|z|events/copy.json"));
    }

    private static FileSettings sameContent(SameContent rule) {
        FileSettings plain = Landing.files("events", FileSettings.Format.JSON_LINES);
        return new FileSettings(
                plain.path(),
                plain.pattern(),
                plain.format(),
                plain.csv(),
                plain.records(),
                plain.encoding(),
                plain.settle(),
                plain.marker(),
                plain.partitions(),
                plain.filesPerBatch(),
                rule);
    }

    @Test
    void aReplayLeavesOutWhatALaterVersionOfItsFileReplaced() {
        landing.register(Landing.events().rule("good", "payload <> 'bad'"));
        landing.file("events/app.log", "{\"id\":1,\"payload\":\"a\"}\n{\"id\":2,\"payload\":\"bad\"}\n");
        landing.file("events/other.log", "{\"id\":5,\"payload\":\"bad\"}\n");
        landing.ingest("events");
        landing.file("events/app.log", "{\"id\":1,\"payload\":\"a\"}\n{\"id\":2,\"payload\":\"b\"}\n");
        landing.ingest("events");
        landing.register(Landing.events());
        new Replay(landing.lake, RunListener.NONE).run(Landing.name("events"), Optional.empty(), "replay-1");
        assertHas(List.of("1|a|events/app.log", "2|b|events/app.log", "5|bad|events/other.log"));
    }

    @Test
    void aChangeThatIsWrittenLikeAnEarlierOneIsReadInItsTurn() {
        FileSettings plain = Landing.files("orders", FileSettings.Format.CSV);
        landing.register(Items.table("partner/orders")
                .files(new FileSettings(
                        plain.path(),
                        plain.pattern(),
                        plain.format(),
                        new FileSettings.Csv(
                                ',', '"', FileSettings.Header.NONE, List.of("Op", "id", "status"), Optional.empty()),
                        plain.records(),
                        plain.encoding(),
                        plain.settle(),
                        plain.marker()))
                .columns("id bigint not null", "status string")
                .merge("id")
                .deleteWhen("Op = 'D'"));
        landing.file("orders/1.csv", "D,1,\n");
        landing.ingest("orders");
        landing.file("orders/2.csv", "I,1,new\nI,2,new\n");
        landing.ingest("orders");
        landing.file("orders/3.csv", "D,1,\n");
        landing.ingest("orders");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "id", "status"))
                .containsExactly("2|new");
        new Rewind(landing.lake).to(Landing.name("orders"), Optional.empty(), Landing.runId());
        landing.ingest("orders");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "id", "status"))
                .containsExactly("2|new");
        assertVerified("orders");
    }

    private void assertHas(List<String> rows) {
        assertThat(landing.eventRows()).containsExactlyElementsOf(rows);
        assertVerified("events");
    }

    private void assertVerified(String table) {
        assertThat(new Verification(landing.lake)
                        .verify(Landing.name(table), Set.of(Scope.CURATED))
                        .comparisons())
                .singleElement()
                .satisfies(comparison -> assertThat(comparison.verdict())
                        .as(comparison.differences().toString())
                        .isEqualTo(Verdict.EQUAL));
    }
}
