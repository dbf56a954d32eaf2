package dev.sluice.change;

import dev.sluice.bookmark.LogProgress;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceColumn.Nullability;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.EventFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the records of a batch say as a whole, found in one pass.
 *
 * @param columns of the table: of every version of its schema that occurs, in types that hold the values of all; in the
 *     order of the latest, which is that of the change that is last in the log
 * @param gone the names of those that the latest version does not have
 * @param described the place in the log of the last change of that version; empty where no row occurs
 * @param snapshots the places in the log of the snapshots whose rows occur, in order
 * @param begun those of them whose beginning occurs
 * @param firsts the place in the log of the first change in each partition of the topic that has any
 * @param cleared the place before which nothing is left: of the last snapshot or truncation; empty where neither occurs
 * @param truncation the last of the batch, in the log's order
 * @param changes whether changes occur that are no rows of a snapshot
 * @param servers how far the changes of each server have been followed after these
 * @param turn what comes after what although its places in the log are lower; empty where the log goes on
 * @param readable records that are changes
 * @param unreadable records that are no event
 * @param unplaced why a change cannot be put in order; empty where all can
 * @param example why the first of these is none; empty where all are
 */
public record EventSurvey(
        List<SourceColumn> columns,
        Set<String> gone,
        Optional<String> described,
        SortedSet<String> snapshots,
        Set<String> begun,
        Map<Integer, String> firsts,
        Optional<String> cleared,
        Optional<LogProgress.Truncation> truncation,
        boolean changes,
        SortedMap<String, LogProgress.Server> servers,
        Optional<String> turn,
        long readable,
        long unreadable,
        Optional<String> unplaced,
        Optional<String> example) {

    /** One version of a table's schema, and where it was seen last. */
    private static final class Version implements Serializable {
        private final List<Found> columns;
        /** With a transaction, and without one: where that is placed is known once all snapshots are. */
        private Place ordered;

        private Place first;

        Version(List<Found> columns) {
            this.columns = columns;
        }

        void seen(LogPosition position) {
            Place place = Place.of(position);
            if (position.transaction().isPresent()) {
                ordered = ordered == null || ordered.text("").compareTo(place.text("")) < 0 ? place : ordered;
            } else {
                first = first == null || first.text("").compareTo(place.text("")) < 0 ? place : first;
            }
        }

        String last(String snapshot) {
            return Stream.of(Optional.ofNullable(ordered), Optional.ofNullable(first))
                    .flatMap(Optional::stream)
                    .map(place -> place.text(snapshot))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** A column as one version has it. */
    private record Found(String name, String sourceType, String rawType, Nullability nullability)
            implements Serializable {
        SourceColumn column() {
            ColumnType type = ColumnType.of(rawType);
            return new SourceColumn(name, sourceType, type, type, nullability, Optional.empty());
        }
    }

    /** A place in the log; its transaction is null for the first after a snapshot. */
    private record Place(String transaction, LogPosition.Kind kind, String within) implements Serializable {
        static Place of(LogPosition position) {
            return new Place(position.transaction().orElse(null), position.kind(), position.within());
        }

        String text(String snapshot) {
            return new LogPosition(Optional.ofNullable(transaction), kind, within).text(snapshot);
        }
    }

    /** A change's place, and at which offset of its partition it is. */
    private record First(long offset, Place place) implements Serializable {
        static First earlier(First one, First other) {
            return one.offset <= other.offset ? one : other;
        }
    }

    /** All rows went; the time is null where the event does not tell it. */
    private record Truncated(Place place, Long millis) implements Serializable {}

    /** What one partition of the records says. */
    private static final class Part implements Serializable {
        private final List<Version> versions = new ArrayList<>();
        private final TreeSet<String> snapshots = new TreeSet<>();
        private final List<Truncated> truncations = new ArrayList<>();
        private final LogTurns turns;
        private final Set<String> begun = new HashSet<>();
        private final Map<Integer, First> firsts = new HashMap<>();
        private boolean changes;
        private long readable;
        private long unreadable;
        private String unplaced;
        private String example;

        Part(LogTurns turns) {
            this.turns = turns;
        }
    }

    /**
     * Surveys records of {@link Events#SCHEMA}.
     *
     * @param before how far the log was followed before them
     */
    public static EventSurvey of(Dataset<Row> events, EventFormat format, LogProgress before) {
        List<Part> parts = events.javaRDD()
                .mapPartitions(new Surveyor(format, new LogTurns(before)))
                .collect();
        return merged(parts, before);
    }

    /** @param turns empty, of what was seen before */
    private record Surveyor(EventFormat format, LogTurns turns) implements FlatMapFunction<Iterator<Row>, Part> {
        @Override
        public Iterator<Part> call(Iterator<Row> events) {
            Part part = new Part(turns);
            Change.Reader reader = new Change.Reader(format);
            Map<EventType, Version> seen = new LinkedHashMap<>();
            while (events.hasNext()) {
                Row event = events.next();
                try {
                    read(reader, event).ifPresent(change -> {
                        int partition = event.getInt(event.fieldIndex(Events.PARTITION));
                        long offset = event.getLong(event.fieldIndex(Events.OFFSET));
                        note(part, seen, change);
                        part.firsts.merge(partition, new First(offset, Place.of(change.position())), First::earlier);
                        part.turns.seen(partition, offset, change);
                    });
                } catch (UnreadableEventException unreadable) {
                    part.unreadable++;
                    if (unreadable instanceof UnplacedEventException && part.unplaced == null) {
                        part.unplaced = unreadable.getMessage();
                    }
                    if (part.example == null) {
                        part.example = "partition " + event.getInt(event.fieldIndex(Events.PARTITION)) + " offset "
                                + event.getLong(event.fieldIndex(Events.OFFSET)) + " " + unreadable.getMessage();
                    }
                }
            }
            part.versions.addAll(seen.values());
            return List.of(part).iterator();
        }

        private static void note(Part part, Map<EventType, Version> seen, Change change) {
            part.readable++;
            if (change.position().kind() == LogPosition.Kind.SNAPSHOT) {
                String place = change.position().transaction().orElseThrow();
                part.snapshots.add(place);
                if (change.beginsSnapshot()) {
                    part.begun.add(place);
                }
            } else {
                part.changes = true;
            }
            if (change.operation().equals("t")) {
                part.truncations.add(new Truncated(
                        Place.of(change.position()), change.millis().orElse(null)));
            }
            change.row().ifPresent(row -> seen.computeIfAbsent(row.type(), type -> new Version(columns(type)))
                    .seen(change.position()));
        }
    }

    /** Reads a record of {@link Events#SCHEMA}. */
    static Optional<Change> read(Change.Reader reader, Row event) throws UnreadableEventException {
        return reader.read(
                event.getAs(Events.KEY),
                event.getAs(Events.VALUE),
                Optional.ofNullable(event.getAs(Events.KEY_SCHEMA)),
                Optional.ofNullable(event.getAs(Events.VALUE_SCHEMA)));
    }

    static List<SourceColumn> sourceColumns(EventType row) {
        return columns(row).stream().map(Found::column).toList();
    }

    private static List<Found> columns(EventType row) {
        List<Found> columns = new ArrayList<>();
        for (EventType.Field field : row.fields()) {
            columns.add(new Found(
                    field.name(),
                    field.type().words(),
                    ValueMapping.rawType(field.type()).ddl(),
                    field.type().nullability() == EventType.Nullability.NULLABLE
                            ? Nullability.NULLABLE
                            : Nullability.NOT_NULL));
        }
        return columns;
    }

    /** The last of the snapshots' beginnings and the truncations. */
    private static Optional<String> cleared(
            SortedSet<String> snapshots, Optional<LogProgress.Truncation> truncation, LogProgress before) {
        Optional<String> last = last(snapshots, before);
        return Stream.concat(
                        last.filter(place -> !before.snapshot().equals(last)).map(LogPosition::beginning).stream(),
                        truncation.map(LogProgress.Truncation::place).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<LogProgress.Truncation> truncation(List<Part> parts, String snapshot) {
        return LogProgress.NONE.lastTruncation(parts.stream()
                .flatMap(part -> part.truncations.stream())
                .map(one -> new LogProgress.Truncation(one.place.text(snapshot), Optional.ofNullable(one.millis))));
    }

    private static EventSurvey merged(List<Part> parts, LogProgress before) {
        SortedSet<String> snapshots = new TreeSet<>();
        List<Version> versions = new ArrayList<>();
        Set<String> begun = new HashSet<>();
        Map<Integer, First> firsts = new HashMap<>();
        parts.forEach(part -> {
            snapshots.addAll(part.snapshots);
            begun.addAll(part.begun);
            part.firsts.forEach((partition, first) -> firsts.merge(partition, first, First::earlier));
            versions.addAll(part.versions);
        });
        String snapshot = last(snapshots, before).orElse("");
        // The latest first, for its order; the name of a column that went then follows those that are there.
        versions.sort(Comparator.comparing((Version version) -> version.last(snapshot))
                .reversed());
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        for (Version version : versions) {
            for (Found found : version.columns) {
                columns.merge(found.name(), found.column(), EventSurvey::wider);
            }
        }
        Set<String> gone = new LinkedHashSet<>(columns.keySet());
        versions.stream()
                .limit(1)
                .flatMap(version -> version.columns.stream())
                .forEach(found -> gone.remove(found.name()));
        Optional<LogProgress.Truncation> truncation = truncation(parts, snapshot);
        LogTurns turns = parts.stream().map(part -> part.turns).reduce(new LogTurns(before), LogTurns::with);
        return new EventSurvey(
                List.copyOf(columns.values()),
                gone,
                versions.stream().findFirst().map(version -> version.last(snapshot)),
                snapshots,
                begun,
                firsts.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, first -> first.getValue()
                        .place()
                        .text(snapshot))),
                cleared(snapshots, truncation, before),
                truncation,
                parts.stream().anyMatch(part -> part.changes),
                turns.after(before),
                turns.find(before),
                parts.stream().mapToLong(part -> part.readable).sum(),
                parts.stream().mapToLong(part -> part.unreadable).sum(),
                parts.stream()
                        .flatMap(part -> Optional.ofNullable(part.unplaced).stream())
                        .findFirst(),
                parts.stream()
                        .flatMap(part -> Optional.ofNullable(part.example).stream())
                        .findFirst());
    }

    /** The later of two versions of a column, in a type that holds the values of both. */
    public static SourceColumn wider(SourceColumn latest, SourceColumn earlier) {
        ColumnType type = ValueMapping.wider(latest.rawType(), earlier.rawType());
        return new SourceColumn(
                latest.name(),
                latest.sourceType(),
                type,
                type,
                latest.nullability() == Nullability.NULLABLE ? Nullability.NULLABLE : earlier.nullability(),
                latest.note());
    }

    /**
     * The last snapshot, where it is another than the one that was seen last and lies before what was seen, although these
     * events are the log from its beginning on; empty where they go on.
     */
    public Optional<String> snapshotBefore(LogProgress seen) {
        return last(snapshots, LogProgress.NONE)
                .filter(place -> !seen.snapshot().equals(Optional.of(place)))
                .filter(place ->
                        seen.end().filter(end -> place.compareTo(end) < 0).isPresent())
                .map(place -> "the snapshot at " + place + " comes after the place "
                        + seen.end().orElseThrow());
    }

    /**
     * What keeps these events from being the table's whole state; empty where they are. A partition whose first records are
     * gone has all rows of the last snapshot if what it begins with lies before that in the log: the snapshot's rows came
     * after it. One that begins with a row of the snapshot is trusted where the row that began the snapshot is there. A row
     * that ended it is no proof: it may be the only one of the table, or the only one that is left.
     *
     * @param cut the topic's partitions whose first records are gone
     */
    public Optional<String> lacking(Set<Integer> cut) {
        if (cut.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> snapshot = last(snapshots, LogProgress.NONE);
        if (snapshot.isEmpty()) {
            return Optional.of("no snapshot begins in those that are left");
        }
        return cut.stream()
                .sorted()
                .flatMap(partition -> lacking(partition, snapshot.get()).stream())
                .findFirst();
    }

    private Optional<String> lacking(int partition, String snapshot) {
        String first = firsts.get(partition);
        String beginning = LogPosition.beginning(snapshot);
        if (first == null) {
            return Optional.of("partition " + partition
                    + " has no change left that tells whether rows of the snapshot at " + snapshot + " were in it");
        }
        if (first.compareTo(beginning) < 0) {
            return Optional.empty();
        }
        if (!first.startsWith(beginning)) {
            return Optional.of("partition " + partition + " begins after the snapshot at " + snapshot);
        }
        return begun.contains(snapshot)
                ? Optional.empty()
                : Optional.of("no snapshot begins in those that are left: the first row of the one at " + snapshot
                        + " is not there");
    }

    private static Optional<String> last(SortedSet<String> snapshots, LogProgress before) {
        return Stream.concat(snapshots.stream(), before.snapshot().stream()).max(Comparator.naturalOrder());
    }

    /** How far the log has been followed after this batch, given how far it was before. */
    public LogProgress after(LogProgress before) {
        Optional<String> last = last(snapshots, before);
        LogProgress.Phase phase = changes
                ? LogProgress.Phase.STREAM
                : last.equals(before.snapshot()) ? before.phase() : LogProgress.Phase.SNAPSHOT;
        return new LogProgress(last, phase, before.lastTruncation(truncation.stream()), servers);
    }
}
