package dev.sluice.extract.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SluiceException;
import dev.sluice.raw.Intake;
import dev.sluice.raw.LocalZoneFiles;
import dev.sluice.raw.ZoneFiles;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.util.SizeEstimator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger of files beside a listing: what is new, whatever the order it came in, and how it stays small. */
class FileLedgerTest {

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    private Path folder;

    private ZoneFiles raw;

    @BeforeEach
    void open() {
        raw = new LocalZoneFiles(folder);
    }

    private static SourceFile file(String key, String etag) {
        return new SourceFile(key, etag, 7, NOON);
    }

    private static Original original(String key, String etag, long batch) {
        return new Original(key, etag, 7, NOON, "00", batch, "copy/" + key, Original.Outcome.READ, Optional.empty());
    }

    private static List<SourceFile> listing(String... keysAndTags) {
        return Stream.of(keysAndTags)
                .map(text -> text.split("@"))
                .map(parts -> file(parts[0], parts[1]))
                .sorted((one, other) -> SourceFiles.ORDER.compare(one.key(), other.key()))
                .toList();
    }

    private Intake add(Optional<Intake> before, long batch, List<SourceFile> files, List<SourceFile> listed) {
        return new FileLedger(raw, before)
                .add(
                        "t/batch=" + batch,
                        batch,
                        files.stream()
                                .map(file -> original(file.key(), file.etag(), batch))
                                .toList(),
                        listed);
    }

    private List<String> news(Optional<Intake> intake, List<SourceFile> listing) {
        List<String> news = new ArrayList<>();
        new FileLedger(raw, intake).forEachNew(listing.iterator(), file -> news.add(file.key() + "@" + file.etag()));
        return news;
    }

    @Test
    void aFileIsNewByItsIdentityAndNotByItsPlaceInTime() {
        Optional<Intake> first = Optional.of(add(Optional.empty(), 1, listing("b@1", "d@1"), List.of()));
        Optional<Intake> second = Optional.of(add(first, 2, listing("c@1", "d@2"), List.of()));
        assertThat(news(Optional.empty(), listing("a@1", "b@1"))).containsExactly("a@1", "b@1");
        assertThat(news(second, listing("a@1", "b@1", "c@1", "d@2", "e@1"))).containsExactly("a@1", "e@1");
        assertThat(news(second, listing("b@2", "c@1", "d@1"))).containsExactly("b@2", "d@1");
        assertThat(news(second, List.of(new SourceFile("b", "1", 8, NOON)))).containsExactly("b@1");
    }

    @Test
    void keysAreComparedAsS3ListsThem() {
        List<SourceFile> listing = listing(
                "a-b/x@1", "a/x@1", "a.x@1", "a0@1", "Ærø@1", "\uD83D\uDE00@1", "\uFFFD@1", "Z@1", "with blank@1");
        Optional<Intake> intake = Optional.of(add(Optional.empty(), 1, listing, List.of()));
        assertThat(news(intake, listing)).isEmpty();
    }

    @Test
    void manyPartsBecomeOneWithoutWhatIsNotListedAnyMore() {
        Optional<Intake> intake = Optional.empty();
        List<SourceFile> all = new ArrayList<>();
        for (int batch = 1; batch <= 60; batch++) {
            SourceFile file = file(String.format("f%03d", batch), "1");
            all.add(file);
            List<SourceFile> listed = all.subList(Math.max(0, all.size() - 30), all.size());
            intake = Optional.of(add(intake, batch, List.of(file), listed));
            assertThat(news(intake, listed)).as("batch " + batch).isEmpty();
            assertThat(intake.get().ledger()).hasSizeLessThanOrEqualTo(25);
            assertThat(intake.get().batch()).isEqualTo(batch);
        }
        Iterator<Original> entries = new FileLedger(raw, intake).entries();
        List<String> keys = new ArrayList<>();
        entries.forEachRemaining(entry -> keys.add(entry.key()));
        assertThat(keys)
                .hasSizeLessThan(60)
                .contains("f060")
                .doesNotContain("f001")
                .isSorted();
    }

    @Test
    void aPartThatIsDamagedOrGoneIsNamed() throws IOException {
        Intake intake = add(Optional.empty(), 1, listing("a@1"), List.of());
        Path part = folder.resolve(intake.taken());
        Files.writeString(part, "junk");
        assertThatThrownBy(() -> news(Optional.of(intake), List.of()))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("Cannot read t/batch=1/taken.jsonl.gz, a part of the ledger of files");
        Files.delete(part);
        assertThatThrownBy(() -> news(Optional.of(intake), List.of()))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("it is missing");
    }

    /** What a rewind or a verification holds of a file, beside what Spark does. */
    @Test
    void aFileThatIsReadAgainTakesLessThanAKilobyteOfTheDriver() {
        int count = 20_000;
        String folder = "partner/orders/batch=000000000012/attempt=14";
        List<Original> written = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            String key = "orders/2026/01/31/12/partner-orders-%08d.csv.gz".formatted(number);
            String digest = "%064x".formatted(number);
            written.add(new Original(
                    key,
                    digest.substring(32),
                    number,
                    NOON,
                    digest,
                    12,
                    folder + "/originals/" + key,
                    Original.Outcome.READ,
                    Optional.empty()));
        }
        String part = folder + "/taken.jsonl.gz";
        raw.createIfAbsent(part, LedgerFormat.write(written));
        List<Object> all = new ArrayList<>();
        FileLedger.read(raw, part).forEachRemaining(original -> {
            Original again = original.judged(null);
            all.add(List.of(original, Map.entry(original.copy(), again), FilesSnapshot.task(raw, again)));
        });
        assertThat(all).hasSize(count);
        assertThat(SizeEstimator.estimate(all) / count)
                .as("bytes for each file")
                .isBetween(400L, 1000L);
    }

    /** Of each part the next entry is held, and of a listing the next file; what is written anew goes to several parts. */
    @Test
    void aLongLedgerIsWalkedAndWrittenAnewWithoutBeingHeld() {
        int count = 60_000;
        List<SourceFile> first = IntStream.range(0, count)
                .mapToObj(number -> file("f%05d".formatted(number), "1"))
                .toList();
        Optional<Intake> intake = Optional.of(add(Optional.empty(), 1, first, List.of()));
        for (int batch = 2; batch <= 24; batch++) {
            intake = Optional.of(add(intake, batch, listing("g" + (batch + 10) + "@1"), List.of()));
        }
        assertThat(intake.get().ledger()).hasSize(24);
        List<SourceFile> all = new ArrayList<>(first);
        all.addAll(listing("g12@1", "g20@1"));
        Intake anew = add(intake, 25, listing("h@1"), all);
        assertThat(anew.ledger())
                .containsExactly(
                        "t/batch=25/ledger-00000.jsonl.gz",
                        "t/batch=25/ledger-00001.jsonl.gz",
                        "t/batch=25/taken.jsonl.gz");
        assertThat(anew.ledger().stream().map(part -> size(FileLedger.read(raw, part))))
                .containsExactly(50_000L, 10_002L, 1L);

        List<WeakReference<Object>> given = new ArrayList<>();
        FileLedger ledger = new FileLedger(raw, Optional.of(anew));
        Iterator<Original> entries = ledger.entries();
        entries.forEachRemaining(entry -> given.add(new WeakReference<>(entry)));
        assertThat(given).hasSize(count + 3);
        assertThat(alive(given)).as("entries that are held").isLessThan(10);
        Reference.reachabilityFence(entries);

        List<WeakReference<Object>> listed = new ArrayList<>();
        Iterator<SourceFile> listing = IntStream.range(0, count)
                .mapToObj(number -> {
                    SourceFile file = file("f%05d".formatted(number), number == 41_000 ? "2" : "1");
                    listed.add(new WeakReference<>(file));
                    return file;
                })
                .iterator();
        List<SourceFile> news = new ArrayList<>();
        ledger.forEachNew(listing, news::add);
        assertThat(news).extracting(SourceFile::key).containsExactly("f41000");
        assertThat(listed).hasSize(count);
        assertThat(alive(listed)).as("files that are held").isLessThan(10);
        Reference.reachabilityFence(listing);
    }

    private static long size(Iterator<?> iterator) {
        long size = 0;
        for (; iterator.hasNext(); iterator.next()) {
            size++;
        }
        return size;
    }

    private static long alive(List<WeakReference<Object>> references) {
        System.gc();
        return references.stream().filter(reference -> reference.get() != null).count();
    }

    @Test
    void aDiskIsListedInTheOrderOfItsKeys(@TempDir Path source) throws IOException {
        List<String> keys = List.of("a-b/x", "a.x", "a/x", "a/y/z", "a0", "Ærø/ø", "with blank");
        for (String key : keys) {
            Files.createDirectories(source.resolve(key).getParent());
            Files.writeString(source.resolve(key), key);
        }
        List<String> listed = new ArrayList<>();
        new LocalSourceFiles().list(source.toString(), ".", "").forEachRemaining(file -> listed.add(file.key()));
        assertThat(listed).containsExactlyInAnyOrderElementsOf(keys).isSortedAccordingTo(SourceFiles.ORDER);
        List<String> below = new ArrayList<>();
        new LocalSourceFiles().list(source.toString(), "a", "").forEachRemaining(file -> below.add(file.key()));
        assertThat(below).containsExactly("a/x", "a/y/z");
    }

    @Test
    void aFileThatIsWrittenAgainOnDiskHasAnotherIdentity(@TempDir Path source) throws IOException {
        Path file = Files.writeString(source.resolve("a"), "1");
        SourceFile before =
                new LocalSourceFiles().list(source.toString(), ".", "").next();
        FileTime modified = Files.getLastModifiedTime(file);
        Path other = Files.writeString(source.resolve("b"), "2");
        Files.setLastModifiedTime(other, modified);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        SourceFile after =
                new LocalSourceFiles().list(source.toString(), ".", "").next();
        assertThat(after.modified()).isEqualTo(before.modified());
        assertThat(after.etag()).isNotEqualTo(before.etag());
        assertThat(IntStream.range(0, 3)
                        .mapToObj(again -> new LocalSourceFiles()
                                .list(source.toString(), ".", "")
                                .next())
                        .distinct())
                .containsExactly(after);
    }
}
