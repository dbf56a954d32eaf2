package dev.sluice.extract.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.extract.files.AnswerFiles;
import dev.sluice.extract.files.AnswerFiles.Answer;
import dev.sluice.extract.files.AnswerFiles.Line;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.HttpSettings.Paging;
import dev.sluice.settings.HttpSettings.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an endpoint answered from a position on, page by page, on this machine's disk; removed when it is closed. One record
 * is in memory at a time.
 */
final class Pull implements AutoCloseable {

    private static final int MOST_COLUMNS = 5_000;
    private static final int MOST_PAGES = 1_000_000;
    private static final int NO_CONTENT = 204;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,<]*)");
    private static final Pattern NEXT =
            Pattern.compile("(?i);\\s*rel\\s*=\\s*(\"([^\"]*\\s)?next(\\s[^\"]*)?\"|next\\b)");

    /** How much is pulled. */
    enum Reach {
        ALL_PAGES,
        FIRST_PAGE
    }

    private final Window window;
    private final AnswerFiles files;
    private final Optional<Bookmark> bookmark;
    private final Path folder;
    private final List<Answer> answers = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private Instant begun;
    private Optional<Long> greatest = Optional.empty();
    private long records;

    /** The bookmark column and how its values are read. */
    record Bookmark(String column, Watermark watermark) {
        Optional<Long> of(Line line) {
            return line.values().entrySet().stream()
                    .filter(value -> value.getKey().equalsIgnoreCase(column))
                    .findFirst()
                    .flatMap(value -> watermark.parse(value.getValue()));
        }

        boolean lacks(Line line) {
            return !line.malformed()
                    && line.values().entrySet().stream()
                            .noneMatch(value -> value.getKey().equalsIgnoreCase(column) && value.getValue() != null);
        }
    }

    private Pull(Window window, AnswerFiles files, Optional<Bookmark> bookmark) {
        this.window = window;
        this.files = files;
        this.bookmark = bookmark;
        try {
            this.folder = Files.createTempDirectory("sluice-http");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Pull of(
            HttpEndpoint endpoint,
            HttpSettings settings,
            Requests requests,
            AnswerFiles files,
            Optional<Bookmark> bookmark,
            Window window,
            Reach reach,
            Clock clock) {
        Pull pull = new Pull(window, files, bookmark);
        try {
            pull.begun = clock.instant();
            pull.take(endpoint, settings, requests, window, reach, clock);
            return pull;
        } catch (RuntimeException failure) {
            pull.close();
            throw failure;
        }
    }

    private void take(
            HttpEndpoint endpoint, HttpSettings settings, Requests requests, Window window, Reach reach, Clock clock) {
        Paging paging = settings.paging();
        URI start = URI.create(endpoint.url() + settings.path());
        List<Map.Entry<String, String>> asked = new ArrayList<>();
        bookmark.ifPresent(known -> {
            window.from()
                    .ifPresent(from -> asked.add(Map.entry(
                            settings.since().orElseThrow(), known.watermark().since(from))));
            window.to().ifPresent(to -> settings.until()
                    .ifPresent(parameter ->
                            asked.add(Map.entry(parameter, known.watermark().until(to)))));
        });
        paging.sizeParameter()
                .ifPresent(parameter -> asked.add(
                        Map.entry(parameter, String.valueOf(paging.size().orElseThrow()))));
        Set<String> seen = new HashSet<>();
        String place = first(paging);
        URI next = with(start, asked, paging, place);
        for (int page = 1; next != null; page++) {
            if (page > MOST_PAGES) {
                throw endless(settings, page, "there are more than " + MOST_PAGES + " pages");
            }
            Path file = folder.resolve("page-%06d".formatted(page));
            Scan[] scan = new Scan[1];
            HttpHeaders headers = requests.fetch(signed(next, endpoint), page, file, (answer, status) -> {
                scan[0] = new Scan();
                return scan[0].read(answer, status);
            });
            if (page == 1) {
                // The header is in whole seconds.
                headers.firstValue("Date")
                        .flatMap(Pull::date)
                        .filter(date -> date.plusSeconds(1).isBefore(begun))
                        .ifPresent(date -> begun = date);
            }
            scan[0].count();
            if (scan[0].bytes > 0) {
                answers.add(new Answer(
                        file.getFileName().toString(),
                        file,
                        headers.firstValue("ETag").orElse(""),
                        clock.instant()));
            }
            if (reach == Reach.FIRST_PAGE) {
                return;
            }
            String told = next(paging, settings, headers, file, scan[0].records, place);
            if (told == null) {
                return;
            }
            if (!seen.add(told)) {
                throw endless(settings, page, "it leads to a page that was pulled before");
            }
            place = told;
            next = paging.style() == Style.NEXT_LINK
                    ? linked(next, told, endpoint, settings, page)
                    : with(start, asked, paging, place);
        }
    }

    private static String first(Paging paging) {
        return switch (paging.style()) {
            case NONE, NEXT_LINK, CURSOR -> null;
            case PAGE -> String.valueOf(paging.first());
            case OFFSET -> "0";
        };
    }

    /** The next link, cursor, number or offset; NULL after the last page. */
    private static String next(
            Paging paging, HttpSettings settings, HttpHeaders headers, Path file, long records, String place) {
        boolean full = records > 0
                && (paging.size().isEmpty() || records >= paging.size().getAsInt());
        return switch (paging.style()) {
            case NONE -> null;
            case NEXT_LINK -> paging.next().isPresent()
                    ? at(paging.next().get(), settings, file)
                    : headers.allValues("Link").stream()
                            .flatMap(Pull::links)
                            .findFirst()
                            .orElse(null);
            case CURSOR -> at(paging.next().orElseThrow(), settings, file);
            case PAGE -> full ? String.valueOf(Long.parseLong(place) + 1) : null;
            case OFFSET -> full ? String.valueOf(Long.parseLong(place) + records) : null;
        };
    }

    private static Stream<String> links(String header) {
        Matcher link = LINK.matcher(header);
        return link.results()
                .filter(found -> NEXT.matcher(found.group(2)).find())
                .map(found -> found.group(1));
    }

    /** The text or number at a pointer, without the document in memory; NULL for none. */
    private static String at(String pointer, HttpSettings settings, Path file) {
        try (JsonParser whole = JSON.getFactory().createParser(file.toFile());
                JsonParser found = new FilteringParserDelegate(
                        whole, new JsonPointerBasedFilter(pointer), TokenFilter.Inclusion.ONLY_INCLUDE_ALL, false)) {
            JsonToken token = found.nextToken();
            return token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL
                    ? null
                    : Optional.of(found.getText())
                            .filter(text -> !text.isBlank() && !text.equals("false"))
                            .orElse(null);
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot look for " + pointer + " (extract.http.paging.next) in the answer of " + pathOf(settings)
                            + ": it is no JSON. Check extract.http.format and encoding",
                    failure);
        }
    }

    private static URI with(URI start, List<Map.Entry<String, String>> asked, Paging paging, String place) {
        List<Map.Entry<String, String>> all = new ArrayList<>(asked);
        if (place != null) {
            all.add(Map.entry(paging.parameter().orElseThrow(), place));
        }
        return with(start, all);
    }

    private static URI with(URI uri, List<Map.Entry<String, String>> parameters) {
        StringBuilder text = new StringBuilder(uri.toString());
        for (Map.Entry<String, String> parameter : parameters) {
            text.append(text.indexOf("?") < 0 ? '?' : '&')
                    .append(encoded(parameter.getKey()))
                    .append('=')
                    .append(encoded(parameter.getValue()));
        }
        return URI.create(text.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The secret goes into the query last, in place of one that a link brought back. */
    private static URI signed(URI uri, HttpEndpoint endpoint) {
        return endpoint.parameter()
                .map(secret -> {
                    String plain = uri.toString()
                            .replaceAll("([?&])" + Pattern.quote(encoded(secret.getKey())) + "=[^&]*", "$1")
                            .replaceAll("&&+", "&")
                            .replace("?&", "?")
                            .replaceAll("[?&]$", "");
                    return with(URI.create(plain), List.of(secret));
                })
                .orElse(uri);
    }

    private static URI linked(URI from, String link, HttpEndpoint endpoint, HttpSettings settings, int page) {
        URI own = URI.create(endpoint.url());
        try {
            URI next = from.resolve(link);
            if (own.getScheme().equalsIgnoreCase(next.getScheme())
                    && own.getRawAuthority().equalsIgnoreCase(next.getRawAuthority())) {
                return next;
            }
        } catch (IllegalArgumentException noLink) {
            // Told below, with a link that leads elsewhere.
        }
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot follow page " + page + " of " + pathOf(settings)
                        + " to the next: its link is none of " + endpoint.url()
                        + ", and the secret is not carried elsewhere. Check connection.url and extract.http.paging");
    }

    private static SluiceException endless(HttpSettings settings, int page, String why) {
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot end the pull of " + pathOf(settings) + " after page " + page + ": " + why
                        + ". Check extract.http.paging");
    }

    private static String pathOf(HttpSettings settings) {
        return settings.path().replaceFirst("\\?.*", "");
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    /** Whether what was asked for begins where a window does and ends no earlier. */
    boolean covers(Window other) {
        return window.from().equals(other.from())
                && (window.to().isEmpty() || window.to().equals(other.to()));
    }

    /** The earlier of this machine's clock before the first request and the endpoint's at its answer. */
    Instant begun() {
        return begun;
    }

    List<Answer> answers() {
        return answers;
    }

    /** The columns of all records. */
    List<String> names() {
        return List.copyOf(names);
    }

    /** The greatest bookmark of any record. */
    Optional<Long> greatest() {
        return greatest;
    }

    long records() {
        return records;
    }

    /** Gives on every record again. */
    void visit(Consumer<Line> action) {
        for (Answer answer : answers) {
            files.visit(answer.file(), action);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException failure) {
            System.getLogger(Pull.class.getName())
                    .log(System.Logger.Level.WARNING, () -> "Could not remove " + folder, failure);
        }
    }

    /** One look at one answer; of an answer that is asked for again, the last counts. */
    private final class Scan {

        private final Set<String> found = new LinkedHashSet<>();
        private Optional<Long> top = Optional.empty();
        private long records;
        private long bytes;

        Optional<String> read(Path answer, int status) {
            try {
                bytes = Files.size(answer);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            if (bytes == 0) {
                return status == NO_CONTENT ? Optional.empty() : files.emptiness();
            }
            Optional<String> unreadable = files.visit(answer, line -> {
                records++;
                found.addAll(line.values().keySet());
                bookmark.flatMap(known -> known.of(line))
                        .filter(value -> top.isEmpty() || value > top.get())
                        .ifPresent(value -> top = Optional.of(value));
            });
            if (unreadable.isPresent()) {
                return unreadable;
            }
            if (found.size() > MOST_COLUMNS) {
                return Optional.of("its records name more than " + MOST_COLUMNS + " columns");
            }
            // An error reads as a record of its own columns, or as malformed ones.
            return records > 0 && !files.knows(found)
                    ? Optional.of("none of its records has a column of the table (schema.columns)")
                    : Optional.empty();
        }

        void count() {
            names.addAll(found);
            Pull.this.records += records;
            if (top.isPresent() && (greatest.isEmpty() || top.get() > greatest.get())) {
                greatest = top;
            }
        }
    }
}
