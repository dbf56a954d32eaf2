package dev.sluice.settings;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which endpoint a table is pulled from, and how.
 *
 * @param path below the source's URL, with the query that every request has; begins with a slash
 * @param body how an answer is written; its path, pattern, settle and marker say nothing
 * @param paging how one page leads to the next
 * @param since the query parameter that says from where on records are wanted; present exactly with a bookmark
 * @param until the query parameter that says up to where; empty where the endpoint has none
 * @param timeFormat how these two are written where the bookmark is a time
 * @param reads what an answer without {@code since} has
 * @param requestsPerMinute at most; empty for no limit
 * @param timeout how long one page may take, body and all
 */
public record HttpSettings(
        String path,
        FileSettings body,
        Paging paging,
        Optional<String> since,
        Optional<String> until,
        TimeFormat timeFormat,
        Reads reads,
        OptionalInt requestsPerMinute,
        Duration timeout) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    public HttpSettings {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(paging, "paging");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(until, "until");
        Objects.requireNonNull(timeFormat, "timeFormat");
        Objects.requireNonNull(reads, "reads");
        Objects.requireNonNull(requestsPerMinute, "requestsPerMinute");
        Objects.requireNonNull(timeout, "timeout");
    }

    /**
     * How one page leads to the next.
     *
     * @param next a JSON pointer to the next page's URL or to the cursor; empty for the header {@code Link}
     * @param parameter the query parameter of the cursor, the page's number or the offset
     * @param first the number of the first page
     * @param size how many records a page has, as the endpoint is asked for; empty leaves it to the endpoint
     * @param sizeParameter the query parameter that asks for it
     */
    public record Paging(
            Style style,
            Optional<String> next,
            Optional<String> parameter,
            int first,
            OptionalInt size,
            Optional<String> sizeParameter) {

        public static final int DEFAULT_FIRST = 1;

        /** One answer has everything. */
        public static final Paging NONE = new Paging(
                Style.NONE, Optional.empty(), Optional.empty(), DEFAULT_FIRST, OptionalInt.empty(), Optional.empty());

        public Paging {
            Objects.requireNonNull(style, "style");
            Objects.requireNonNull(next, "next");
            Objects.requireNonNull(parameter, "parameter");
            Objects.requireNonNull(size, "size");
            Objects.requireNonNull(sizeParameter, "sizeParameter");
        }
    }

    /** What tells the next page. */
    public enum Style {
        NONE,
        /** A URL in the answer, which must be of the source's own host. */
        NEXT_LINK,
        /** A value in the answer that goes into a query parameter. */
        CURSOR,
        /** Its number. */
        PAGE,
        /** How many records came before it. */
        OFFSET
    }

    /** How a time is written in a query. */
    public enum TimeFormat {
        /** Like {@code 2026-01-31T12:00:00Z}. */
        ISO,
        EPOCH_SECONDS,
        EPOCH_MILLIS
    }

    /** What an endpoint answers with when it is not told from where on. */
    public enum Reads {
        ALL,
        /** Only what is not old yet, so curated cannot be compared with it, nor built from it anew. */
        RECENT
    }
}
