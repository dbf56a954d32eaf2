package dev.sluice.extract.http;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.HttpEndpoint;
import dev.sluice.settings.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an endpoint for one page after another, no faster than allowed. What may pass is tried again with growing pauses: no
 * connection, no answer in time, an answer that broke off or cannot be read, 408, 429 and 5xx; {@code Retry-After} is
 * obeyed. Messages name the path alone: a query may hold anything, and an answer is not quoted.
 */
final class Requests {

    private static final int ATTEMPTS = 5;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** A run that would wait for longer ends and says so; the next one asks again. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int TOO_MANY = 429;
    private static final int REQUEST_TIMEOUT = 408;

    private final HttpEndpoint endpoint;
    private final HttpSettings settings;
    private final String table;
    private final Duration firstPause;
    private final HttpClient client;
    private long nextAt = System.nanoTime();

    /** The first of the growing pauses is {@code firstPause} at most. */
    Requests(HttpEndpoint endpoint, HttpSettings settings, String table, Duration firstPause) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.table = table;
        this.firstPause = firstPause;
        // A redirect would carry the secret to wherever it leads.
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /**
     * Fetches a page into a file.
     *
     * @param reads says what is wrong with the file of a status, if anything; it is asked for again then
     * @return the answer's headers
     */
    HttpHeaders fetch(URI uri, int page, Path into, Reads reads) {
        String fault = "";
        String remedy = "";
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Duration> asked = Optional.empty();
            remedy = "";
            try {
                // An attempt that was given up may still be writing.
                HttpResponse<Path> answer = send(uri, into.resolveSibling(into.getFileName() + "-" + attempt));
                if (answer.statusCode() / 100 == 2) {
                    Optional<String> unreadable = reads.fault(answer.body(), answer.statusCode());
                    if (unreadable.isEmpty()) {
                        Files.move(answer.body(), into);
                        return answer.headers();
                    }
                    fault = "its answer cannot be read: " + unreadable.get();
                    remedy = ", or correct extract.http where its answers are written otherwise";
                } else {
                    asked = answer.headers().firstValue("Retry-After").flatMap(Requests::wait);
                    fault = "it answers with status " + answer.statusCode();
                    requireWorthAnother(answer.statusCode(), page);
                    requireBearable(asked, fault, page);
                }
            } catch (TimeoutException late) {
                fault = "it has not answered whole within " + settings.timeout() + " (extract.http.timeout)";
            } catch (IOException broken) {
                fault = "the connection failed or broke off: "
                        + endpoint.withoutSecret(String.valueOf(broken.getMessage()));
            }
            if (attempt < ATTEMPTS) {
                pause(attempt, asked);
            }
        }
        throw new SluiceException(
                ErrorCode.SOURCE_UNREACHABLE,
                cannot(page) + " " + ATTEMPTS + " times asked, " + fault + ". Run again once it answers" + remedy);
    }

    /** Looks at an answer. */
    interface Reads {

        /** Why it cannot be read; empty where it can. */
        Optional<String> fault(Path answer, int status);
    }

    private HttpResponse<Path> send(URI uri, Path into) throws IOException, TimeoutException {
        keepToRate();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET().header("Accept", accepted());
        endpoint.headers().forEach((name, value) -> sign(request, name, value));
        CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(
                request.build(),
                HttpResponse.BodyHandlers.ofFile(
                        into,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING));
        try {
            return answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw new IOException(failure.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** The client's own words would quote the secret. */
    private void sign(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException unfit) {
            throw new SluiceException(
                    ErrorCode.CREDENTIALS_REJECTED,
                    "Cannot pull table " + table + ": header " + name
                            + " cannot hold the secret. Look for line breaks and"
                            + " other than ASCII characters in it, or for a name in connection.credential-name that"
                            + " clients may not set");
        }
    }

    private String accepted() {
        return switch (settings.body().format()) {
            case CSV -> "text/csv, */*;q=0.5";
            case XML -> "application/xml, */*;q=0.5";
            default -> "application/json, */*;q=0.5";
        };
    }

    private void requireWorthAnother(int status, int page) {
        if (status == TOO_MANY || status == REQUEST_TIMEOUT || status / 100 == 5) {
            return;
        }
        ErrorCode code = ErrorCode.REQUEST_INVALID;
        String remedy = "Check extract.http";
        if (status == 401 || status == 403) {
            code = ErrorCode.CREDENTIALS_REJECTED;
            remedy = "Check the secret that connection.secret names, and what it may read";
        } else if (status == 404 || status == 410) {
            code = ErrorCode.RELATION_MISSING;
            remedy = "Check connection.url and extract.http.path";
        } else if (status / 100 == 3) {
            remedy =
                    "It leads elsewhere, and the secret is not carried there. Write where it leads in connection.url and"
                            + " extract.http.path";
        }
        throw new SluiceException(code, cannot(page) + " it answers with status " + status + ". " + remedy);
    }

    private void requireBearable(Optional<Duration> asked, String fault, int page) {
        if (asked.filter(wait -> wait.compareTo(LONGEST_WAIT) > 0).isPresent()) {
            throw new SluiceException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    cannot(page) + " " + fault + " and asks to wait for " + asked.get()
                            + ". Run again then, or lower extract.http.requests-per-minute");
        }
    }

    private String cannot(int page) {
        String path = settings.path();
        int query = path.indexOf('?');
        return "Cannot pull page " + page + " of table " + table + " from " + endpoint.url()
                + (query < 0 ? path : path.substring(0, query)) + ":";
    }

    /** Seconds, or a date. */
    private static Optional<Duration> wait(String text) {
        try {
            return Optional.of(
                    text.matches("\\d{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : Duration.between(
                                    Instant.now(),
                                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    private void keepToRate() throws IOException {
        long now = System.nanoTime();
        if (settings.requestsPerMinute().isPresent()) {
            sleep(Duration.ofNanos(Math.max(0, nextAt - now)));
            nextAt = Math.max(nextAt, now)
                    + Duration.ofMinutes(1)
                            .dividedBy(settings.requestsPerMinute().getAsInt())
                            .toNanos();
        }
    }

    private void pause(int attempt, Optional<Duration> asked) {
        Duration growing = firstPause.multipliedBy(1L << (attempt - 1));
        Duration longest = growing.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : growing;
        Duration own = Duration.ofMillis(
                (long) (longest.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
        try {
            sleep(asked.filter(wait -> wait.compareTo(own) > 0).orElse(own));
        } catch (IOException interrupted) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot pull table " + table + ": the run was interrupted", interrupted);
        }
    }

    private static void sleep(Duration duration) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
