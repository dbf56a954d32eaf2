package dev.sluice.curate;

import static dev.sluice.SparkNames.quoted;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.change.ChangeColumns;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.TableSettings;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A window of bookmark positions as a condition on curated rows. */
public final class WindowCondition {

    private static final Set<String> KEEPING =
            Set.of("smallint", "int", "bigint", "date", "timestamp", "timestamp_ntz");

    private WindowCondition() {}

    /**
     * The condition, from included, to excluded. Throws {@code REQUEST_INVALID} where the bookmark is not one column that
     * curated keeps as the source has it.
     */
    static String of(TableSettings settings, Window window, ZoneId zone) {
        if (settings.extract().events().isPresent()) {
            return ofOffsets(window);
        }
        List<String> bookmark = settings.extract().bookmark().orElseThrow().columns();
        ColumnSettings column = settings.schema().columns().stream()
                .filter(candidate -> bookmark.size() == 1
                        && candidate.sourceName().equals(bookmark.get(0))
                        && KEEPING.contains(candidate.type().ddl())
                        && candidate.expression().isEmpty()
                        && candidate.defaultValue().isEmpty())
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot read a range of append table " + settings.name()
                                + " again: curated does not keep its bookmark column " + bookmark
                                + " as it is, so the rows that are there already cannot be told. Add the column to"
                                + " schema.columns, or rebuild with 'sluice bookmark rewind " + settings.name()
                                + " --to-start'"));
        String name = quoted(column.name());
        List<String> conditions = new ArrayList<>();
        window.from().ifPresent(from -> conditions.add(name + " >= " + literal(from, column, zone)));
        window.to().ifPresent(to -> conditions.add(name + " < " + literal(to, column, zone)));
        return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
    }

    /** The rows of files, by the column of curated that keeps the file's key. */
    static String ofFiles(TableSettings settings, List<String> keys) {
        ColumnSettings column = settings.schema().columns().stream()
                .filter(FileColumns::keepsFile)
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.SETTINGS_INVALID,
                        "Cannot replace rows of append table " + settings.name()
                                + ": curated does not keep the file's key. Add a column with source " + FileColumns.FILE
                                + " to schema.columns"));
        return keys.stream()
                .map(key -> "'" + key.replace("\\", "\\\\").replace("'", "\\'") + "'")
                .collect(Collectors.joining(", ", quoted(column.name()) + " IN (", ")"));
    }

    /**
     * The condition that a row's bookmark lies below a position, or that it has none. Throws {@code REQUEST_INVALID} where
     * curated does not keep each of the bookmark's columns as the source has it.
     */
    public static String below(TableSettings settings, Position end, ZoneId zone) {
        List<String> conditions = new ArrayList<>();
        for (String name : settings.extract().bookmark().orElseThrow().columns()) {
            ColumnSettings column = settings.schema().columns().stream()
                    .filter(candidate -> isKept(candidate, name))
                    .findFirst()
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.REQUEST_INVALID,
                            "Cannot tell which rows of table " + settings.name()
                                    + " may be too new for what its source shows: curated does not keep bookmark column "
                                    + name + " as it is. Add the column to schema.columns, or read from the one server"
                                    + " that writes with a role that sees all transactions"));
            conditions.add("(`" + column.name() + "` IS NULL OR `" + column.name() + "` < " + literal(end, column, zone)
                    + ")");
        }
        return String.join(" AND ", conditions);
    }

    private static boolean isKept(ColumnSettings column, String source) {
        return column.sourceName().equals(source)
                && KEEPING.contains(column.type().ddl())
                && column.expression().isEmpty()
                && column.defaultValue().isEmpty()
                && column.masking().isEmpty();
    }

    /** Partitions that a position does not name had no records yet. */
    private static String ofOffsets(Window window) {
        SortedSet<Integer> partitions = new TreeSet<>();
        window.from()
                .ifPresent(from ->
                        partitions.addAll(((Position.Offsets) from).next().keySet()));
        window.to()
                .ifPresent(
                        to -> partitions.addAll(((Position.Offsets) to).next().keySet()));
        List<String> conditions = new ArrayList<>();
        for (int partition : partitions) {
            List<String> parts = new ArrayList<>(List.of(ChangeColumns.PARTITION + " = " + partition));
            window.from()
                    .ifPresent(from -> parts.add(ChangeColumns.OFFSET + " >= "
                            + ((Position.Offsets) from).next().getOrDefault(partition, 0L)));
            window.to()
                    .ifPresent(to -> parts.add(ChangeColumns.OFFSET + " < "
                            + ((Position.Offsets) to).next().getOrDefault(partition, 0L)));
            conditions.add("(" + String.join(" AND ", parts) + ")");
        }
        if (window.to().isEmpty() && !partitions.isEmpty()) {
            // A partition that the topic has gained since lies after every earlier place.
            conditions.add(ChangeColumns.PARTITION + " > " + partitions.last());
        }
        return conditions.isEmpty() ? "true" : String.join(" OR ", conditions);
    }

    private static String literal(Position position, ColumnSettings column, ZoneId zone) {
        if (position instanceof Position.At at) {
            return column.type().ddl().equals("timestamp_ntz")
                    ? "timestamp_ntz'" + LocalDateTime.ofInstant(at.instant(), zone) + "'"
                    : "timestamp'" + at.instant() + "'";
        }
        if (position instanceof Position.WallClock clock) {
            return column.type().ddl().equals("timestamp")
                    ? "timestamp'" + clock.time().atZone(zone).toInstant() + "'"
                    : "timestamp_ntz'" + clock.time() + "'";
        }
        if (position instanceof Position.Day day) {
            return "date'" + day.date() + "'";
        }
        return String.valueOf(((Position.Sequence) position).value());
    }
}
