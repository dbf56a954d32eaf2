package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.files.FilesExtractor;
import dev.sluice.extract.files.SourceFile;
import dev.sluice.extract.files.SourceFiles;
import dev.sluice.run.Planner;
import dev.sluice.run.Rewind;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.FileSettings.Partitions;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a look leaves for the next run: none of them is lost, and those of a batch are all that is held. */
class FilesLeftTest {

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home);
    }

    private static FileSettings events(Optional<String> marker, Optional<Partitions> partitions, int filesPerBatch) {
        FileSettings plain = Landing.files("events", FileSettings.Format.JSON_LINES);
        return new FileSettings(
                plain.path(),
                plain.pattern(),
                plain.format(),
                plain.csv(),
                plain.records(),
                plain.encoding(),
                plain.settle(),
                marker,
                partitions,
                filesPerBatch,
                FileSettings.SameContent.READ);
    }

    private void event(String key, int id, Instant modified) {
        landing.file(
                "events/" + key,
                "{\"id\":%d,\"payload\":\"p\"}".formatted(id).getBytes(StandardCharsets.UTF_8),
                modified);
    }

    private List<String> ids() {
        return RowsOf.curated(landing.lake, "partner/events", "id");
    }

    @Test
    void oldFoldersAreListedUntilNothingIsLeftInThem() throws IOException {
        Optional<Partitions> hours = Optional.of(new Partitions("yyyy/MM/dd/HH", Duration.ofDays(2)));
        landing.register(Landing.events().files(events(Optional.empty(), hours, 3)));
        Instant synced = Instant.now().minusSeconds(600);
        String today = DateTimeFormatter.ofPattern("yyyy/MM/dd/HH")
                .withZone(ZoneOffset.UTC)
                .format(synced);
        for (int id = 1; id <= 5; id++) {
            event("2020/01/0%d/00/part".formatted(id), id, synced);
        }
        event("2020/01/06/00/unsettled", 6, Instant.now());
        event(today + "/part", 7, synced);

        BatchRecord first = landing.ingest("events");
        assertThat(first.notes()).anySatisfy(note -> assertThat(note)
                .contains("the limit of 3 files a batch: 3 more wait for the next run"));
        assertThat(ids()).containsExactly("1", "2", "3");
        landing.ingest("events");
        assertThat(ids()).containsExactly("1", "2", "3", "4", "5", "7");
        landing.idle("events");

        Files.setLastModifiedTime(landing.folder.resolve("events/2020/01/06/00/unsettled"), FileTime.from(synced));
        landing.ingest("events");
        assertThat(ids()).containsExactly("1", "2", "3", "4", "5", "6", "7");
        landing.idle("events");

        new Rewind(landing.lake).to(Landing.name("events"), Optional.empty(), Landing.runId());
        assertThat(landing.ingest("events").rows())
                .as("what is read again is one batch")
                .isEqualTo(7);
        assertThat(ids()).containsExactly("1", "2", "3", "4", "5", "6", "7");
        landing.idle("events");

        Instant before = landing.state("events").readPoint().orElseThrow();
        assertThat(before).as("nothing is left").isAfter(synced);
        landing.register(Landing.events().files(events(Optional.of(".done"), hours, 3)));
        event(today + "/unmarked", 8, Landing.LONG_AGO);
        event(today + "/marked", 9, Landing.LONG_AGO);
        event(today + "/marked.done", 0, Landing.LONG_AGO);
        landing.ingest("events");
        assertThat(ids()).containsExactly("1", "2", "3", "4", "5", "6", "7", "9");
        assertThat(landing.state("events").readPoint().orElseThrow())
                .as("what the ledger may have forgotten is not listed again")
                .isAfterOrEqualTo(before);
    }

    @Test
    void aLayoutThatDoesNotFitIsToldAndCorrected() {
        Items item = Items.table("partner/events")
                .columns("id bigint not null", "payload string")
                .merge("id");
        Optional<Partitions> hours = Optional.of(new Partitions("yyyy/MM/dd/HH", Duration.ofDays(2)));
        landing.register(item.files(events(Optional.empty(), hours, 1)));
        event("dt=2020-01-01/a", 1, Landing.LONG_AGO);
        event("dt=2020-01-02/b", 2, Landing.LONG_AGO);
        event("dt=2020-01-02/b.tmp", 2, Landing.LONG_AGO);
        String unfit =
                "extract.files.partitions does not fit: of 2 files none lies in a folder yyyy/MM/dd/HH, and none is"
                        + " read; the first is events/dt=2020-01-01/a. Correct the layout";

        assertThat(new Planner(landing.lake).plan(Landing.name("events")).notes())
                .contains(unfit);
        assertThat(landing.ingest("events").notes()).contains(unfit);
        TableOutcome idle = landing.run("events");
        assertThat(idle.status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(idle.notes()).containsExactly(unfit);

        Optional<Partitions> days = Optional.of(new Partitions("'dt='yyyy-MM-dd", Duration.ofDays(2)));
        landing.register(item.files(events(Optional.empty(), days, 1)));
        event("undated/c", 3, Landing.LONG_AGO);
        assertThat(landing.ingest("events").notes())
                .contains(
                        "1 file lies in no folder 'dt='yyyy-MM-dd (extract.files.partitions) and is left out; the first is"
                                + " events/undated/c");
        landing.ingest("events");
        assertThat(ids())
                .as("the batches of nothing have passed no folder over")
                .containsExactly("1", "2");
        landing.idle("events");
    }

    @Test
    void moreSmallFilesThanABatchTakesAreTakenByTheNext() {
        landing.register(Landing.events().files(events(Optional.empty(), Optional.empty(), 400)));
        for (int number = 0; number < 1200; number++) {
            event("%03d/%d.json".formatted(number % 40, number), number, Landing.LONG_AGO);
        }
        for (int batch = 1; batch <= 3; batch++) {
            assertThat(landing.ingest("events").rows()).isEqualTo(400);
        }
        landing.idle("events");
        assertThat(ids())
                .containsExactlyElementsOf(IntStream.range(0, 1200)
                        .mapToObj(String::valueOf)
                        .sorted()
                        .toList());
    }

    @Test
    void ofALongListingOnlyTheFilesOfABatchAreHeld() {
        landing.register(Landing.events().files(events(Optional.empty(), Optional.empty(), 1000)));
        List<WeakReference<SourceFile>> listed = new ArrayList<>();
        SourceFiles endless = new SourceFiles() {
            @Override
            public Iterator<SourceFile> list(String root, String folder, String after) {
                return IntStream.range(0, 200_000)
                        .mapToObj(number -> {
                            SourceFile file =
                                    new SourceFile("events/%06d.json".formatted(number), "etag", 1, Landing.LONG_AGO);
                            listed.add(new WeakReference<>(file));
                            return file;
                        })
                        .iterator();
            }

            @Override
            public String uri(String root) {
                return "file://" + root;
            }
        };
        FilesExtractor extractor =
                new FilesExtractor(endless, landing.lake.zones().raw(), landing.lake.bookmarks(), landing.lake.clock());
        try (Extraction extraction = extractor.open(
                landing.lake.settings().findSource("partner").orElseThrow(),
                landing.lake.connections(),
                landing.lake.settings().findTable(Landing.name("events")).orElseThrow())) {
            Bound bound = extraction.fixBound(Optional.empty(), List.of());
            assertThat(bound.heldBy()).contains("the limit of 1000 files a batch: 199000 more wait for the next run");
            System.gc();
            assertThat(listed).hasSize(200_000);
            assertThat(listed.stream().filter(file -> file.get() != null)).hasSizeBetween(1000, 1100);
        }
    }
}
