package dev.sluice.bookmark;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Objects;

/**
 * A value of a bookmark column: a place in the source's order of changes. Positions of one table are all of one kind;
 * comparing two kinds is a programming error.
 */
public sealed interface Position extends Comparable<Position> {

    /** A timestamp with time zone, to the microsecond. */
    record At(Instant instant) implements Position {
        public At {
            Objects.requireNonNull(instant, "instant");
        }

        @Override
        public String text() {
            return "instant " + instant;
        }

        @Override
        public int compareTo(Position other) {
            return instant.compareTo(((At) other).instant);
        }
    }

    /** A timestamp without time zone, to the microsecond, on the clock of the source's time zone. */
    record WallClock(LocalDateTime time) implements Position {
        public WallClock {
            Objects.requireNonNull(time, "time");
        }

        @Override
        public String text() {
            return "wall-clock " + time;
        }

        @Override
        public int compareTo(Position other) {
            return time.compareTo(((WallClock) other).time);
        }
    }

    /** A date. */
    record Day(LocalDate date) implements Position {
        public Day {
            Objects.requireNonNull(date, "date");
        }

        @Override
        public String text() {
            return "day " + date;
        }

        @Override
        public int compareTo(Position other) {
            return date.compareTo(((Day) other).date);
        }
    }

    /** A number from a sequence or a row version. */
    record Sequence(long value) implements Position {
        @Override
        public String text() {
            return "sequence " + value;
        }

        @Override
        public int compareTo(Position other) {
            return Long.compare(value, ((Sequence) other).value);
        }
    }

    /** The kind and the value, as the ledger keeps it; read back by {@link #parse}. */
    String text();

    /** Reads what {@link #text} wrote. */
    static Position parse(String text) {
        int blank = text.indexOf(' ');
        String kind = blank < 0 ? text : text.substring(0, blank);
        String value = blank < 0 ? "" : text.substring(blank + 1);
        return switch (kind) {
            case "instant" -> new At(Instant.parse(value));
            case "wall-clock" -> new WallClock(LocalDateTime.parse(value));
            case "day" -> new Day(LocalDate.parse(value));
            case "sequence" -> new Sequence(Long.parseLong(value));
            default -> throw new IllegalArgumentException("Unknown kind of bookmark position: " + text);
        };
    }

    /** The later of two positions of one kind. */
    static Position later(Position one, Position other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
