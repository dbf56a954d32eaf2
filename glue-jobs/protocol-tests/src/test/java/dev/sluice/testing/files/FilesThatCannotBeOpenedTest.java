package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.extract.files.LocalSourceFiles;
import dev.sluice.extract.files.SourceFile;
import dev.sluice.extract.files.SourceFiles;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.testing.Lake;
import dev.sluice.testing.TestSpark;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are listed and cannot be opened: each is said, none holds up the others, none makes a batch of nothing. */
class FilesThatCannotBeOpenedTest {

    private Landing landing;
    private Lake lake;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home).register(Landing.events());
        lake = landing.lake.with(new GuardedFiles());
        TestSpark.session().sparkContext().hadoopConfiguration().set("fs.guarded.impl", Guarded.class.getName());
        Guarded.DENIED.clear();
        Guarded.HIDDEN.clear();
        Guarded.GROWING.clear();
    }

    private TableOutcome run() {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of(Landing.runId(), List.of(Landing.name("events"))))
                .tables()
                .get(0);
    }

    private BatchRecord ingest() {
        TableOutcome outcome = run();
        assertThat(outcome.failure()).isEmpty();
        return outcome.batch().orElseThrow(() -> new AssertionError("no batch: " + outcome));
    }

    private void event(String name, int id) {
        landing.file("events/" + name, "{\"id\":%d,\"payload\":\"p\"}\n".formatted(id));
    }

    @Test
    void whatMayNotBeReadIsSaidAndReadOnceItMayBe() {
        Guarded.DENIED.add("denied.json");
        Guarded.HIDDEN.add("hidden.json");
        event("a.json", 1);
        event("denied.json", 2);
        event("hidden.json", 3);
        BatchRecord first = ingest();
        assertThat(first.notes()).anySatisfy(note -> assertThat(note)
                .startsWith("2 files may not be read, the first is events/denied.json. Allow the job's role"));
        assertThat(landing.eventRows()).containsExactly("1|p|events/a.json");
        assertThat(first.readPoint())
                .as("nothing is complete without them")
                .isBeforeOrEqualTo(Landing.LONG_AGO.plusSeconds(4));

        TableOutcome denied = run();
        assertThat(denied.failure().orElseThrow().code()).isEqualTo(ErrorCode.STORAGE_DENIED);
        assertThat(denied.failure().orElseThrow().message())
                .startsWith("Cannot read table partner/events (extract.files): 2 files may not be read, the first is"
                        + " events/denied.json. Allow the job's role s3:GetObject");
        assertThat(landing.state("events").lastBatch()).isEqualTo(first.batch());

        event("b.json", 4);
        ingest();
        assertThat(landing.eventRows()).containsExactly("1|p|events/a.json", "4|p|events/b.json");
        Guarded.DENIED.clear();
        Guarded.HIDDEN.clear();
        ingest();
        assertThat(landing.eventRows())
                .containsExactly(
                        "1|p|events/a.json", "2|p|events/denied.json", "3|p|events/hidden.json", "4|p|events/b.json");
    }

    @Test
    void whereAllThatIsNewIsBeingWrittenThereIsNoBatch() throws IOException {
        event("a.json", 1);
        BatchRecord first = ingest();
        Guarded.GROWING.add("log.json");
        event("log.json", 2);
        TableOutcome grows = run();
        assertThat(grows.failure()).isEmpty();
        assertThat(grows.status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(grows.notes())
                .contains("1 file written to or removed while they were copied, left for the next run");
        assertThat(landing.state("events").lastBatch()).isEqualTo(first.batch());
        try (Stream<Path> left = Files.walk(lake.folder().resolve("raw/partner/events"))) {
            assertThat(left.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(path -> assertThat(path.toString())
                    .contains("batch=000000000001"));
        }
        Guarded.GROWING.clear();
        event("log.json", 2);
        ingest();
        assertThat(landing.eventRows()).containsExactly("1|p|events/a.json", "2|p|events/log.json");
    }

    @Test
    void whatNoNameOpensIsQuarantinedAndHoldsNothingUp() {
        event("a.json", 1);
        landing.file("events/.empty", "");
        lake = landing.lake.with(new GuardedFiles(new SourceFile("events//a.json", "etag", 1, Landing.LONG_AGO)));
        BatchRecord first = ingest();
        String reason = "well-formed|the whole of events//a.json|it cannot be opened by its name, a part of which is"
                + " empty, . or ..; give it another";
        assertThat(first.notes()).contains("1 file that cannot be opened by name, quarantined whole");
        assertThat(landing.eventRows()).containsExactly("1|p|events/a.json");
        assertThat(landing.reasons("events")).containsExactly(reason);
        assertThat(run().status()).isEqualTo(TableOutcome.Status.IDLE);

        new Replay(lake, RunListener.NONE).run(Landing.name("events"), Optional.empty(), "replay-1");
        assertThat(landing.reasons("events")).containsExactly(reason);
        new Rewind(lake).to(Landing.name("events"), Optional.empty(), Landing.runId());
        assertThat(ingest().quarantined()).isEqualTo(1);
        assertThat(landing.eventRows()).containsExactly("1|p|events/a.json");
    }

    /** The landing folder by the scheme of {@link Guarded}, and files that are only listed. */
    private static final class GuardedFiles implements SourceFiles {

        private final LocalSourceFiles disk = new LocalSourceFiles();
        private final List<SourceFile> first;

        GuardedFiles(SourceFile... first) {
            this.first = List.of(first);
        }

        @Override
        public Iterator<SourceFile> list(String root, String folder, String after) {
            Iterator<SourceFile> rest = disk.list(root, folder, after);
            Stream.Builder<SourceFile> all = Stream.builder();
            first.forEach(all);
            rest.forEachRemaining(all);
            return all.build()
                    .sorted((one, other) -> ORDER.compare(one.key(), other.key()))
                    .iterator();
        }

        @Override
        public String uri(String root) {
            return "guarded://" + root;
        }
    }

    /** The disk, where some files may not be read: said as S3 does, or as a disk does; and some are written to meanwhile. */
    public static final class Guarded extends RawLocalFileSystem {

        static final Set<String> DENIED = ConcurrentHashMap.newKeySet();
        static final Set<String> HIDDEN = ConcurrentHashMap.newKeySet();
        static final Set<String> GROWING = ConcurrentHashMap.newKeySet();

        @Override
        public URI getUri() {
            return URI.create("guarded:///");
        }

        @Override
        public String getScheme() {
            return "guarded";
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
            if (DENIED.contains(path.getName())) {
                throw new AccessDeniedException(path.toString());
            }
            if (HIDDEN.contains(path.getName())) {
                throw new FileNotFoundException(path + " (Permission denied)");
            }
            if (GROWING.contains(path.getName())) {
                Files.write(
                        Path.of(path.toUri().getPath()),
                        "x".getBytes(StandardCharsets.UTF_8),
                        StandardOpenOption.APPEND);
            }
            return super.open(path, buffer);
        }
    }
}
