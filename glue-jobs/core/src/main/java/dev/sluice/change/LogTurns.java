package dev.sluice.change;

import dev.sluice.bookmark.LogProgress;
import dev.sluice.bookmark.LogProgress.Seen;
import dev.sluice.bookmark.LogProgress.Server;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds where a topic goes on at a lower place of the log than before, as it does when the connector follows another server:
 * each numbers its binary log by itself, and places are no order any more. Several servers may write to one log, and one may
 * take over and go on at higher places; both are well, and so is what Debezium repeats.
 */
final class LogTurns implements Serializable {

    /** What tells places: a server, or a snapshot. */
    private record Origin(boolean server, String name) implements Serializable {
        String words() {
            return server ? "changes of server " + name : "the snapshot at " + name;
        }
    }

    /** Places of one origin, the ends included. */
    private record Reach(String lowest, String highest) implements Serializable {}

    /** Records of one partition of the topic that were seen in its order. */
    private static final class Segment implements Serializable {
        private final int partition;
        private final long first;
        private long last;
        private final Map<Origin, Reach> reaches = new HashMap<>();
        private String highest = "";
        private String turn;

        Segment(int partition, long first) {
            this.partition = partition;
            this.first = first;
        }

        void seen(Origin origin, String place) {
            Reach known = reaches.get(origin);
            if (known != null && place.compareTo(known.highest()) <= 0) {
                return;
            }
            if (turn == null && place.compareTo(highest) < 0) {
                turn = turned(origin, place, highest);
            }
            highest = max(highest, place);
            reaches.put(origin, new Reach(known == null ? place : known.lowest(), place));
        }
    }

    /** The last place of each server before these events. */
    private final TreeMap<String, String> before = new TreeMap<>();

    private final List<Segment> segments = new ArrayList<>();
    private final Map<Integer, Segment> open = new HashMap<>();

    LogTurns(LogProgress before) {
        before.servers().forEach((name, server) -> this.before.put(name, server.last()));
    }

    void seen(int partition, long offset, Change change) {
        Optional<String> place = change.position().transaction();
        boolean snapshot = change.position().kind() == LogPosition.Kind.SNAPSHOT;
        if (place.isEmpty() || !snapshot && change.server().isEmpty()) {
            return;
        }
        Origin origin = snapshot
                ? new Origin(false, place.get())
                : new Origin(true, change.server().get());
        if (origin.server() && place.get().compareTo(before.getOrDefault(origin.name(), "")) <= 0) {
            return;
        }
        Segment segment = open.get(partition);
        if (segment == null || offset <= segment.last) {
            segment = new Segment(partition, offset);
            open.put(partition, segment);
            segments.add(segment);
        }
        segment.last = offset;
        segment.seen(origin, place.get());
    }

    /** These and others of the same batch. */
    LogTurns with(LogTurns others) {
        segments.addAll(others.segments);
        return this;
    }

    /** How far each server's changes have been followed after these events. */
    SortedMap<String, Server> after(LogProgress progress) {
        TreeMap<String, Server> followed = new TreeMap<>();
        segments.forEach(segment -> segment.reaches.forEach((origin, reach) -> {
            if (origin.server()) {
                followed.merge(
                        origin.name(),
                        new Server(reach.highest(), Seen.LATEST),
                        (one, other) -> new Server(max(one.last(), other.last()), Seen.LATEST));
            }
        }));
        if (followed.isEmpty()) {
            return progress.servers();
        }
        progress.servers()
                .forEach((name, server) -> followed.putIfAbsent(name, new Server(server.last(), Seen.EARLIER)));
        return followed;
    }

    /** What comes after which place although its own are lower; empty where the log goes on. */
    Optional<String> find(LogProgress progress) {
        return Stream.of(within(), between(), since(progress))
                .flatMap(found -> found)
                .findFirst();
    }

    private Stream<String> within() {
        return segments.stream().flatMap(segment -> Optional.ofNullable(segment.turn).stream());
    }

    private Stream<String> between() {
        List<String> found = new ArrayList<>();
        segments.stream().map(segment -> segment.partition).distinct().forEach(partition -> {
            Map<Origin, String> reached = new HashMap<>();
            String[] highest = {""};
            segments.stream()
                    .filter(segment -> segment.partition == partition)
                    .sorted(Comparator.comparingLong(segment -> segment.first))
                    .forEach(segment -> {
                        segment.reaches.forEach((origin, reach) -> {
                            boolean repeated = reach.lowest().compareTo(reached.getOrDefault(origin, "")) <= 0;
                            if (!repeated && reach.lowest().compareTo(highest[0]) < 0) {
                                found.add(turned(origin, reach.lowest(), highest[0]));
                            }
                            reached.merge(origin, reach.highest(), LogTurns::max);
                        });
                        highest[0] = max(highest[0], segment.highest);
                    });
        });
        return found.stream();
    }

    /** Against what was seen before, in whichever partition: a server that wrote to the log just then may come late. */
    private Stream<String> since(LogProgress progress) {
        String end = progress.end().orElse("");
        return segments.stream()
                .flatMap(segment -> segment.reaches.entrySet().stream())
                .filter(one -> !isCurrent(one.getKey(), progress)
                        && one.getValue().lowest().compareTo(end) < 0)
                .map(one -> turned(one.getKey(), one.getValue().lowest(), end));
    }

    private static boolean isCurrent(Origin origin, LogProgress progress) {
        Server server = progress.servers().get(origin.name());
        return origin.server()
                ? server != null && server.seen() == Seen.LATEST
                : progress.snapshot().equals(Optional.of(origin.name()));
    }

    private static String turned(Origin origin, String place, String after) {
        return origin.words() + (origin.server() ? " from " + place + " on" : "") + " come after the place " + after;
    }

    private static String max(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
