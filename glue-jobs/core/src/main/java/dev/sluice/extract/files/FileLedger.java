package dev.sluice.extract.files;

import dev.sluice.raw.Intake;
import dev.sluice.raw.ZoneFiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * What a table has taken of its source, by the identity of each file. It lies in raw beside the batches: each batch writes
 * what it took as one part below its own attempt, and its manifest names the parts that count. Parts are sorted like a
 * listing, so both are walked side by side and neither is held in memory; when there are many parts, the next batch writes
 * them anew as one and leaves out what is no longer listed.
 */
final class FileLedger {

    private static final int MOST_PARTS = 24;
    private static final int MOST_ENTRIES = 50_000;

    private final ZoneFiles raw;
    private final List<String> parts;

    FileLedger(ZoneFiles raw, Optional<Intake> intake) {
        this.raw = raw;
        this.parts = intake.map(Intake::ledger).orElse(List.of());
    }

    /** The latest entry of each key, in the order of keys. */
    Iterator<Original> entries() {
        List<Iterator<Original>> iterators = new ArrayList<>();
        for (String part : parts) {
            iterators.add(read(raw, part));
        }
        return new Merged(iterators);
    }

    /** One part's entries. */
    static Iterator<Original> read(ZoneFiles raw, String part) {
        return LedgerFormat.read(part, raw.read(part).orElseThrow(() -> LedgerFormat.corrupt(part, null)));
    }

    /** Walks a listing beside the ledger and gives on the files that are not in it as they are now. */
    void forEachNew(Iterator<SourceFile> listing, Consumer<SourceFile> action) {
        walk(listing, (file, known) -> {
            if (known.filter(original -> original.is(file)).isEmpty()) {
                action.accept(file);
            }
        });
    }

    /**
     * Writes what a batch took.
     *
     * @param folder the batch's own, relative to raw
     * @param taken sorted by key
     * @param listing gives the files as they are listed now; asked where the parts are written anew
     */
    Intake add(String folder, long batch, List<Original> taken, Iterable<SourceFile> listing) {
        List<String> ledger = new ArrayList<>();
        if (parts.size() < MOST_PARTS) {
            ledger.addAll(parts);
        } else {
            ledger.addAll(compact(folder, listing.iterator()));
        }
        ledger.add(write(folder + "/taken.jsonl.gz", taken));
        return new Intake(batch, ledger);
    }

    private List<String> compact(String folder, Iterator<SourceFile> listing) {
        List<String> written = new ArrayList<>();
        List<Original> kept = new ArrayList<>();
        walk(
                listing,
                (file, known) -> known.ifPresent(original -> {
                    kept.add(original);
                    if (kept.size() == MOST_ENTRIES) {
                        written.add(write(part(folder, written.size()), kept));
                        kept.clear();
                    }
                }));
        if (!kept.isEmpty()) {
            written.add(write(part(folder, written.size()), kept));
        }
        return written;
    }

    private static String part(String folder, int number) {
        return String.format("%s/ledger-%05d.jsonl.gz", folder, number);
    }

    private String write(String path, List<Original> originals) {
        raw.createIfAbsent(path, LedgerFormat.write(originals));
        return path;
    }

    private void walk(Iterator<SourceFile> listing, Visitor visitor) {
        Iterator<Original> entries = entries();
        Original entry = entries.hasNext() ? entries.next() : null;
        while (listing.hasNext()) {
            SourceFile file = listing.next();
            while (entry != null && SourceFiles.ORDER.compare(entry.key(), file.key()) < 0) {
                entry = entries.hasNext() ? entries.next() : null;
            }
            boolean same = entry != null && entry.key().equals(file.key());
            visitor.visit(file, same ? Optional.of(entry) : Optional.empty());
        }
    }

    private interface Visitor {
        void visit(SourceFile file, Optional<Original> known);
    }

    private static final class Merged implements Iterator<Original> {

        /** The head of a part; of one key the later part's comes first. */
        private record Head(Original original, int age, Iterator<Original> rest) {}

        private final PriorityQueue<Head> heads = new PriorityQueue<>(
                Comparator.comparing((Head head) -> head.original().key(), SourceFiles.ORDER)
                        .thenComparing(Comparator.comparingInt(Head::age).reversed()));

        Merged(List<Iterator<Original>> parts) {
            for (int age = 0; age < parts.size(); age++) {
                offer(age, parts.get(age));
            }
        }

        private void offer(int age, Iterator<Original> rest) {
            if (rest.hasNext()) {
                heads.add(new Head(rest.next(), age, rest));
            }
        }

        @Override
        public boolean hasNext() {
            return !heads.isEmpty();
        }

        @Override
        public Original next() {
            if (heads.isEmpty()) {
                throw new NoSuchElementException();
            }
            Original first = heads.peek().original();
            while (!heads.isEmpty() && heads.peek().original().key().equals(first.key())) {
                Head head = heads.poll();
                offer(head.age(), head.rest());
            }
            return first;
        }
    }
}
