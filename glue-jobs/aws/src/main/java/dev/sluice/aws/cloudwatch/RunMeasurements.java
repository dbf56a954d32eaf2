package dev.sluice.aws.cloudwatch;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadReport.TargetOutcome;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What runs and the ledger after them say in numbers. Delays come from the ledger, so a table that failed has its own. */
public final class RunMeasurements {

    private static final FreshnessSettings DEFAULTS =
            new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE);

    private final BookmarkStore bookmarks;
    private final Function<TableName, Optional<TableSettings>> settings;

    /**
     * @param settings finds a table's item, whose limits count; where there is none, or none that can be used, the defaults
     *     do
     */
    public RunMeasurements(BookmarkStore bookmarks, Function<TableName, Optional<TableSettings>> settings) {
        this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /** The measurements of an ingest run. */
    public List<Measurement> of(RunReport report) {
        List<Measurement> measured = new ArrayList<>();
        for (TableOutcome outcome : report.tables()) {
            TableName table = outcome.table();
            bookmarks.load(table).readPoint().ifPresent(point -> {
                Duration delay = Duration.between(point, report.endedAt());
                measured.add(Measurement.of(Metric.LAKE_DELAY_MINUTES, table, minutes(delay)));
                measured.add(Measurement.of(
                        Metric.LAKE_DELAY_OVER_LIMIT_MINUTES,
                        table,
                        over(delay, limits(table).lake())));
            });
            measured.add(Measurement.of(Metric.ROWS_INGESTED, table, count(outcome.batch(), BatchRecord::rows)));
            measured.add(
                    Measurement.of(Metric.ROWS_QUARANTINED, table, count(outcome.batch(), BatchRecord::quarantined)));
        }
        bySource(report.tables(), TableOutcome::table).forEach((source, outcomes) -> {
            measured.add(failed(source, outcomes, TableOutcome::failure));
            measured.add(Measurement.of(
                    Metric.RUN_SECONDS, source, seconds(Duration.between(report.startedAt(), report.endedAt()))));
            measured.add(Measurement.of(Metric.RUNS_COMPLETED, source, 1));
        });
        return measured;
    }

    /** The measurements of a load run over these tables, of which some have no targets. */
    public List<Measurement> of(LoadReport report, Collection<TableName> tables) {
        List<Measurement> measured = new ArrayList<>();
        report.targets().stream()
                .collect(Collectors.groupingBy(TargetOutcome::table, TreeMap::new, Collectors.toList()))
                .forEach((table, targets) -> completeAsOf(table, targets).ifPresent(point -> {
                    Duration delay = Duration.between(point, report.endedAt());
                    measured.add(Measurement.of(Metric.DATABASE_DELAY_MINUTES, table, minutes(delay)));
                    measured.add(Measurement.of(
                            Metric.DATABASE_DELAY_OVER_LIMIT_MINUTES,
                            table,
                            over(delay, limits(table).database())));
                }));
        bySource(report.targets(), TargetOutcome::table)
                .forEach((source, targets) -> measured.add(failed(source, targets, TargetOutcome::failure)));
        bySource(tables, Function.identity())
                .keySet()
                .forEach(source -> measured.add(Measurement.of(Metric.LOADS_COMPLETED, source, 1)));
        return measured;
    }

    private FreshnessSettings limits(TableName table) {
        try {
            return settings.apply(table).map(TableSettings::freshness).orElse(DEFAULTS);
        } catch (SluiceException unusable) {
            if (unusable.code() != ErrorCode.SETTINGS_INVALID) {
                throw unusable;
            }
            // The run has failed the table for it; how late it is counts all the more.
            return DEFAULTS;
        }
    }

    /** The earliest of the targets' times; empty until each of them has one. */
    private Optional<Instant> completeAsOf(TableName table, List<TargetOutcome> targets) {
        TableState state = bookmarks.load(table);
        Map<String, LoadRecord> loads =
                bookmarks.loads(table).stream().collect(Collectors.toMap(LoadRecord::target, Function.identity()));
        List<Instant> points = targets.stream()
                .map(target -> Optional.ofNullable(loads.get(target.load().target() + ":"
                        + target.load().schema() + "." + target.load().table())))
                .flatMap(load -> load.flatMap(known -> known.completeAsOf(state)).stream())
                .sorted()
                .toList();
        return points.size() < targets.size()
                ? Optional.empty()
                : points.stream().findFirst();
    }

    private static <T> Map<String, List<T>> bySource(Collection<T> outcomes, Function<T, TableName> table) {
        return outcomes.stream()
                .collect(Collectors.groupingBy(
                        outcome -> table.apply(outcome).source(), TreeMap::new, Collectors.toList()));
    }

    /** Without those that another run works on: they are late at worst, which their delay says. */
    private static <T> Measurement failed(String source, List<T> outcomes, Function<T, Optional<Failure>> failure) {
        return Measurement.of(
                Metric.TABLES_FAILED,
                source,
                outcomes.stream()
                        .flatMap(outcome -> failure.apply(outcome).stream())
                        .filter(known -> known.code() != ErrorCode.LEASE_HELD)
                        .count());
    }

    private static double count(Optional<BatchRecord> batch, Function<BatchRecord, Long> rows) {
        return batch.map(rows).orElse(0L);
    }

    private static double over(Duration delay, Duration limit) {
        return Math.max(0, minutes(delay.minus(limit)));
    }

    private static double minutes(Duration duration) {
        return seconds(duration) / 60;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
