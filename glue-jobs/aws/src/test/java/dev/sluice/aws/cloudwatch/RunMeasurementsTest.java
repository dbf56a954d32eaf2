package dev.sluice.aws.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.load.LoadOutcome;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadReport.TargetOutcome;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.TableOutcome.Status;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.testing.InMemoryBookmarkStore;
import dev.sluice.testing.Items;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunMeasurementsTest {

    private static final Instant START = Instant.parse("2026-01-31T06:00:00Z");
    private static final Instant END = START.plusSeconds(90);
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName LINES = new TableName("shop", "lines");
    private static final TableName NEW = new TableName("store", "new");

    private final InMemoryBookmarkStore bookmarks =
            new InMemoryBookmarkStore(Clock.fixed(START, ZoneOffset.UTC), Duration.ZERO, holder -> false);
    private final RunMeasurements measurements = new RunMeasurements(bookmarks, this::item);
    private final Map<TableName, FreshnessSettings> limits = new HashMap<>();

    @Test
    void anIngestIsMeasuredByTableAndBySourceAlsoWhereATableWasIdleOrFailed() {
        BatchRecord batch = commit(ORDERS, 1, END.minus(Duration.ofMinutes(10)));
        commit(LINES, 1, END.minus(Duration.ofMinutes(45)));

        assertThat(measurements.of(new RunReport(
                        "run",
                        START,
                        END,
                        List.of(
                                outcome(ORDERS, Status.INGESTED, Optional.of(batch)),
                                outcome(LINES, Status.IDLE, Optional.empty()),
                                outcome(NEW, Status.FAILED, Optional.empty())))))
                .containsExactlyInAnyOrder(
                        Measurement.of(Metric.LAKE_DELAY_MINUTES, ORDERS, 10),
                        Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 0),
                        Measurement.of(Metric.ROWS_INGESTED, ORDERS, 100),
                        Measurement.of(Metric.ROWS_QUARANTINED, ORDERS, 3),
                        Measurement.of(Metric.LAKE_DELAY_MINUTES, LINES, 45),
                        Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, LINES, 0),
                        Measurement.of(Metric.ROWS_INGESTED, LINES, 0),
                        Measurement.of(Metric.ROWS_QUARANTINED, LINES, 0),
                        Measurement.of(Metric.ROWS_INGESTED, NEW, 0),
                        Measurement.of(Metric.ROWS_QUARANTINED, NEW, 0),
                        Measurement.of(Metric.TABLES_FAILED, "shop", 0),
                        Measurement.of(Metric.RUN_SECONDS, "shop", 90),
                        Measurement.of(Metric.RUNS_COMPLETED, "shop", 1),
                        Measurement.of(Metric.TABLES_FAILED, "store", 1),
                        Measurement.of(Metric.RUN_SECONDS, "store", 90),
                        Measurement.of(Metric.RUNS_COMPLETED, "store", 1));
    }

    @Test
    void aTargetAtTheLatestVersionIsAsOldAsTheLakeAndOneBehindAsOldAsWhatItHas() {
        commit(ORDERS, 2, END.minus(Duration.ofMinutes(10)));
        load(ORDERS, "warehouse", 2, END.minus(Duration.ofHours(9)));
        assertThat(delays("warehouse")).containsExactly(Measurement.of(Metric.DATABASE_DELAY_MINUTES, ORDERS, 10));

        load(ORDERS, "mart", 1, END.minus(Duration.ofHours(1)));
        assertThat(delays("warehouse", "mart"))
                .containsExactly(Measurement.of(Metric.DATABASE_DELAY_MINUTES, ORDERS, 60));
    }

    @Test
    void whatIsLateIsSaidByTheLimitsOfTheTablesOwnItem() {
        commit(ORDERS, 2, END.minus(Duration.ofMinutes(45)));
        commit(LINES, 1, END.minus(Duration.ofMinutes(45)));
        load(ORDERS, "warehouse", 2, END);
        limits.put(ORDERS, new FreshnessSettings(Duration.ofMinutes(20), Duration.ofHours(1)));
        limits.put(LINES, new FreshnessSettings(Duration.ofDays(1), Duration.ofDays(1)));

        assertThat(overLimit(ORDERS, LINES))
                .containsExactly(
                        Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 25),
                        Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, LINES, 0));
        assertThat(measured("warehouse")).contains(Measurement.of(Metric.DATABASE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 0));

        limits.put(ORDERS, new FreshnessSettings(Duration.ofHours(1), Duration.ofMinutes(5)));
        assertThat(overLimit(ORDERS)).containsExactly(Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 0));
        assertThat(measured("warehouse"))
                .contains(Measurement.of(Metric.DATABASE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 40));
    }

    @Test
    void aTableWhoseItemCannotBeUsedIsLateByTheDefaults() {
        commit(ORDERS, 1, END.minus(Duration.ofMinutes(75)));
        assertThat(overLimit(unusable(ErrorCode.SETTINGS_INVALID), ORDERS))
                .containsExactly(Measurement.of(Metric.LAKE_DELAY_OVER_LIMIT_MINUTES, ORDERS, 15));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> overLimit(unusable(ErrorCode.FAILED), ORDERS))
                .withMessage("Cannot read the item.");
    }

    @Test
    void aLoadIsCompleteBySourceAlsoWhereNothingHasATarget() {
        assertThat(measurements.of(new LoadReport("run", START, END, List.of()), List.of(ORDERS, LINES, NEW)))
                .containsExactly(
                        Measurement.of(Metric.LOADS_COMPLETED, "shop", 1),
                        Measurement.of(Metric.LOADS_COMPLETED, "store", 1));
    }

    @Test
    void aTargetThatWasNeverLoadedHasNoDelayAndCountsAsFailed() {
        commit(ORDERS, 1, END.minus(Duration.ofMinutes(10)));
        load(ORDERS, "warehouse", 1, END);
        LoadReport report = new LoadReport(
                "run",
                START,
                END,
                List.of(target("warehouse", Optional.empty()), target("mart", Optional.of(failure()))));

        assertThat(measurements.of(report, List.of(ORDERS)))
                .containsExactly(
                        Measurement.of(Metric.TABLES_FAILED, "shop", 1),
                        Measurement.of(Metric.LOADS_COMPLETED, "shop", 1));
    }

    @Test
    void aTargetThatAnotherLoadIsFillingHasNotFailed() {
        Failure held = new Failure(ErrorCode.LEASE_HELD, "Another load is at work.", "run", START);
        LoadReport report = new LoadReport("run", START, END, List.of(target("warehouse", Optional.of(held))));

        assertThat(measurements.of(report, List.of(ORDERS))).contains(Measurement.of(Metric.TABLES_FAILED, "shop", 0));
    }

    private List<Measurement> delays(String... targets) {
        return measured(targets).stream()
                .filter(measurement -> measurement.metric() == Metric.DATABASE_DELAY_MINUTES)
                .toList();
    }

    private List<Measurement> measured(String... targets) {
        List<TargetOutcome> outcomes = List.of(targets).stream()
                .map(name -> target(name, Optional.empty()))
                .toList();
        return measurements.of(new LoadReport("run", START, END, outcomes), List.of(ORDERS));
    }

    private List<Measurement> overLimit(TableName... tables) {
        return overLimit(measurements, tables);
    }

    private static List<Measurement> overLimit(RunMeasurements measurements, TableName... tables) {
        List<TableOutcome> idle = List.of(tables).stream()
                .map(table -> outcome(table, Status.IDLE, Optional.empty()))
                .toList();
        return measurements.of(new RunReport("run", START, END, idle)).stream()
                .filter(measurement -> measurement.metric() == Metric.LAKE_DELAY_OVER_LIMIT_MINUTES)
                .toList();
    }

    private RunMeasurements unusable(ErrorCode code) {
        return new RunMeasurements(bookmarks, table -> {
            throw new SluiceException(code, "Cannot read the item.");
        });
    }

    private Optional<TableSettings> item(TableName table) {
        TableSettings plain = Items.table(table.toString()).columns("id bigint").build();
        return Optional.ofNullable(limits.get(table))
                .map(freshness -> new TableSettings(
                        plain.name(),
                        plain.version(),
                        plain.extract(),
                        plain.schema(),
                        plain.curate(),
                        plain.loads(),
                        freshness));
    }

    private static TargetOutcome target(String name, Optional<Failure> failure) {
        return new TargetOutcome(
                ORDERS,
                new LoadSettings(name, "public", "orders", LoadSettings.Mode.UPSERT),
                failure.isPresent()
                        ? Optional.empty()
                        : Optional.of(new LoadOutcome(LoadOutcome.How.NOTHING, Optional.of(1L), 1, 0, 0)),
                Duration.ZERO,
                failure);
    }

    private static TableOutcome outcome(TableName table, Status status, Optional<BatchRecord> batch) {
        return new TableOutcome(
                table,
                status,
                batch,
                List.of(),
                Duration.ZERO,
                status == Status.FAILED ? Optional.of(failure()) : Optional.empty());
    }

    private static Failure failure() {
        return new Failure(ErrorCode.SOURCE_UNREACHABLE, "Cannot connect.", "run", START);
    }

    private BatchRecord commit(TableName table, long version, Instant readPoint) {
        Lease lease = bookmarks.acquire(table, new LeaseHolder("run", "host", 1), Duration.ofMinutes(1));
        BatchRecord batch = new BatchRecord(
                table,
                1,
                BatchRecord.Kind.INGEST,
                "run",
                lease.fence(),
                Window.ALL,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                100,
                3,
                Optional.empty(),
                List.of(),
                Optional.of(version),
                START,
                START,
                readPoint,
                List.of());
        bookmarks.commit(
                lease,
                batch,
                new Advance(
                        Optional.empty(),
                        List.of(),
                        TableState.Overlap.NONE,
                        Optional.of(readPoint),
                        START,
                        Optional.of(version),
                        List.of()));
        bookmarks.release(lease, TableState.Work.FINISHED);
        return batch;
    }

    private void load(TableName table, String target, long version, Instant readPoint) {
        bookmarks.recordLoad(
                new LoadRecord(table, target + ":public.orders", version, Optional.of(readPoint), START, 1, 0, "run"));
    }
}
