package dev.sluice.extract.http;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.files.AnswerFiles;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Reads;
import dev.sluice.settings.HttpSettings.Style;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An endpoint's table. The bound is fixed on the clock before the first request, so whatever is pulled afterwards is not
 * before it; what was pulled to look for news is what a batch of the same window takes.
 */
final class HttpExtraction implements Extraction {

    private static final int MOST_OBSERVATIONS = 20;

    private final ZoneFiles raw;
    private final BookmarkStore bookmarks;
    private final Clock clock;
    private final HttpEndpoint endpoint;
    private final TableSettings settings;
    private final HttpSettings http;
    private final Requests requests;
    private final AnswerFiles files;
    private final Optional<BookmarkSettings> bookmark;
    private final Optional<Pull.Bookmark> watermark;
    private Optional<Pull> pull = Optional.empty();
    private Optional<List<String>> firstPage = Optional.empty();

    HttpExtraction(
            ZoneFiles raw,
            BookmarkStore bookmarks,
            Clock clock,
            HttpEndpoint endpoint,
            ZoneId zone,
            TableSettings settings,
            Duration firstPause) {
        this.raw = raw;
        this.bookmarks = bookmarks;
        this.clock = clock;
        this.endpoint = endpoint;
        this.settings = settings;
        this.http = ((Relation.Http) settings.extract().relation()).settings();
        this.requests = new Requests(endpoint, http, settings.name().toString(), firstPause);
        this.files = new AnswerFiles(settings);
        this.bookmark = settings.extract().bookmark();
        this.watermark = HttpRows.watermark(settings, zone);
    }

    /** The declared columns and those of the first page's records. */
    @Override
    public SourceTable describe() {
        if (firstPage.isEmpty()) {
            try (Pull page = pull(Window.ALL, Pull.Reach.FIRST_PAGE)) {
                firstPage = Optional.of(page.names());
            }
        }
        return table(firstPage.get());
    }

    SourceTable table(List<String> found) {
        return HttpRows.table(AnswerFiles.union(files.declared(), before(), found), watermark);
    }

    /** A record may leave out what is NULL, so a column that records had before is still one. */
    private List<String> before() {
        return new RawZone(raw)
                .findManifest(settings.name(), batch() - 1)
                .map(manifest -> AnswerFiles.named(manifest.columns()))
                .orElse(List.of());
    }

    @Override
    public Promise promise() {
        return bookmark.map(given -> new Promise(
                        Bound.Guarantee.SETTLE_DELAY,
                        "An endpoint shows no open transactions, so the bookmark stays " + given.settle()
                                + " behind the clock (extract.bookmark.settle): what it shows later than that after its"
                                + " stamp is not seen"))
                .orElse(new Promise(Bound.Guarantee.FULL_READ, "Every run pulls everything."));
    }

    @Override
    public List<String> advice() {
        List<String> advice = new ArrayList<>();
        Style style = http.paging().style();
        if (style == Style.PAGE || style == Style.OFFSET) {
            advice.add(
                    "pages are told by their place, so a record that moves between them during a pull may be missed or"
                            + " come twice; sort by what does not move, or page by a cursor");
        }
        if (style != Style.NONE && bookmark.isEmpty() && settings.curate().mode() == Mode.MERGE) {
            advice.add("every run pulls all pages, and what they lack is removed from curated");
        }
        return advice;
    }

    @Override
    public Bound fixBound(Optional<Position> from, List<Observation> observations) {
        if (bookmark.isEmpty()) {
            return new Bound(Optional.empty(), List.of(), clock.instant(), Bound.Guarantee.FULL_READ, Optional.empty());
        }
        Pull current = covering(new Window(lower(from), Optional.empty()));
        Instant settled = current.begun().minus(bookmark.get().settle());
        List<Observation> open = new ArrayList<>(observations);
        Optional<Position> position;
        if (watermark.orElseThrow().watermark().kind() == Watermark.Kind.TIME) {
            open.clear();
            position = Optional.of(new Position.At(settled.truncatedTo(ChronoUnit.MICROS)));
        } else {
            current.greatest()
                    .filter(top -> observations.stream().noneMatch(seen -> seen.value() >= top))
                    .ifPresent(top -> open.add(new Observation(top, current.begun())));
            position = open.stream()
                    .filter(seen -> !seen.at().isAfter(settled))
                    .map(seen -> (Position) new Position.Sequence(Math.min(seen.value(), Long.MAX_VALUE - 1) + 1))
                    .reduce(Position::later);
        }
        Optional<Position> bound = from.isPresent() && position.isPresent()
                ? Optional.of(Position.later(from.get(), position.get()))
                : position.or(() -> from);
        bound.filter(Position.Sequence.class::isInstance)
                .ifPresent(end -> open.removeIf(seen -> seen.value() < ((Position.Sequence) end).value()));
        while (open.size() > MOST_OBSERVATIONS) {
            open.remove(1);
        }
        return new Bound(bound, open, current.begun(), Bound.Guarantee.SETTLE_DELAY, Optional.empty());
    }

    @Override
    public News hasNews(Window window) {
        boolean[] news = new boolean[1];
        Pull current = covering(window);
        refuseWithoutBookmark(current, window);
        current.visit(line -> news[0] |= !line.malformed() && holds(line, window));
        return news[0] ? News.SOME : News.NONE;
    }

    @Override
    public Estimate estimate(Window window) {
        long[] count = new long[1];
        covering(window).visit(line -> count[0] += holds(line, window) ? 1 : 0);
        return new Estimate(count[0], Estimate.Basis.COUNT);
    }

    private boolean holds(AnswerFiles.Line line, Window window) {
        if (watermark.isEmpty()) {
            return true;
        }
        Watermark values = watermark.get().watermark();
        return watermark
                .get()
                .of(line)
                .map(value -> window.from()
                                .map(from -> value >= values.number(from))
                                .orElse(true)
                        && window.to().map(to -> value < values.number(to)).orElse(true))
                .orElse(window.to().isEmpty());
    }

    @Override
    public Snapshot openSnapshot() {
        return new HttpSnapshot(this, raw, settings, files, watermark);
    }

    /** Whether any record before the position has a value: they are asked for, from the first on. */
    @Override
    public News hasValues(String column, Optional<Position> before) {
        if (http.reads() == Reads.RECENT) {
            return News.NONE;
        }
        boolean[] found = new boolean[1];
        try (Pull all = pull(new Window(Optional.empty(), before), Pull.Reach.ALL_PAGES)) {
            all.visit(line -> found[0] |= line.values().entrySet().stream()
                    .anyMatch(value -> value.getKey().equalsIgnoreCase(column) && value.getValue() != null));
        }
        return found[0] ? News.SOME : News.NONE;
    }

    @Override
    public void close() {
        pull.ifPresent(Pull::close);
        pull = Optional.empty();
    }

    /** The number of the batch that is read next. */
    long batch() {
        return bookmarks.load(settings.name()).lastBatch() + 1;
    }

    /** What was pulled of a window, pulled now unless it was already. */
    Pull covering(Window window) {
        if (pull.filter(held -> held.covers(window)).isEmpty()) {
            refuseUnlessWhole(window.from());
            close();
            pull = Optional.of(pull(window, Pull.Reach.ALL_PAGES));
            requireColumns(pull.get());
        }
        return pull.get();
    }

    /** A header names every column; a JSON object may leave out what is NULL. */
    private void requireColumns(Pull current) {
        if (http.body().format() != FileSettings.Format.CSV
                || settings.schema().missingColumns() != SchemaSettings.Drift.FAIL
                || current.names().isEmpty()) {
            return;
        }
        Set<String> present = current.names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<String> missing = files.required().stream()
                .filter(name -> !present.contains(name.toLowerCase(Locale.ROOT)))
                .toList();
        if (!missing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SCHEMA_DRIFT,
                    "Cannot read table " + settings.name() + ": the header of its answers lacks "
                            + String.join(", ", missing)
                            + " (schema.missing-columns: fail). Correct schema.columns, or write missing-columns: report");
        }
    }

    private Pull pull(Window window, Pull.Reach reach) {
        return Pull.of(endpoint, http, requests, files, watermark, window, reach, clock);
    }

    private Optional<Position> lower(Optional<Position> from) {
        Duration lookback = bookmark.map(BookmarkSettings::lookback).orElse(Duration.ZERO);
        return from.map(position -> position instanceof Position.At at
                ? new Position.At(at.instant().minus(lookback))
                : position);
    }

    /** What an endpoint has forgotten cannot be built anew from it. */
    private void refuseUnlessWhole(Optional<Position> from) {
        if (from.isEmpty() && http.reads() == Reads.RECENT && batch() > 1) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read table " + settings.name()
                            + " from its start again: its endpoint has recent records only"
                            + " (extract.http.reads), and curated would lose the others. Set the bookmark back to a time"
                            + " that the endpoint still has, with 'sluice bookmark rewind " + settings.name() + "'");
        }
    }

    /** An append table would never read them, or read them with every batch. */
    void refuseWithoutBookmark(Pull current, Window window) {
        if (settings.curate().mode() != Mode.APPEND
                || watermark.isEmpty()
                || window.to().isEmpty()) {
            return;
        }
        long[] lacking = new long[1];
        current.visit(line -> lacking[0] += watermark.get().lacks(line) ? 1 : 0);
        if (lacking[0] > 0) {
            throw new SluiceException(
                    ErrorCode.BOOKMARK_UNUSABLE,
                    "Cannot read append table " + settings.name() + ": " + lacking[0] + " of its records have no "
                            + watermark.get().column()
                            + " (extract.bookmark.columns), so nothing tells whether they are new. Write curate.mode:"
                            + " merge, or have the endpoint fill it");
        }
    }
}
