package dev.sluice.bookmark;

import java.util.Objects;
import java.util.Optional;

/** The positions a batch reads: from the first, included, to the second, excluded; an end that is empty is open. */
public record Window(Optional<Position> from, Optional<Position> to) {

    /** Everything. */
    public static final Window ALL = new Window(Optional.empty(), Optional.empty());

    public Window {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }

    @Override
    public String toString() {
        return "[" + from.map(Position::text).orElse("start") + ", "
                + to.map(Position::text).orElse("end") + ")";
    }
}
