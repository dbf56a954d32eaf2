package dev.sluice.localglue.bookmark;

import java.util.Objects;
import java.util.Optional;

/**
 * What of a source a run is to read: the input after {@code after}, and up to and including {@code limit}.
 *
 * @param after what was read already; empty if nothing was
 */
public record BookmarkWindow(Optional<Element> after, Limit limit) {
    /** Where a window ends. */
    public sealed interface Limit permits Open, UpTo {}

    /** The window ends with what the source holds. */
    public record Open() implements Limit {}

    /**
     * The window ends with what an earlier run had read.
     *
     * @param element what had been read; empty if nothing had, so that the window is empty
     */
    public record UpTo(Optional<Element> element) implements Limit {}

    public BookmarkWindow {
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(limit, "limit");
    }
}
