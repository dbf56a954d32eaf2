package dev.sluice.bookmark;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far the events of a topic have followed a database's log.
 *
 * @param snapshot the place in the log of the last snapshot that was seen; empty before any
 * @param phase what has been seen since
 * @param truncation the last one in the log; empty before any
 * @param servers whose changes were seen, by the server's number; empty where the connector tells none
 */
public record LogProgress(
        Optional<String> snapshot, Phase phase, Optional<Truncation> truncation, SortedMap<String, Server> servers) {

    /** Nothing seen yet. */
    public static final LogProgress NONE =
            new LogProgress(Optional.empty(), Phase.SNAPSHOT, Optional.empty(), Collections.emptySortedMap());

    private static final String TRUNCATED = "truncated=";
    private static final String SERVERS = "servers=";

    public LogProgress {
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(truncation, "truncation");
        servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
    }

    /**
     * The end of all rows that the table had. A change from before it may come after it, from another partition.
     *
     * @param place where in the log
     * @param millis when the source made it, in milliseconds since 1970
     */
    public record Truncation(String place, Optional<Long> millis) {
        public Truncation {
            Objects.requireNonNull(place, "place");
            Objects.requireNonNull(millis, "millis");
        }

        /** The one that is later in the log. */
        static Truncation later(Truncation one, Truncation other) {
            return one.place.compareTo(other.place) >= 0 ? one : other;
        }
    }

    /**
     * A server that wrote to the log.
     *
     * @param last the place of its last change
     * @param seen whether it wrote to the log lately
     */
    public record Server(String last, Seen seen) {
        public Server {
            Objects.requireNonNull(last, "last");
            Objects.requireNonNull(seen, "seen");
        }
    }

    /** When a server's changes came. */
    public enum Seen {
        /** In the last batch that had changes of any. */
        LATEST,
        /** Before. */
        EARLIER
    }

    /** The last truncation in the log, of those known and others. */
    public Optional<Truncation> lastTruncation(Stream<Truncation> others) {
        return Stream.concat(truncation.stream(), others).reduce(Truncation::later);
    }

    /** What still holds where the log is read again from its beginning into rows that are kept. */
    public LogProgress readAgain() {
        return new LogProgress(Optional.empty(), Phase.SNAPSHOT, truncation, Collections.emptySortedMap());
    }

    /** The last place that was seen of a snapshot or a server; empty before any. */
    public Optional<String> end() {
        return Stream.concat(servers.values().stream().map(Server::last), snapshot.stream())
                .max(Comparator.naturalOrder());
    }

    /** As {@link Position#text} has it: {@code /snapshot/phase} and what is known besides, or nothing. */
    String text() {
        if (equals(NONE)) {
            return "";
        }
        return "/" + snapshot.orElse("") + "/" + phase
                + truncation
                        .map(last -> "/" + TRUNCATED + last.place()
                                + last.millis().map(millis -> "@" + millis).orElse(""))
                        .orElse("")
                + (servers.isEmpty()
                        ? ""
                        : servers.entrySet().stream()
                                .map(one -> one.getKey() + "@" + one.getValue().last() + "@"
                                        + one.getValue().seen())
                                .collect(Collectors.joining(",", "/" + SERVERS, "")));
    }

    /** Reads the parts of {@link #text}; what an earlier version of this program did not know is absent. */
    static LogProgress parse(List<String> parts) {
        if (parts.size() < 2) {
            return NONE;
        }
        Optional<Truncation> truncation = part(parts, TRUNCATED)
                .map(text -> text.split("@"))
                .map(known -> new Truncation(
                        known[0], known.length < 2 ? Optional.empty() : Optional.of(Long.valueOf(known[1]))));
        SortedMap<String, Server> servers = new TreeMap<>();
        part(parts, SERVERS).stream()
                .flatMap(text -> Stream.of(text.split(",")))
                .map(text -> text.split("@"))
                .forEach(one -> servers.put(one[0], new Server(one[1], Seen.valueOf(one[2]))));
        return new LogProgress(
                Optional.of(parts.get(0)).filter(place -> !place.isEmpty()),
                Phase.valueOf(parts.get(1)),
                truncation,
                servers);
    }

    private static Optional<String> part(List<String> parts, String name) {
        return parts.stream()
                .skip(2)
                .filter(part -> part.startsWith(name))
                .map(part -> part.substring(name.length()))
                .findFirst();
    }

    /** Whether changes have been streamed. */
    public enum Phase {
        /** Only rows of a snapshot, which may be taken anew from its beginning. */
        SNAPSHOT,
        /** Changes after it. */
        STREAM
    }
}
