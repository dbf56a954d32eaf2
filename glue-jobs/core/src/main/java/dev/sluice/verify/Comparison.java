package dev.sluice.verify;

import java.util.List;
import java.util.Objects;

/**
 * What one copy held against its origin came to.
 *
 * @param left the origin, for people
 * @param right the copy, for people
 * @param point the instants compared
 * @param leftRows rows compared of the origin
 * @param rightRows rows compared of the copy
 * @param columns the names of the columns compared
 * @param notCompared the columns left out
 * @param counts all differences, by kind and explanation; empty where there is none
 * @param differences the first of them, unexplained ones before the others; at most {@link #MOST_DIFFERENCES}
 * @param notes what a person should know
 */
public record Comparison(
        String left,
        String right,
        ConsistentPoint point,
        long leftRows,
        long rightRows,
        List<String> columns,
        List<NotCompared> notCompared,
        List<Count> counts,
        List<Difference> differences,
        List<String> notes) {

    /** How many differences are listed one by one; all are counted. */
    public static final int MOST_DIFFERENCES = 100;

    public Comparison {
        Objects.requireNonNull(left, "left");
        Objects.requireNonNull(right, "right");
        Objects.requireNonNull(point, "point");
        columns = List.copyOf(columns);
        notCompared = List.copyOf(notCompared);
        counts = List.copyOf(counts);
        differences = List.copyOf(differences);
        notes = List.copyOf(notes);
    }

    /** What narrowing two copies down came to. */
    static Comparison of(
            String left,
            String right,
            ConsistentPoint point,
            List<ComparedColumn> columns,
            List<NotCompared> notCompared,
            Narrowing.Outcome outcome,
            List<String> notes) {
        return new Comparison(
                left,
                right,
                point,
                outcome.leftRows(),
                outcome.rightRows(),
                columns.stream().map(ComparedColumn::name).toList(),
                notCompared,
                outcome.counts(),
                outcome.differences(),
                notes);
    }

    /**
     * How many differences there are of one kind with one explanation.
     *
     * @param keys distinct keys; in a table without primary key, distinct rows
     * @param rows the rows these stand for
     */
    public record Count(
            Difference.Kind kind, java.util.Optional<Difference.Explanation> explanation, long keys, long rows) {
        public Count {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(explanation, "explanation");
        }
    }

    /** Keys that differ and nothing explains it. */
    public long unexplained() {
        return counts.stream()
                .filter(count -> count.explanation().isEmpty())
                .mapToLong(Count::keys)
                .sum();
    }

    /** Keys that differ with an explanation. */
    public long explained() {
        return counts.stream()
                .filter(count -> count.explanation().isPresent())
                .mapToLong(Count::keys)
                .sum();
    }

    /** Whether the copy is what it should be. */
    public Verdict verdict() {
        return unexplained() == 0 ? Verdict.EQUAL : Verdict.DIFFERENT;
    }
}
