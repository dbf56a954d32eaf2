package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.extract.Bound;
import dev.sluice.extract.jdbc.Transactions.Sight;
import dev.sluice.settings.BookmarkSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fixes the bound of one table. The server stamps a row no earlier than the start of its transaction, as the dialect counts
 * it, so what a running transaction may still commit lies at or after its start; a bound no later than every running
 * transaction's start has nothing left to appear below it. Of a prepared transaction the start is not to be known. While
 * there is one the bound stays at the table's bookmark: when that was fixed the transaction was running, and held it back, or had not begun.
 */
final class BoundFixer {

    /**
     * A session stamps a moment before the server's lists show what it does, so what began in the last second may not show
     * yet.
     */
    static final Duration MARGIN = Duration.ofSeconds(1);

    /** No zone sets its clocks back by more than this. */
    private static final Duration LONGEST_SETBACK = Duration.ofHours(26);

    private static final Duration HOPELESS = Duration.ofMinutes(1);
    private static final int MOST_OBSERVATIONS = 20;

    private final Connection connection;
    private final JdbcTable table;
    private final BookmarkColumns bookmark;
    private final BookmarkSettings settings;
    private final ZoneId zone;

    BoundFixer(
            Connection connection, JdbcTable table, BookmarkColumns bookmark, BookmarkSettings settings, ZoneId zone) {
        this.connection = connection;
        this.table = table;
        this.bookmark = bookmark;
        this.settings = settings;
        this.zone = zone;
    }

    /** Fixes the bound; never before {@code from}. */
    Bound fix(Optional<Position> from, List<Observation> observations) throws SQLException {
        return bookmark.kind() == BookmarkColumns.Kind.SEQUENCE ? sequence(from, observations) : time(from);
    }

    /** The guarantee a look allows, for these settings. */
    static Bound.Guarantee guarantee(Sight sight, BookmarkSettings settings) {
        return sight == Sight.ALL && settings.clock() == BookmarkSettings.StampedBy.SERVER
                ? Bound.Guarantee.OPEN_TRANSACTIONS
                : Bound.Guarantee.SETTLE_DELAY;
    }

    private Bound time(Optional<Position> from) throws SQLException {
        Transactions look = table.dialect().look(connection, table);
        Bound.Guarantee guarantee = guarantee(look.sight(), settings);
        if (look.startless().isPresent()) {
            return new Bound(from, List.of(), look.now(), guarantee, look.heldBy());
        }
        Position position = position(settledUntil(look, guarantee));
        return new Bound(
                Optional.of(from.map(least -> Position.later(least, position)).orElse(position)),
                List.of(),
                look.now(),
                guarantee,
                look.heldBy());
    }

    /** The instant below which no row's stamp can appear any more. */
    private Instant settledUntil(Transactions look, Bound.Guarantee guarantee) {
        Instant begun = earlier(
                look.now(), look.oldest().map(Transactions.Running::start).orElse(look.now()));
        if (guarantee == Bound.Guarantee.OPEN_TRANSACTIONS) {
            return earlier(look.now().minus(MARGIN), begun);
        }
        return earlier(begun, look.replayed().orElse(begun)).minus(settings.settle());
    }

    private Position position(Instant settled) {
        Instant instant = settled.truncatedTo(table.dialect().stampUnit());
        return switch (bookmark.kind()) {
            case INSTANT -> new Position.At(instant);
            case WALL_CLOCK -> new Position.WallClock(wallClock(instant, zone));
            case DAY -> new Position.Day(wallClock(instant, zone).toLocalDate());
            case SEQUENCE -> throw new IllegalStateException("A sequence has no clock");
        };
    }

    /**
     * The latest wall clock time below which no clock of the zone will be again at or after an instant. Where clocks will
     * be set back soon, times between there and then come twice, and the second time would lie below the bound.
     */
    static LocalDateTime wallClock(Instant instant, ZoneId zone) {
        LocalDateTime wall = LocalDateTime.ofInstant(instant, zone);
        ZoneOffsetTransition next = zone.getRules().nextTransition(instant);
        while (next != null && next.getInstant().isBefore(instant.plus(LONGEST_SETBACK))) {
            if (next.isOverlap() && next.getDateTimeAfter().isBefore(wall)) {
                wall = next.getDateTimeAfter();
            }
            next = zone.getRules().nextTransition(next.getInstant());
        }
        return wall;
    }

    private Bound sequence(Optional<Position> from, List<Observation> earlier) throws SQLException {
        long least =
                from.map(position -> ((Position.Sequence) position).value()).orElse(Long.MIN_VALUE);
        Transactions look = table.dialect().lookWithTop(connection, table, bookmark);
        Bound.Guarantee guarantee = guarantee(look.sight(), settings);
        List<Observation> open = new ArrayList<>(earlier);
        Instant topAt = look.topAt();
        look.top()
                .filter(top -> top >= least && earlier.stream().noneMatch(seen -> seen.value() >= top))
                .ifPresent(top -> open.add(new Observation(top, topAt)));
        long settled = settled(open, look, guarantee, least);
        boolean news = open.stream().anyMatch(seen -> next(seen.value()) > settled);
        if (news && guarantee == Bound.Guarantee.OPEN_TRANSACTIONS && worthWaiting(look)) {
            pause(look, topAt);
            look = table.dialect().look(connection, table);
        }
        long position = settled(open, look, guarantee, settled);
        open.removeIf(seen -> next(seen.value()) <= position);
        return new Bound(
                position == Long.MIN_VALUE ? Optional.empty() : Optional.of(new Position.Sequence(position)),
                thin(open),
                look.now(),
                guarantee,
                open.isEmpty() ? Optional.empty() : look.heldBy());
    }

    /** The end, excluded, of the sequence's values that are settled as of a look; {@code least} where no more are. */
    private long settled(List<Observation> open, Transactions look, Bound.Guarantee guarantee, long least) {
        long settled = least;
        if (look.startless().isPresent()) {
            return settled;
        }
        Instant clock = guarantee == Bound.Guarantee.OPEN_TRANSACTIONS
                ? look.now().minus(MARGIN)
                : earlier(look.now(), look.replayed().orElse(look.now())).minus(settings.settle());
        for (Observation seen : open) {
            boolean ended = look.oldest()
                    .map(running -> running.start().isAfter(seen.at()))
                    .orElse(true);
            if (ended && !seen.at().isAfter(clock)) {
                settled = Math.max(settled, next(seen.value()));
            }
        }
        return settled;
    }

    private static boolean worthWaiting(Transactions look) {
        return look.startless().isEmpty()
                && look.oldest()
                        .map(running -> running.start().isAfter(look.now().minus(HOPELESS)))
                        .orElse(true);
    }

    private static void pause(Transactions look, Instant seen) {
        Duration rest = Duration.between(look.now(), seen).plus(MARGIN).plusMillis(1);
        try {
            Thread.sleep(Math.max(0, rest.toMillis()));
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** Keeps the oldest and the newest, and of those between the ones that lie furthest apart in time. */
    static List<Observation> thin(List<Observation> observations) {
        List<Observation> kept = new ArrayList<>(observations);
        while (kept.size() > MOST_OBSERVATIONS) {
            int closest = 1;
            for (int i = 2; i < kept.size() - 1; i++) {
                if (gap(kept, i).compareTo(gap(kept, closest)) < 0) {
                    closest = i;
                }
            }
            kept.remove(closest);
        }
        return kept;
    }

    private static Duration gap(List<Observation> observations, int i) {
        return Duration.between(
                observations.get(i - 1).at(), observations.get(i + 1).at());
    }

    /** The greatest value of bigint has no next one; a row that holds it is read again rather than passed over. */
    private static long next(long value) {
        return value == Long.MAX_VALUE ? value : value + 1;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
