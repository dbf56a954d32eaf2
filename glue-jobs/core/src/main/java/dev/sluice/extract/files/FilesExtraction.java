package dev.sluice.extract.files;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A table's files. The bound is the number after the next batch's where there is something to take, and stays where it is
 * where there is nothing.
 */
final class FilesExtraction implements Extraction {

    private final SourceFiles source;
    private final ZoneFiles raw;
    private final BookmarkStore bookmarks;
    private final Clock clock;
    private final TableSettings settings;
    private final FileSettings files;
    private final Optional<TimeFolders> folders;
    private final String root;
    private Optional<Look> look = Optional.empty();

    FilesExtraction(
            SourceFiles source,
            ZoneFiles raw,
            BookmarkStore bookmarks,
            Clock clock,
            SourceSettings sourceSettings,
            TableSettings settings) {
        this.source = source;
        this.raw = raw;
        this.bookmarks = bookmarks;
        this.clock = clock;
        this.settings = settings;
        this.files = ((Relation.Files) settings.extract().relation()).settings();
        this.folders = files.partitions().map(TimeFolders::new);
        this.root = ((ConnectionSettings.Folder) sourceSettings.connection()).path();
    }

    @Override
    public SourceTable describe() {
        return table(takings().latestManifest(), List.of()).description();
    }

    @Override
    public Promise promise() {
        return new Promise(
                Bound.Guarantee.FILE_LEDGER,
                "Each file is taken once, by its key, ETag and size, whenever it arrives"
                        + files.marker()
                                .map(marker -> ", when its " + marker + " is there")
                                .orElse("")
                        + " and nothing has written to it for " + files.settle() + ".");
    }

    /** What there is to say takes a listing, and is said of the one that fixes the bound. */
    @Override
    public List<String> advice() {
        return List.of();
    }

    @Override
    public List<String> notes() {
        return seen().notes(files);
    }

    @Override
    public Bound fixBound(Optional<Position> from, List<Observation> observations) {
        TableState state = bookmarks.load(settings.name());
        Look seen = look(state);
        look = Optional.of(seen);
        boolean nothing = seen.fresh().isEmpty();
        boolean begins = from.isEmpty() && state.lastBatch() == 0;
        Optional<Position> position;
        if (nothing && begins && settings.curate().mode() == CurateSettings.Mode.APPEND) {
            position = Optional.empty();
        } else if (nothing && from.isPresent() && !seen.takings().any(new Window(from, Optional.empty()))) {
            position = from;
        } else {
            position = Optional.of(new Position.Sequence(seen.batch() + 1));
        }
        return new Bound(position, List.of(), seen.completeAsOf(), Bound.Guarantee.FILE_LEDGER, seen.heldBy());
    }

    @Override
    public News hasNews(Window window) {
        Look seen = seen();
        return includesNew(window, seen) && !seen.fresh().isEmpty()
                        || seen.takings().any(window)
                ? News.SOME
                : News.NONE;
    }

    /** Rows are not known before files are read; their number is that of the files. */
    @Override
    public Estimate estimate(Window window) {
        Look seen = seen();
        long again = seen.takings().originals(window, original -> true).size();
        return new Estimate(
                again + (includesNew(window, seen) ? seen.fresh().size() + seen.more() : 0), Estimate.Basis.FILES);
    }

    @Override
    public Snapshot openSnapshot() {
        Look seen = seen();
        return new FilesSnapshot(this, seen, raw, settings, source.uri(root));
    }

    /** A column that files had before it was declared is filled from raw, where the files still are. */
    @Override
    public News hasValues(String column, Optional<Position> before) {
        return seen().takings()
                .latestManifest()
                .filter(manifest -> FileTable.names(manifest.columns()).stream().anyMatch(column::equalsIgnoreCase))
                .map(manifest -> News.SOME)
                .orElse(News.NONE);
    }

    @Override
    public void close() {
        look = Optional.empty();
    }

    /** Whether the new files are part of a window. */
    static boolean includesNew(Window window, Look look) {
        return window.to().map(end -> look.batch() < Takings.number(end)).orElse(true);
    }

    FileSettings.SameContent sameContent() {
        return files.sameContent();
    }

    int filesPerBatch() {
        return files.filesPerBatch();
    }

    FileTable table(Optional<Manifest> before, List<String> found) {
        return FileTable.of(
                Reading.declared(settings),
                before.map(manifest -> FileTable.names(manifest.columns())).orElse(List.of()),
                found);
    }

    /**
     * The listing as it is now. Of folders by time those are left out that no new file can come to any more, once a file
     * was taken; the ledger loses what is not listed when it is written anew.
     */
    Iterator<SourceFile> list() {
        return list(bookmarks.load(settings.name()), seen().takings());
    }

    private Iterator<SourceFile> list(TableState state, Takings takings) {
        return source.list(root, files.path(), start(state, takings));
    }

    /** While no file was taken, a layout may be wrong and be corrected yet. */
    private String start(TableState state, Takings takings) {
        return takings.isEmpty()
                ? ""
                : folders.flatMap(times -> state.readPoint().map(times::start)).orElse("");
    }

    /** As of when everything is taken if these files are not. */
    Instant completeWithout(List<SourceFile> left, Instant point) {
        Instant complete = point;
        for (SourceFile file : left) {
            complete = completeWithout(file, complete);
        }
        return notBack(bookmarks.load(settings.name()), seen().takings(), complete);
    }

    /** As of when everything is taken if this file is not: it was written later, and the next listing has it again. */
    private Instant completeWithout(SourceFile file, Instant point) {
        Instant before = file.modified().isBefore(point) ? file.modified() : point;
        return folders.map(times -> times.listing(name(file), before)).orElse(before);
    }

    /** Of folders by time the next listing begins no earlier than this one did: the ledger may have lost what lies before. */
    private Instant notBack(TableState state, Takings takings, Instant point) {
        return takings.isEmpty() || folders.isEmpty()
                ? point
                : state.readPoint().filter(point::isBefore).orElse(point);
    }

    /** Below the table's folder. */
    private String name(SourceFile file) {
        return files.path().equals(".")
                ? file.key()
                : file.key().substring(files.path().length() + 1);
    }

    private Takings takings() {
        return Takings.upTo(
                raw, bookmarks, settings.name(), bookmarks.load(settings.name()).lastBatch());
    }

    private Look seen() {
        return look.orElseThrow(() -> new IllegalStateException("The bound is fixed first"));
    }

    private Look look(TableState state) {
        Instant now = clock.instant();
        Takings takings = Takings.upTo(raw, bookmarks, settings.name(), state.lastBatch());
        Readiness readiness = new Readiness(files, now, () -> list(state, takings));
        Counts counts = new Counts(now);
        takings.ledger().forEachNew(list(state, takings), file -> {
            switch (readiness.belonging(file)) {
                case TABLE -> counts.add(file, readiness.isComplete(file));
                case NO_FOLDER -> counts.elsewhere = counts.elsewhere.and(file);
                case NONE -> {
                    // Others may keep their files in the same folder.
                }
            }
        });
        return new Look(
                state.lastBatch() + 1,
                takings,
                counts.fresh,
                counts.more,
                counts.incomplete,
                counts.elsewhere,
                notBack(state, takings, counts.completeAsOf));
    }

    private final class Counts {

        private final List<SourceFile> fresh = new ArrayList<>();
        private long more;
        private long incomplete;
        private Look.Elsewhere elsewhere = Look.Elsewhere.NOTHING;
        private Instant completeAsOf;

        Counts(Instant now) {
            this.completeAsOf = now;
        }

        void add(SourceFile file, boolean complete) {
            boolean taken = complete && fresh.size() < files.filesPerBatch();
            if (taken) {
                fresh.add(file);
                return;
            }
            if (complete) {
                more++;
            } else {
                incomplete++;
            }
            completeAsOf = completeWithout(file, completeAsOf);
        }
    }
}
