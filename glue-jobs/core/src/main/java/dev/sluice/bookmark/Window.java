package dev.sluice.bookmark;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The positions a batch reads: from the first, included, to the second, excluded; an end that is empty is open. */
public record Window(Optional<Position> from, Optional<Position> to) {

    /** Everything. */
    public static final Window ALL = new Window(Optional.empty(), Optional.empty());

    public Window {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    /**
     * Whether every position of another window is in this one. Positions of different kinds, or of two topics, have none in
     * common.
     */
    public boolean contains(Window other) {
        boolean begins = from.isEmpty()
                || other.from
                        .filter(begin ->
                                comparable(from.get(), begin) && from.get().compareTo(begin) <= 0)
                        .isPresent();
        boolean ends = to.isEmpty()
                || other.to
                        .filter(end -> comparable(to.get(), end) && end.compareTo(to.get()) <= 0)
                        .isPresent();
        return begins && ends;
    }

    /** Whether a position is in both windows. */
    public boolean overlaps(Window other) {
        return before(from, other.to) && before(other.from, to);
    }

    /** Asked of the end: of two places of a topic that are neither before nor after, each counts as after the other. */
    private static boolean before(Optional<Position> begin, Optional<Position> end) {
        return begin.isEmpty()
                || end.isEmpty()
                || comparable(begin.get(), end.get()) && end.get().compareTo(begin.get()) > 0;
    }

    /** Whether the ends of the two lie in different orders, so that neither says anything of what the other read. */
    public boolean isOfAnotherOrderThan(Window other) {
        return ends().anyMatch(mine -> other.ends().anyMatch(its -> !comparable(mine, its)));
    }

    private Stream<Position> ends() {
        return Stream.concat(from.stream(), to.stream());
    }

    private static boolean comparable(Position one, Position other) {
        return one instanceof Position.Offsets mine && other instanceof Position.Offsets its
                ? mine.topicId().equals(its.topicId())
                : one.getClass() == other.getClass();
    }

    @Override
    public String toString() {
        return "[" + from.map(Position::text).orElse("start") + ", "
                + to.map(Position::text).orElse("end") + ")";
    }
}
