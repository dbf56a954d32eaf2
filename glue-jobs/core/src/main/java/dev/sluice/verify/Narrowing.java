package dev.sluice.verify;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.asc_nulls_first;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.verify.Difference.Explanation;
import dev.sluice.verify.Difference.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Holds two sides against each other: first rows and checksum per bucket, then the keys of the buckets that differ, joined
 * in Spark, then the rows of the first keys that differ. Equal sides cost the first step only.
 */
final class Narrowing {

    private static final String KIND = "kind";
    private static final String EXPLANATION = "explanation";
    private static final String DIFFERENT_ROWS = "different_rows";
    private static final String QUARANTINED_ROWS = "q";
    /** Rows fetched per listed key: a key with more is told by their number. */
    private static final int ROWS_PER_KEY = 3;

    private final List<ComparedColumn> columns;
    private final List<Integer> key;

    Narrowing(List<ComparedColumn> columns, List<Integer> key) {
        this.columns = columns;
        this.key = key;
    }

    /** What was found. */
    record Outcome(long leftRows, long rightRows, List<Comparison.Count> counts, List<Difference> differences) {}

    /**
     * Compares.
     *
     * @param quarantined {@code kh} and {@code rh} of rows of the left side that lie in quarantine; empty where there are
     *     none
     */
    Outcome compare(Side left, Side right, Optional<Dataset<Row>> quarantined) {
        Map<Long, Side.Bucket> leftBuckets = left.buckets();
        Map<Long, Side.Bucket> rightBuckets = right.buckets();
        Set<Long> buckets = new TreeSet<>(leftBuckets.keySet());
        buckets.addAll(rightBuckets.keySet());
        buckets.removeIf(bucket ->
                Optional.ofNullable(leftBuckets.get(bucket)).equals(Optional.ofNullable(rightBuckets.get(bucket))));
        long leftRows = rows(leftBuckets.values());
        long rightRows = rows(rightBuckets.values());
        if (buckets.isEmpty()) {
            return new Outcome(leftRows, rightRows, List.of(), List.of());
        }
        Dataset<Row> differing = differing(left, right, buckets, quarantined).persist(StorageLevel.MEMORY_AND_DISK());
        try {
            List<Comparison.Count> counts = differing
                    .groupBy(KIND, EXPLANATION)
                    .agg(count(lit(1)), sum(DIFFERENT_ROWS))
                    .orderBy(asc_nulls_first(EXPLANATION), col(KIND))
                    .collectAsList()
                    .stream()
                    .map(row -> new Comparison.Count(
                            Kind.valueOf(row.getString(0)),
                            explanation(row.getString(1)),
                            row.getLong(2),
                            row.getLong(3)))
                    .toList();
            List<Row> first = differing
                    .orderBy(asc_nulls_first(EXPLANATION), col(KIND), col(Side.KEY))
                    .limit(Comparison.MOST_DIFFERENCES)
                    .collectAsList();
            return new Outcome(leftRows, rightRows, counts, describe(first, left, right));
        } finally {
            differing.unpersist();
        }
    }

    private static long rows(Collection<Side.Bucket> buckets) {
        return buckets.stream().mapToLong(Side.Bucket::rows).sum();
    }

    private static Optional<Explanation> explanation(String name) {
        return Optional.ofNullable(name).map(Explanation::valueOf);
    }

    private Dataset<Row> differing(Side left, Side right, Set<Long> buckets, Optional<Dataset<Row>> quarantined) {
        Dataset<Row> one = left.keys(buckets);
        Dataset<Row> other = right.keys(buckets)
                .select(
                        col(Side.KEY),
                        col(Side.ROWS).as("other_n"),
                        col(Side.SUM).as("other_s"));
        Dataset<Row> joined = one.join(other, new String[] {Side.KEY}, "full_outer")
                .filter(not(col(Side.ROWS)
                        .eqNullSafe(col("other_n"))
                        .and(col(Side.SUM).eqNullSafe(col("other_s")))));
        Column more = coalesce(col(Side.ROWS), lit(0L)).minus(coalesce(col("other_n"), lit(0L)));
        Column kind = when(more.gt(0), Kind.MISSING.name())
                .when(more.lt(0), Kind.EXTRA.name())
                .otherwise(Kind.DIFFERENT.name());
        Column inQuarantine = lit(false);
        if (quarantined.isPresent()) {
            // With a key, the row that the source has must be the one that was put there; without, as many rows.
            Dataset<Row> hashes = key.isEmpty()
                    ? quarantined.get().groupBy(Side.KEY).agg(count(lit(1)).as(QUARANTINED_ROWS))
                    : quarantined
                            .get()
                            .select(col(Side.KEY), col("rh").as(Side.SUM))
                            .distinct()
                            .withColumn(QUARANTINED_ROWS, lit(1L));
            joined = joined.join(
                    hashes, key.isEmpty() ? new String[] {Side.KEY} : new String[] {Side.KEY, Side.SUM}, "left_outer");
            inQuarantine = coalesce(col(QUARANTINED_ROWS).geq(more), lit(false)).and(more.geq(0));
        }
        Column explained = when(inQuarantine, Explanation.QUARANTINED.name())
                .when(coalesce(col(Side.PENDING), lit(false)), Explanation.NEXT_RUN.name());
        return joined.select(
                col(Side.KEY),
                kind.as(KIND),
                explained.as(EXPLANATION),
                greatest(abs(more), lit(1L)).as(DIFFERENT_ROWS));
    }

    private List<Difference> describe(List<Row> first, Side left, Side right) {
        Set<Long> keys = new HashSet<>();
        first.forEach(row -> keys.add(row.getLong(0)));
        int limit = ROWS_PER_KEY * Comparison.MOST_DIFFERENCES;
        Map<Long, List<Side.Found>> leftRows = byKey(left.rows(keys, limit));
        Map<Long, List<Side.Found>> rightRows = byKey(right.rows(keys, limit));
        List<Difference> differences = new ArrayList<>();
        for (Row row : first) {
            List<Side.Found> one = leftRows.getOrDefault(row.getLong(0), List.of());
            List<Side.Found> other = rightRows.getOrDefault(row.getLong(0), List.of());
            Kind kind = Kind.valueOf(row.getString(1));
            differences.add(new Difference(
                    kind, key(one, other), row.getLong(3), values(kind, one, other), explanation(row.getString(2))));
        }
        return differences;
    }

    private static Map<Long, List<Side.Found>> byKey(List<Side.Found> rows) {
        return rows.stream().collect(Collectors.groupingBy(Side.Found::key));
    }

    private Map<String, String> key(List<Side.Found> one, List<Side.Found> other) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Side.Found> any = one.isEmpty() ? other : one;
        for (int place : any.isEmpty() ? List.<Integer>of() : key) {
            values.put(columns.get(place).name(), text(any, place).orElse("NULL"));
        }
        return values;
    }

    private List<Difference.Values> values(Kind kind, List<Side.Found> one, List<Side.Found> other) {
        List<Difference.Values> values = new ArrayList<>();
        boolean pair = kind == Kind.DIFFERENT && one.size() == 1 && other.size() == 1;
        for (int place = 0; place < columns.size() && (pair || key.isEmpty()); place++) {
            Optional<String> left = text(one, place);
            Optional<String> right = text(other, place);
            if (!pair || !left.equals(right)) {
                values.add(new Difference.Values(columns.get(place).name(), left, right));
            }
        }
        return values;
    }

    private Optional<String> text(List<Side.Found> rows, int place) {
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(rows.get(0).texts().get(place))
                        .map(columns.get(place).form()::shown);
    }
}
