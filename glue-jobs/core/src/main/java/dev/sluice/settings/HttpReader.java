package dev.sluice.settings;

import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.HttpSettings.Reads;
import dev.sluice.settings.HttpSettings.Style;
import dev.sluice.settings.HttpSettings.TimeFormat;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads {@code extract.http}. */
final class HttpReader {

    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^#]]*");
    private static final Pattern PARAMETER = Pattern.compile("[\\w.\\-\\[\\]$]+");

    private final ObjectReader reader;

    private HttpReader(ObjectReader reader) {
        this.reader = reader;
    }

    static HttpSettings read(ObjectReader reader) {
        return new HttpReader(reader).read();
    }

    private HttpSettings read() {
        reader.require(Keys.PATH, "Write the endpoint's path, like /v1/orders.");
        Optional<String> path = reader.text(Keys.PATH);
        path.ifPresent(this::checkPath);
        FileSettings body = FilesReader.readBody(reader);
        Optional<String> since = parameter(reader, Keys.SINCE);
        Optional<String> until = parameter(reader, Keys.UNTIL);
        if (until.isPresent() && !reader.has(Keys.SINCE)) {
            reader.problem(Keys.UNTIL, "Goes with since only.", "Give since, or leave until out.");
        }
        if (reader.has(Keys.TIME_FORMAT) && !reader.has(Keys.SINCE)) {
            reader.problem(Keys.TIME_FORMAT, "Goes with since only.", "Give since, or leave time-format out.");
        }
        return new HttpSettings(
                path.orElse("/"),
                body,
                reader.object(Keys.PAGING, Keys.OF_PAGING)
                        .map(paging -> paging(paging, body.format()))
                        .orElse(Paging.NONE),
                since,
                until,
                reader.choice(Keys.TIME_FORMAT, TimeFormat.values()).orElse(TimeFormat.ISO),
                reader.choice(Keys.READS, Reads.values()).orElse(Reads.ALL),
                optional(reader.integer(Keys.REQUESTS_PER_MINUTE, 1)),
                reader.duration(Keys.TIMEOUT).orElse(HttpSettings.DEFAULT_TIMEOUT));
    }

    /** What goes with the table's strategy; what is bookmarked is asked for by {@code since}. */
    static void check(ObjectReader extract, HttpSettings http, Strategy strategy) {
        if (strategy == Strategy.INCREMENTAL && http.since().isEmpty()) {
            extract.problem(
                    Keys.HTTP + "." + Keys.SINCE,
                    "Is missing: an incremental strategy asks for what is new by it.",
                    "Name the query parameter, or leave the bookmark out.");
        }
        if (strategy == Strategy.FULL && http.since().isPresent()) {
            extract.problem(
                    Keys.HTTP + "." + Keys.SINCE,
                    "Goes with a bookmark only: a full strategy asks for everything.",
                    "Give a bookmark, or leave since out.");
        }
        if (strategy == Strategy.FULL && http.reads() == Reads.RECENT) {
            extract.problem(
                    Keys.HTTP + "." + Keys.READS,
                    "A full strategy takes what an answer lacks for deleted.",
                    "Give a bookmark, or leave reads out.");
        }
    }

    /** The problems quote no part of the path: it may hold a password. */
    private void checkPath(String path) {
        if (Credentials.areIn(path)) {
            reader.problem(
                    Keys.PATH,
                    "Holds a user or a password.",
                    "Keep it in the secret store, name it in connection.secret and write connection.authentication:"
                            + " parameter.");
        } else if (!PATH.matcher(path).matches() || !isReadable(path)) {
            reader.problem(
                    Keys.PATH,
                    "Is no path of an endpoint.",
                    "Write it like /v1/orders?status=paid, with a slash first and other than ASCII characters encoded.");
        }
    }

    private static boolean isReadable(String path) {
        try {
            return new URI("http://host" + path).getRawPath().startsWith("/");
        } catch (URISyntaxException unreadable) {
            return false;
        }
    }

    private static Paging paging(ObjectReader paging, FileSettings.Format format) {
        paging.require(Keys.STYLE, "Say what tells the next page: " + Words.of(Style.values()) + ".");
        Style style = paging.choice(Keys.STYLE, Style.values()).orElse(Style.NONE);
        boolean points = style == Style.NEXT_LINK || style == Style.CURSOR;
        boolean asks = style == Style.CURSOR || style == Style.PAGE || style == Style.OFFSET;
        Optional<String> next = paging.text(Keys.NEXT);
        if (next.isPresent() && !points) {
            paging.problem(Keys.NEXT, "Is for next-link and cursor only.", "Leave next out.");
        } else if (next.filter(pointer -> !pointer.startsWith("/")).isPresent()) {
            paging.problem(Keys.NEXT, "Is no JSON pointer: " + next.get() + ".", "Write it like /meta/next.");
        } else if (next.isPresent() && format != FileSettings.Format.JSON) {
            paging.problem(Keys.NEXT, "Points into JSON documents only.", "Write format: json, or page otherwise.");
        }
        if (style == Style.CURSOR) {
            paging.require(Keys.NEXT, "Say where the cursor stands, like /meta/next_cursor.");
        }
        if (asks) {
            paging.require(Keys.PARAMETER, "Name the query parameter that asks for a page.");
        }
        only(paging, Keys.PARAMETER, asks, "cursor, page and offset");
        only(paging, Keys.FIRST, style == Style.PAGE, "page");
        if (style == Style.OFFSET) {
            paging.require(Keys.SIZE, "Say how many records a page has.");
        }
        if (paging.has(Keys.SIZE_PARAMETER) && !paging.has(Keys.SIZE)) {
            paging.problem(Keys.SIZE_PARAMETER, "Goes with size only.", "Give size, or leave size-parameter out.");
        }
        return new Paging(
                style,
                next,
                parameter(paging, Keys.PARAMETER),
                paging.integer(Keys.FIRST, 0).orElse(Paging.DEFAULT_FIRST),
                optional(paging.integer(Keys.SIZE, 1)),
                parameter(paging, Keys.SIZE_PARAMETER));
    }

    private static void only(ObjectReader paging, String key, boolean fits, String styles) {
        if (paging.has(key) && !fits) {
            paging.problem(key, "Is for style " + styles + " only.", "Leave " + key + " out.");
        }
    }

    private static Optional<String> parameter(ObjectReader reader, String key) {
        Optional<String> name = reader.text(key);
        name.filter(text -> !PARAMETER.matcher(text).matches())
                .ifPresent(wrong -> reader.problem(
                        key,
                        "Is no name of a query parameter: " + wrong + ".",
                        "Use letters, digits, _, -, . and []."));
        return name;
    }

    private static OptionalInt optional(Optional<Integer> number) {
        return number.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** The keys of an extract that an endpoint has no use for. */
    static final List<String> NOT_FOR_ENDPOINTS =
            List.of(Keys.RELATION, Keys.QUERY, Keys.FILES, Keys.FILTER, Keys.FETCH_SIZE);
}
