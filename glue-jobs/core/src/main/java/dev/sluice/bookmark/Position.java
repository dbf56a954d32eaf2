package dev.sluice.bookmark;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    /**
     * Places in the partitions of a topic, each the offset of the first record that is not read. One is before another
     * where none of its offsets lies after the other's; of two that are neither, each counts as after the other.
     *
     * @param topicId what Kafka calls this very topic; one that is made anew under the same name has another
     * @param next the offset by partition
     * @param log how far the database's log has been followed
     */
    record Offsets(String topicId, SortedMap<Integer, Long> next, LogProgress log) implements Position {

        public Offsets {
            Objects.requireNonNull(topicId, "topicId");
            next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
            Objects.requireNonNull(log, "log");
        }

        /** The same places with another progress. */
        public Offsets with(LogProgress progress) {
            return new Offsets(topicId, next, progress);
        }

        /** How many offsets lie before this place. */
        public long total() {
            return next.values().stream().mapToLong(Long::longValue).sum();
        }

        @Override
        public String text() {
            String offsets = next.entrySet().stream()
                    .map(entry -> entry.getKey() + ":" + entry.getValue())
                    .collect(Collectors.joining(","));
            return "offsets " + topicId + "/" + offsets + log.text();
        }

        static Offsets parse(String text) {
            String[] parts = text.split("/");
            SortedMap<Integer, Long> next = new TreeMap<>();
            for (String one : parts[1].split(",")) {
                int colon = one.indexOf(':');
                next.put(Integer.valueOf(one.substring(0, colon)), Long.valueOf(one.substring(colon + 1)));
            }
            return new Offsets(parts[0], next, LogProgress.parse(List.of(parts).subList(2, parts.length)));
        }

        @Override
        public int compareTo(Position other) {
            Offsets that = (Offsets) other;
            if (next.equals(that.next)) {
                return 0;
            }
            return next.entrySet().stream()
                            .allMatch(entry -> entry.getValue() <= that.next.getOrDefault(entry.getKey(), 0L))
                    ? -1
                    : 1;
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
            case "offsets" -> Offsets.parse(value);
            case "sequence" -> new Sequence(Long.parseLong(value));
            default -> throw new IllegalArgumentException("Unknown kind of bookmark position: " + text);
        };
    }

    /** The later of two positions of one kind. */
    static Position later(Position one, Position other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
