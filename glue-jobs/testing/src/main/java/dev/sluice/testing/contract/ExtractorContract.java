package dev.sluice.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Maintenance;
import dev.sluice.run.Replay;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.Masking;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.Stall;
import dev.sluice.testing.Tidiness;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every kind of source, through whole runs: a run that dies after any step and runs that meet lose and double
 * nothing, values arrive as they were, an idle tick costs nothing, maintenance leaves what a replay needs, and nothing of a
 * masked column is shown. A kind says how its tables are described and written; the contract keeps what must arrive.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ExtractorContract {

    /** In every status, so that one look for it finds a leak of any. */
    private static final String SECRET = "zz9plural";

    private static final TableName ORDERS = TableName.parse("shop/orders");
    private static final TableName EVENTS = TableName.parse("log/events");
    private static final TableName KINDS = TableName.parse("log/kinds");
    private static final TableName[] BOTH = {ORDERS, EVENTS};

    private final Map<Long, String> orders = new TreeMap<>();
    private final Map<Long, String> refused = new TreeMap<>();
    private final List<String> events = new ArrayList<>();
    private Lake lake;
    private int round;
    private int malformed;

    /** A row of the table {@code orders} as it is from now on. */
    public record Order(long id, String status, String price) {

        @Override
        public String toString() {
            return id + "|" + status + "|" + price;
        }
    }

    /** A new row of the table {@code events}; its number is greater than all before. */
    public record Event(long id, String status) {}

    /** Makes empty tables and connects them to a lake as the sources {@code shop} (orders) and {@code log} (the others). */
    protected abstract Lake open(Lake empty) throws Exception;

    /** Says where {@code orders} is read from, incrementally, and which row of a key is the last. */
    protected abstract Items orders(Items item);

    /** Says where {@code events} is read from, incrementally. */
    protected abstract Items events(Items item);

    /** Says where {@code kinds} is read from. */
    protected abstract Items kinds(Items item);

    /** Writes rows, which a run that begins after it finds. */
    protected abstract void write(List<Order> orders, List<Event> events);

    /** Writes the rows of {@code kinds}. */
    protected abstract void write(List<Kinds> rows);

    /** Writes what is no row to {@code orders}, with this word in it; false where the kind knows no such thing. */
    protected boolean writeMalformed(String word) {
        return false;
    }

    /** Waits until a bound fixed now lies above everything there is. */
    protected void settle() {}

    /** Whether raw has what the source held, byte by byte, beside the rows. */
    protected boolean keepsOriginals() {
        return false;
    }

    /** Whether a keyed table's batch may have rows of the one before again. */
    protected boolean readsRowsAgain() {
        return false;
    }

    /** Whether the source can be read again to be compared with curated. */
    protected boolean isComparable() {
        return true;
    }

    /** Whether another kind's contract shows what maintenance and masking do with the very same raw rows. */
    protected boolean sharesItsRaw() {
        return false;
    }

    /** Ends what {@link #open} began. */
    protected void close() {}

    @BeforeAll
    final void begin(@TempDir Path folder) throws Exception {
        lake = open(Lake.in(folder));
        register(rows(orders(Items.table(ORDERS.toString()))).rule("price-not-negative", "price >= 0"));
        register(events(Items.table(EVENTS.toString()))
                .columns("id bigint not null", "status string")
                .append());
        bring();
        runWell(BOTH);
    }

    @AfterAll
    final void end() {
        close();
    }

    private static Items rows(Items item) {
        return item.columns("id bigint not null", "status string", "price decimal(12,2)")
                .merge("id");
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    /** Writes a new row, a changed row, a row that breaks a rule, and an event. */
    private void bring() {
        round++;
        List<Order> written = List.of(
                new Order(0, "round " + round + " " + SECRET, "0.00"),
                new Order(round, "new " + SECRET, "1.00"),
                new Order(1000 + round, "bad " + SECRET, "-1.00"));
        write(written, List.of(new Event(round, "round " + round)));
        for (Order order : written) {
            (order.price().startsWith("-") ? refused : orders).put(order.id(), order.toString());
        }
        events.add("round " + round);
    }

    private RunReport run(RunListener listener, TableName... tables) {
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(tables)));
    }

    private RunReport runWell(TableName... tables) {
        RunReport report = run(RunListener.NONE, tables);
        assertThat(report.failed()).isEmpty();
        return report;
    }

    private List<String> curated(TableName table, String... columns) {
        return RowsOf.curated(lake, table.toString(), columns);
    }

    private List<BatchRecord> history(TableName table) {
        return lake.bookmarks().history(table, Integer.MAX_VALUE);
    }

    private List<Quarantine.Entry> quarantined(TableName table) {
        return new Quarantine(lake.zones().quarantine())
                .list(lake.settings().findTable(table).orElseThrow(), history(table), Integer.MAX_VALUE);
    }

    private void assertEverythingArrivedOnce() {
        assertThat(curated(ORDERS, "id", "status", "price")).containsExactlyInAnyOrderElementsOf(orders.values());
        assertThat(curated(EVENTS, "status")).containsExactlyInAnyOrderElementsOf(events);
        List<String> rows = quarantined(ORDERS).stream()
                .map(entry -> entry.json().replaceFirst(".*\"row\":", ""))
                .toList();
        assertThat(readsRowsAgain() ? Set.copyOf(rows) : rows)
                .as("rows in quarantine")
                .hasSize(refused.size() + malformed);
        for (TableName table : BOTH) {
            Tidiness.assertNothingIsLeftOver(lake, table);
        }
    }

    @Test
    void runsThatDieAfterAnyStepLoseAndDoubleNothing() {
        // Of each list, every run dies one step later than the one before; then one is left to finish.
        List<List<Step>> deaths = List.of(
                new ArrayList<>(EnumSet.range(Step.ACQUIRE_LEASE, Step.WRITE_RAW)),
                new ArrayList<>(EnumSet.range(Step.COMMIT_MANIFEST, Step.PUBLISH_CATALOG)),
                List.of(Step.ADVANCE_BOOKMARK),
                List.of(Step.RELEASE_LEASE));
        assertThat(deaths.stream().flatMap(List::stream))
                .containsExactlyElementsOf(EnumSet.range(Step.ACQUIRE_LEASE, Step.RELEASE_LEASE));
        if (!keepsOriginals()) {
            deaths.get(0).remove(Step.KEEP_ORIGINALS);
        }
        for (List<Step> steps : deaths) {
            bring();
            for (Step step : steps) {
                assertThat(run(new Crash(new Crash.Point(step, Crash.Side.AFTER)), BOTH)
                                .failed())
                        .as("tables that die after %s", step)
                        .extracting(TableOutcome::table)
                        .containsExactlyInAnyOrder(BOTH);
            }
            runWell(BOTH);
            assertEverythingArrivedOnce();
        }
    }

    /** The first runs stand still beyond their leases, with their rows in raw or with their batches complete there. */
    @Test
    void runsThatMeetBringWhatIsNewOnce() {
        for (Step step : List.of(Step.WRITE_RAW, Step.COMMIT_MANIFEST)) {
            bring();
            Map<Stall, CompletableFuture<RunReport>> first = new LinkedHashMap<>();
            for (TableName table : BOTH) {
                Stall stall = new Stall(new Crash.Point(step, Crash.Side.AFTER), 1);
                first.put(stall, CompletableFuture.supplyAsync(() -> run(stall, table)));
                stall.await();
            }
            assertFailed(run(RunListener.NONE, BOTH), ErrorCode.LEASE_HELD);
            for (TableName table : BOTH) {
                lake.bookmarks().unlock(table);
            }
            runWell(BOTH);
            first.keySet().forEach(Stall::wake);
            first.values().forEach(run -> assertFailed(run.join(), ErrorCode.LEASE_LOST));
        }
        bring();
        runWell(BOTH);
        assertEverythingArrivedOnce();
    }

    private static void assertFailed(RunReport report, ErrorCode code) {
        assertThat(report.failed()).hasSameSizeAs(report.tables()).allSatisfy(outcome -> assertThat(
                        outcome.failure().orElseThrow().code())
                .as(outcome.toString())
                .isEqualTo(code));
    }

    @Test
    void anIdleTickStartsNoSparkAndLeavesNoBatch() {
        bring();
        settle();
        runWell(BOTH);
        int sessions = lake.sparkSessions();
        long batch = lake.bookmarks().load(ORDERS).lastBatch();
        RunReport report = runWell(BOTH);
        assertThat(report.tables())
                .allSatisfy(outcome -> assertThat(outcome.status()).isEqualTo(TableOutcome.Status.IDLE));
        assertThat(lake.sparkSessions()).isEqualTo(sessions);
        assertThat(lake.bookmarks().load(ORDERS).lastBatch()).isEqualTo(batch);
        assertEverythingArrivedOnce();
    }

    @Test
    void valuesArriveAsTheyWere() {
        register(kinds(Items.table(KINDS.toString()))
                .columns("id int not null", "flag boolean", "large bigint", "ratio double", "amount decimal(20,4)")
                .columns("label string", "day date", "at timestamp")
                .merge("id"));
        write(Kinds.ROWS);
        runWell(KINDS);
        assertThat(history(KINDS)).extracting(BatchRecord::quarantined).containsOnly(0L);
        assertThat(curated(KINDS, Kinds.COLUMNS))
                .containsExactlyInAnyOrderElementsOf(Kinds.ROWS.stream()
                        .map(row -> String.join(
                                "|",
                                row.values().stream()
                                        .map(value -> value == null ? "∅" : value)
                                        .toList()))
                        .toList());
    }

    @Test
    @DisabledIf(value = "sharesItsRaw", disabledReason = "Shown by another kind of the same raw rows")
    void maintenanceLeavesWhatAReplayAndAComparisonNeed() {
        TableName table = TableName.parse("shop/kept");
        Items item = rows(orders(Items.table(table.toString())));
        register(item.rule("price-not-negative", "price >= 0"));
        for (int batch = 1; batch <= 2; batch++) {
            bring();
            settle();
            runWell(table);
        }
        ZoneFiles raw = lake.zones().raw();
        List<String> before = paths(raw, table);
        List<String> orphans = List.of("originals/left", "part-0.parquet");
        for (String orphan : orphans) {
            raw.createIfAbsent(table + "/batch=000000000001/attempt=99/" + orphan, new byte[] {1});
        }
        assertThat(new Maintenance(lake, RunListener.NONE, Maintenance.Progress.NONE)
                        .run("maintain", List.of(table), Duration.ZERO)
                        .failed())
                .isEmpty();
        assertThat(paths(raw, table)).isEqualTo(before);

        register(rows(orders(Items.table(table.toString()))));
        new Replay(lake, RunListener.NONE).run(table, Optional.empty(), "replay");
        List<String> all = new ArrayList<>(orders.values());
        all.addAll(refused.values());
        assertThat(curated(table, "id", "status", "price")).containsExactlyInAnyOrderElementsOf(all);
        Tidiness.assertNothingIsLeftOver(lake, table);
        if (isComparable()) {
            assertThat(new Verification(lake)
                            .verify(table, Set.of(Scope.CURATED))
                            .comparisons())
                    .singleElement()
                    .satisfies(comparison -> {
                        assertThat(comparison.verdict())
                                .as(comparison.toString())
                                .isEqualTo(Verdict.EQUAL);
                        assertThat(comparison.rightRows()).isEqualTo(all.size());
                    });
        }
    }

    private static List<String> paths(ZoneFiles zone, TableName table) {
        return zone.list(table.toString()).stream()
                .map(ZoneFiles.ZoneFile::path)
                .sorted()
                .toList();
    }

    @Test
    @DisabledIf(value = "sharesItsRaw", disabledReason = "Shown by another kind of the same raw rows")
    void nothingOfAMaskedColumnIsShown() {
        TableName table = TableName.parse("shop/masked");
        register(orders(Items.table(table.toString()))
                .columns("id bigint not null", "price decimal(12,2)")
                .column(ColumnSettings.plain("status", ColumnType.of("string")).masked(Masking.HASH))
                .maskingSecret("people")
                .merge("id")
                .rule("well-paid", "status NOT LIKE 'bad%'"));
        bring();
        malformed += writeMalformed(SECRET) ? 1 : 0;
        runWell(table);

        List<Quarantine.Entry> listed = quarantined(table);
        assertThat(listed).hasSize(refused.size() + malformed).allSatisfy(entry -> assertThat(entry.json())
                .contains("(masked)")
                .doesNotContain(SECRET));
        assertThat(listed.toString()).contains("well-paid");
        assertThat(curated(table, "id", "price"))
                .containsExactlyInAnyOrderElementsOf(orders.values().stream()
                        .map(row -> row.replaceAll("\\|.*\\|", "|"))
                        .toList());
        assertThat(String.join("", curated(table, "status"))).doesNotContain(SECRET);
        assertThat(contents(lake.zones().curated(), table)).doesNotContain(SECRET);
        assertThat(history(table) + lake.bookmarks().load(table).toString()).doesNotContain(SECRET);
        runWell(BOTH);
        assertEverythingArrivedOnce();
    }

    /** All bytes of a table; statistics of the log are part of them. */
    private static String contents(ZoneFiles zone, TableName table) {
        StringBuilder text = new StringBuilder();
        for (String path : paths(zone, table)) {
            text.append(new String(zone.read(path).orElseThrow(), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
