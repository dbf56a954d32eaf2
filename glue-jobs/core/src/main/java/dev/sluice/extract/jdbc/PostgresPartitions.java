package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Divides a window of PostgreSQL by ranges of pages, or by ranges of the bookmark. */
final class PostgresPartitions {

    private static final long ROWS_FOR_TWO = 100_000;
    private static final long ROWS_FOR_FOUR = 1_000_000;
    private static final int RANGE_SCAN_VERSION = 140_000;

    private PostgresPartitions() {}

    /** Plans a window as the snapshot sees it. */
    static PartitionPlan of(JdbcExtraction extraction, JdbcTable table, Window window) {
        int readers = table.extract()
                .parallelism()
                .orElseGet(() ->
                        readers(extraction.ask(connection -> PostgresDialect.plannedRows(connection, table, window))));
        if (readers <= 1) {
            return PartitionPlan.WHOLE;
        }
        boolean indexed = table.bookmark()
                .filter(bookmark -> table.facts().leading().containsAll(bookmark.columns()))
                .isPresent();
        boolean places = table.facts().isIndexable()
                && table.facts().access() == RelationFacts.Access.WHOLE
                && table.facts().serverVersion() >= RANGE_SCAN_VERSION;
        boolean asked =
                table.extract().parallelism().isPresent() && table.bookmark().isPresent();
        if (indexed && window.from().isPresent() || !places && (indexed || asked)) {
            return byBookmark(extraction, table, window, readers);
        }
        return places ? byPlace(extraction, table, readers) : PartitionPlan.WHOLE;
    }

    private static int readers(long rows) {
        if (rows < ROWS_FOR_TWO) {
            return 1;
        }
        return rows < ROWS_FOR_FOUR ? 2 : 4;
    }

    /** Ranges of pages; in a partitioned or inherited table the same ranges of each part. */
    private static PartitionPlan byPlace(JdbcExtraction extraction, JdbcTable table, int readers) {
        long oid = table.facts().id();
        List<Optional<Long>> size = extraction.numbers(
                "SELECT max(pg_relation_size(oid)) / current_setting('block_size')::int,"
                        + " count(*) FILTER (WHERE relkind = 'f') FROM pg_class WHERE relkind IN ('r', 'm', 'f') AND (oid = "
                        + oid + " OR oid IN (SELECT relid FROM pg_partition_tree(" + oid + ")))",
                2);
        long pages = size.get(0).orElse(0L);
        if (size.get(1).orElse(0L) > 0 || pages < readers) {
            return PartitionPlan.WHOLE;
        }
        List<String> cuts = new ArrayList<>();
        for (int i = 1; i < readers; i++) {
            cuts.add("'(" + pages * i / readers + ",0)'::tid");
        }
        return new PartitionPlan(Optional.of("ctid AS " + PartitionPlan.ROW), ranges(PartitionPlan.ROW, cuts, ""));
    }

    private static PartitionPlan byBookmark(JdbcExtraction extraction, JdbcTable table, Window window, int readers) {
        BookmarkColumns bookmark = table.bookmark().orElseThrow();
        TypeMapping ends = PostgresTypes.map(
                switch (bookmark.kind()) {
                    case INSTANT -> builtIn("timestamptz");
                    case WALL_CLOCK -> builtIn("timestamp");
                    case DAY -> builtIn("date");
                    case SEQUENCE -> builtIn("int8");
                },
                table.facts().serverVersion());
        List<Optional<Long>> range = extraction.numbers(
                "SELECT " + ends.select().apply("min(" + bookmark.value() + ")") + ", "
                        + ends.select().apply("max(" + bookmark.value() + ")") + " FROM " + table.from() + " WHERE "
                        + table.condition(window),
                2);
        if (range.get(0).isEmpty() || range.get(1).isEmpty()) {
            return PartitionPlan.WHOLE;
        }
        BigInteger least = BigInteger.valueOf(range.get(0).get());
        BigInteger width = BigInteger.valueOf(range.get(1).get()).subtract(least);
        TreeSet<Long> values = new TreeSet<>();
        for (int i = 1; i < readers; i++) {
            values.add(least.add(width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(readers)))
                    .longValueExact());
        }
        List<String> cuts = values.stream()
                .map(value -> bookmark.sql(table.name(), position(bookmark.kind(), value)))
                .toList();
        return new PartitionPlan(
                Optional.of(bookmark.value() + " AS " + PartitionPlan.BOOKMARK),
                ranges(PartitionPlan.BOOKMARK, cuts, " OR " + PartitionPlan.BOOKMARK + " IS NULL"));
    }

    /** Half-open ranges between the cuts; the first has no lower end and the last no upper one. */
    private static List<String> ranges(String column, List<String> cuts, String alsoFirst) {
        List<String> ranges = new ArrayList<>();
        ranges.add("(" + column + " < " + cuts.get(0) + alsoFirst + ")");
        for (int i = 1; i < cuts.size(); i++) {
            ranges.add(column + " >= " + cuts.get(i - 1) + " AND " + column + " < " + cuts.get(i));
        }
        ranges.add(column + " >= " + cuts.get(cuts.size() - 1));
        return List.copyOf(ranges);
    }

    private static Position position(BookmarkColumns.Kind kind, long value) {
        return switch (kind) {
            case INSTANT -> new Position.At(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
            case WALL_CLOCK -> new Position.WallClock(
                    LocalDateTime.ofInstant(Instant.EPOCH.plus(value, ChronoUnit.MICROS), ZoneOffset.UTC));
            case DAY -> new Position.Day(LocalDate.ofEpochDay(value));
            case SEQUENCE -> new Position.Sequence(value);
        };
    }

    private static PostgresType builtIn(String name) {
        return new PostgresType(name, "pg_catalog", 'b', PostgresType.Shape.SCALAR, -1, name);
    }
}
