package dev.sluice.extract.files;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.files.Original.Outcome;
import dev.sluice.raw.Intake;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What earlier batches of a table took: a batch counts from the ledger of bookmarks on, not from its manifest. */
final class Takings {

    private final ZoneFiles files;
    private final RawZone raw;
    private final BookmarkStore bookmarks;
    private final TableName table;
    private final long lastBatch;
    private final Optional<Manifest> latest;

    private Takings(ZoneFiles files, BookmarkStore bookmarks, TableName table, long lastBatch) {
        this.files = files;
        this.raw = new RawZone(files);
        this.bookmarks = bookmarks;
        this.table = table;
        this.lastBatch = lastBatch;
        this.latest = latest();
    }

    static Takings upTo(ZoneFiles raw, BookmarkStore bookmarks, TableName table, long lastBatch) {
        return new Takings(raw, bookmarks, table, lastBatch);
    }

    private Optional<Manifest> latest() {
        for (long batch = lastBatch; batch > 0; batch--) {
            Optional<Manifest> manifest =
                    manifest(batch).filter(found -> found.intake().isPresent());
            if (manifest.isPresent()) {
                return manifest;
            }
        }
        return Optional.empty();
    }

    /** Raw may still hold a batch that a rewind discarded under its own number. */
    private Optional<Manifest> manifest(long batch) {
        return bookmarks
                .findBatch(table, batch)
                .filter(entered -> entered.kind() != BatchRecord.Kind.REWIND)
                .flatMap(entered -> raw.findManifest(table, batch));
    }

    /** The last manifest that knows the ledger. */
    Optional<Manifest> latestManifest() {
        return latest;
    }

    FileLedger ledger() {
        return new FileLedger(files, latest.flatMap(Manifest::intake));
    }

    /** Whether no batch has ever taken a file. */
    boolean isEmpty() {
        return latest.isEmpty();
    }

    /** Whether any batch of a window took a file. */
    boolean any(Window window) {
        long from = from(window);
        return latest.flatMap(Manifest::intake)
                        .filter(intake -> intake.batch() >= from && intake.batch() <= to(window))
                        .isPresent()
                || !originals(window, original -> true).isEmpty();
    }

    /** What the batches of a window took, in the order they did. */
    List<Original> originals(Window window, Predicate<Original> wanted) {
        List<Original> originals = new ArrayList<>();
        long last = Math.min(
                to(window), latest.flatMap(Manifest::intake).map(Intake::batch).orElse(0L));
        for (long batch = from(window); batch <= last; batch++) {
            long number = batch;
            manifest(batch)
                    .flatMap(Manifest::intake)
                    .filter(intake -> intake.batch() == number)
                    .ifPresent(intake -> FileLedger.read(files, intake.taken()).forEachRemaining(original -> {
                        if (wanted.test(original)) {
                            originals.add(original);
                        }
                    }));
        }
        return originals;
    }

    /** Of these, in the order of their batches, each file's last version. */
    static List<Original> latest(List<Original> originals) {
        Map<String, Original> latest = new LinkedHashMap<>();
        originals.forEach(original -> latest.put(original.key(), original));
        return List.copyOf(latest.values());
    }

    /** Each file's last version unless a batch of {@code after} took a later one. */
    List<Original> latest(List<Original> originals, Window after) {
        Map<String, Long> batches = new HashMap<>();
        List<Original> latest = latest(originals);
        latest.forEach(original -> batches.put(original.key(), original.batch()));
        originals(after, later -> later.outcome() != Outcome.UNCHANGED && batches.containsKey(later.key()))
                .forEach(later -> batches.merge(later.key(), later.batch(), Math::max));
        return latest.stream()
                .filter(original -> original.batch() == batches.get(original.key()))
                .toList();
    }

    private static long from(Window window) {
        return window.from().map(Takings::number).orElse(1L);
    }

    private static long to(Window window) {
        return window.to().map(position -> number(position) - 1).orElse(Long.MAX_VALUE);
    }

    static long number(Position position) {
        return ((Position.Sequence) position).value();
    }
}
