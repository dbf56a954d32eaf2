package dev.sluice.settings;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is read, and how much of it each time.
 *
 * @param relation the table, view or query
 * @param filter a SQL condition in the source's dialect that every row read must meet
 * @param strategy whether each run reads everything or what is new
 * @param bookmark how "new" is told; present exactly when the strategy is incremental and the relation no topic
 * @param parallelism how many connections read at once; empty leaves it to the estimate of the window's size
 * @param fetchSize rows per round trip; at least 1
 */
public record ExtractSettings(
        Relation relation,
        Optional<String> filter,
        Strategy strategy,
        Optional<BookmarkSettings> bookmark,
        OptionalInt parallelism,
        int fetchSize) {

    public static final int DEFAULT_FETCH_SIZE = 10_000;

    public ExtractSettings {
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(filter, "filter");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(bookmark, "bookmark");
        Objects.requireNonNull(parallelism, "parallelism");
        boolean topic = relation instanceof Relation.Topic;
        if (topic
                ? bookmark.isPresent() || strategy == Strategy.FULL
                : (strategy == Strategy.INCREMENTAL) != bookmark.isPresent()) {
            throw new IllegalArgumentException(
                    "An incremental strategy, and only it, has a bookmark, except a topic's, whose offsets are its bookmark");
        }
        if (fetchSize < 1) {
            throw new IllegalArgumentException("fetch-size must be at least 1: " + fetchSize);
        }
    }

    /** Who keeps the bookmark; {@code SLUICE} also where there is none. */
    public BookmarkSettings.Engine engine() {
        return bookmark.map(BookmarkSettings::engine).orElse(BookmarkSettings.Engine.SLUICE);
    }

    /** How the topic's records hold changes; empty for what is no topic. */
    public Optional<EventFormat> events() {
        return relation instanceof Relation.Topic topic ? Optional.of(topic.format()) : Optional.empty();
    }

    /** How much a run reads. */
    public enum Strategy {
        /** Everything, each time. */
        FULL,
        /** From the bookmark on. */
        INCREMENTAL
    }
}
