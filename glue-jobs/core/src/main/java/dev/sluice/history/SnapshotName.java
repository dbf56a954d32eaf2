package dev.sluice.history;

import dev.sluice.settings.SnapshotPolicy;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name of a snapshot: {@code daily-2026-01-31} or {@code monthly-2026-01}, by the day in UTC on which it was taken.
 *
 * @param kind what it is kept as
 * @param first the day, or the first day of the month
 */
public record SnapshotName(Kind kind, LocalDate first) implements Comparable<SnapshotName> {

    /** What a snapshot is kept as. */
    public enum Kind {
        DAILY("daily-"),
        MONTHLY("monthly-");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** The snapshots that a policy wants of a day. */
    static List<SnapshotName> wanted(SnapshotPolicy policy, LocalDate day) {
        List<SnapshotName> names = new ArrayList<>();
        if (policy.daily() > 0) {
            names.add(new SnapshotName(Kind.DAILY, day));
        }
        if (policy.monthly() > 0) {
            names.add(new SnapshotName(Kind.MONTHLY, day.withDayOfMonth(1)));
        }
        return names;
    }

    /** Whether a policy still keeps it on a day: today's is the first of {@code daily}, this month's of {@code monthly}. */
    boolean isKept(SnapshotPolicy policy, LocalDate day) {
        return switch (kind) {
            case DAILY -> first.isAfter(day.minusDays(policy.daily()));
            case MONTHLY -> first.isAfter(day.withDayOfMonth(1).minusMonths(policy.monthly()));
        };
    }

    /** The name that a text is, if it is one. */
    public static Optional<SnapshotName> find(String text) {
        for (Kind kind : Kind.values()) {
            if (text.startsWith(kind.prefix)) {
                String date = text.substring(kind.prefix.length());
                try {
                    return Optional.of(new SnapshotName(
                            kind,
                            switch (kind) {
                                case DAILY -> LocalDate.parse(date);
                                case MONTHLY -> YearMonth.parse(date).atDay(1);
                            }));
                } catch (DateTimeException other) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public int compareTo(SnapshotName other) {
        int byDay = first.compareTo(other.first);
        return byDay != 0 ? byDay : kind.compareTo(other.kind);
    }

    @Override
    public String toString() {
        return kind.prefix
                + switch (kind) {
                    case DAILY -> first.toString();
                    case MONTHLY -> YearMonth.from(first).toString();
                };
    }
}
