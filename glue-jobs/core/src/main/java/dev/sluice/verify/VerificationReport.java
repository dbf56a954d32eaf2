package dev.sluice.verify;

import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a verification of one table found.
 *
 * @param table the table
 * @param startedAt when it began, by the clock of the machine
 * @param endedAt when it ended
 * @param comparisons curated first, then the targets in the order of the settings
 */
public record VerificationReport(TableName table, Instant startedAt, Instant endedAt, List<Comparison> comparisons) {

    public VerificationReport {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        comparisons = List.copyOf(comparisons);
    }

    /** Equal where every comparison is. */
    public Verdict verdict() {
        return comparisons.stream().allMatch(comparison -> comparison.verdict() == Verdict.EQUAL)
                ? Verdict.EQUAL
                : Verdict.DIFFERENT;
    }
}
