package dev.sluice.run;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.raw.Manifest;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * What a batch reads and where that leaves the bookmark.
 *
 * @param kind what makes the batch
 * @param window the positions to read
 * @param next the bookmark after it; empty leaves it
 * @param rebuild what becomes of rows curated has
 */
record BatchWindow(BatchRecord.Kind kind, Window window, Optional<Position> next, Manifest.Rebuild rebuild) {

    /**
     * The next batch of a table. Keyed tables read everything from the bookmark on and move the bookmark to the bound:
     * what lies between is read again and merged. Append tables read up to the bound only, so that no row is read twice.
     */
    static BatchWindow next(TableSettings settings, TableState state, Bound bound) {
        boolean rewound = state.overlap() == TableState.Overlap.REWOUND && !keepsHistory(settings, state);
        if (settings.extract().strategy() == Strategy.FULL) {
            Manifest.Rebuild rebuild =
                    rewound || state.lastBatch() == 0 || settings.curate().mode() == Mode.REPLACE
                            ? Manifest.Rebuild.EVERYTHING
                            : Manifest.Rebuild.NOTHING;
            return new BatchWindow(BatchRecord.Kind.INGEST, Window.ALL, Optional.empty(), rebuild);
        }
        Optional<Position> next = later(state.position(), bound.position());
        boolean everything = state.position().isEmpty() && (rewound || state.lastBatch() == 0);
        if (settings.extract().events().isPresent()) {
            // A record is read once, whatever becomes of it: its place tells on which side of the bound it is.
            boolean replaced = rewound && settings.curate().mode() == Mode.APPEND;
            return new BatchWindow(
                    BatchRecord.Kind.INGEST,
                    new Window(state.position(), next),
                    next,
                    state.position().isEmpty() && !keepsHistory(settings, state)
                            ? Manifest.Rebuild.EVERYTHING
                            : replaced ? Manifest.Rebuild.WINDOW : Manifest.Rebuild.NOTHING);
        }
        if (settings.curate().mode() == Mode.APPEND) {
            // Without a bookmark a table may hold rows all the same: those of a backfill. They are read again.
            Manifest.Rebuild rebuild = state.position().isEmpty()
                    ? Manifest.Rebuild.EVERYTHING
                    : rewound ? Manifest.Rebuild.WINDOW : Manifest.Rebuild.NOTHING;
            return new BatchWindow(BatchRecord.Kind.INGEST, new Window(state.position(), next), next, rebuild);
        }
        Optional<Position> from = state.position().map(position -> back(position, settings));
        return new BatchWindow(
                BatchRecord.Kind.INGEST,
                new Window(from, Optional.empty()),
                next,
                everything ? Manifest.Rebuild.EVERYTHING : Manifest.Rebuild.NOTHING);
    }

    /** A batch over a range that was asked for; an append table's rows of the range are replaced. */
    static BatchWindow backfill(TableSettings settings, Window window) {
        return new BatchWindow(
                BatchRecord.Kind.BACKFILL,
                window,
                Optional.empty(),
                settings.curate().mode() == Mode.APPEND ? Manifest.Rebuild.WINDOW : Manifest.Rebuild.NOTHING);
    }

    /** The same batch from the start of the table, to fill a column that curated gains. */
    BatchWindow fromStart() {
        return new BatchWindow(kind, new Window(Optional.empty(), window.to()), next, rebuild);
    }

    /**
     * Whether curated has versions that the source cannot bring again: a rewind to the beginning then reads everything
     * and merges it.
     */
    static boolean keepsHistory(TableSettings settings, TableState state) {
        return settings.curate().mode() == Mode.HISTORY && hasHistory(state);
    }

    /** Whether curated is a history, whatever the settings say now. */
    static boolean hasHistory(TableState state) {
        return state.columns().stream().anyMatch(column -> column.name().equals(HistoryColumns.VALID_FROM));
    }

    /** Whether there is nothing to read whatever the source holds: an append table of which nothing new is settled. */
    boolean isEmpty() {
        return rebuild == Manifest.Rebuild.NOTHING
                && window.to().isPresent()
                && window.from().equals(window.to());
    }

    /** Whether nothing of an append table, or a topic, without a bookmark is settled yet: there is no row to begin with. */
    boolean isUnsettled(TableSettings settings) {
        return settings.extract().strategy() == Strategy.INCREMENTAL
                && (settings.curate().mode() == Mode.APPEND
                        || settings.extract().events().isPresent())
                && kind == BatchRecord.Kind.INGEST
                && next.isEmpty();
    }

    private static Optional<Position> later(Optional<Position> one, Optional<Position> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(Position.later(one.get(), other.get()))
                : one.or(() -> other);
    }

    private static Position back(Position position, TableSettings settings) {
        Duration lookback =
                settings.extract().bookmark().map(BookmarkSettings::lookback).orElse(Duration.ZERO);
        if (lookback.isZero()) {
            return position;
        }
        if (position instanceof Position.At at) {
            return new Position.At(at.instant().minus(lookback));
        }
        if (position instanceof Position.WallClock clock) {
            return new Position.WallClock(clock.time().minus(lookback));
        }
        if (position instanceof Position.Day day) {
            return new Position.Day(
                    day.date().minusDays(lookback.plusDays(1).minusNanos(1).toDays()));
        }
        return position;
    }
}
