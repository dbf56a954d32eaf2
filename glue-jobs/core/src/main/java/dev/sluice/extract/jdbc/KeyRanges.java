package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Divides a table by ranges of one of its columns, a whole number that leads an index. Each range is one statement on that
 * index, so that none runs for the whole table; on a server that cannot share a view, each has an instant of its own.
 */
final class KeyRanges {

    private static final long ROWS_PER_RANGE = 1_000_000;
    private static final int MOST_RANGES = 1000;

    private KeyRanges() {}

    /** The ranges of the first of these columns that has an order; one reader for all where none has. */
    static PartitionPlan of(JdbcExtraction extraction, JdbcTable table, List<JdbcColumn> columns, OptionalInt ranges) {
        Optional<String> name = columns.stream()
                .map(column -> column.column().name())
                .filter(column -> table.facts().leading().contains(column) && isNumber(table, column))
                .findFirst();
        int wanted = name.isEmpty() ? 1 : ranges.orElseGet(() -> bySize(extraction));
        if (wanted <= 1) {
            return PartitionPlan.WHOLE;
        }
        String column = table.dialect().identifier(name.get());
        List<Optional<Long>> ends = extraction.numbers(
                "SELECT min(" + column + "), max(" + column + ") FROM " + table.from() + " WHERE " + table.filter(), 2);
        if (ends.get(0).isEmpty() || ends.get(1).isEmpty()) {
            return PartitionPlan.WHOLE;
        }
        List<String> conditions = conditions(cuts(ends.get(0).get(), ends.get(1).get(), wanted).stream()
                .map(cut -> table.dialect().position(new Position.Sequence(cut)))
                .toList());
        return conditions.size() == 1
                ? PartitionPlan.WHOLE
                : new PartitionPlan(Optional.of(column + " AS " + PartitionPlan.KEY), conditions);
    }

    private static boolean isNumber(JdbcTable table, String column) {
        return table.facts().columns().stream()
                .anyMatch(facts -> facts.name().equals(column)
                        && facts.order().equals(Optional.of(BookmarkColumns.Kind.SEQUENCE)));
    }

    private static int bySize(Extraction extraction) {
        long rows = extraction.estimate(Window.ALL).rows();
        return (int) Math.min(MOST_RANGES, rows / ROWS_PER_RANGE + 1);
    }

    /** The values at which ranges of equal width begin, but for the first. */
    static List<Long> cuts(long least, long greatest, int ranges) {
        BigInteger begin = BigInteger.valueOf(least);
        BigInteger width = BigInteger.valueOf(greatest).subtract(begin).add(BigInteger.ONE);
        TreeSet<Long> cuts = new TreeSet<>();
        for (int i = 1; i < ranges; i++) {
            BigInteger offset = width.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(ranges));
            if (offset.signum() > 0) {
                cuts.add(begin.add(offset).longValueExact());
            }
        }
        return List.copyOf(cuts);
    }

    /** Half-open ranges that leave no value out, NULL neither. */
    static List<String> conditions(List<String> cuts) {
        if (cuts.isEmpty()) {
            return List.of("1 = 1");
        }
        List<String> conditions = new ArrayList<>();
        conditions.add("(" + PartitionPlan.KEY + " < " + cuts.get(0) + " OR " + PartitionPlan.KEY + " IS NULL)");
        for (int i = 1; i < cuts.size(); i++) {
            conditions.add(
                    PartitionPlan.KEY + " >= " + cuts.get(i - 1) + " AND " + PartitionPlan.KEY + " < " + cuts.get(i));
        }
        conditions.add(PartitionPlan.KEY + " >= " + cuts.get(cuts.size() - 1));
        return conditions;
    }
}
