package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Failure;
import dev.sluice.quality.Discretion;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * An ingest run over many tables in one Spark session. Tables of one source run side by side as its settings allow; each
 * succeeds or fails by itself. After a source's tables, the catalog gets its views as they are registered.
 */
public final class Ingest {

    private final Platform platform;
    private final RunListener listener;

    public Ingest(Platform platform, RunListener listener) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /** Runs the tables and says what became of each. Throws nothing for a table's sake: failures are in the report. */
    public RunReport run(IngestRequest request) {
        Instant startedAt = platform.clock().instant();
        Map<String, List<TableName>> bySource = new TreeMap<>();
        request.tables().stream().sorted().forEach(table -> bySource.computeIfAbsent(
                        table.source(), source -> new ArrayList<>())
                .add(table));
        List<TableOutcome> outcomes = new ArrayList<>();
        List<ViewOutcome> views = new ArrayList<>();
        for (Map.Entry<String, List<TableName>> tables : bySource.entrySet()) {
            outcomes.addAll(runSource(request, tables.getKey(), tables.getValue()));
            views.addAll(new ViewPublication(platform, request.runId()).publish(tables.getKey()));
        }
        return new RunReport(request.runId(), startedAt, platform.clock().instant(), outcomes, views);
    }

    private List<TableOutcome> runSource(IngestRequest request, String name, List<TableName> tables) {
        Optional<SourceSettings> source;
        try {
            source = platform.settings().findSource(name);
        } catch (RuntimeException failure) {
            return tables.stream()
                    .map(table -> ended(failed(
                            request, table, Discretion.UNKNOWN, platform.clock().instant(), failure)))
                    .toList();
        }
        List<Callable<TableOutcome>> tasks = new ArrayList<>();
        for (TableName table : tables) {
            tasks.add(() -> runTable(request, source, table));
        }
        return SideBySide.run(
                "run " + request.runId() + " of source " + name,
                tasks,
                source.map(SourceSettings::maxConcurrentTables).orElse(1));
    }

    private TableOutcome runTable(IngestRequest request, Optional<SourceSettings> source, TableName name) {
        Instant began = platform.clock().instant();
        Discretion discretion = Discretion.UNKNOWN;
        try {
            listener.started(name);
            Optional<TableSettings> found = platform.settings().findTable(name);
            discretion = Discretion.of(found);
            TableSettings settings = found.orElseThrow(() -> missing("table", name.toString()));
            TableRun.Result result =
                    new TableRun(platform, request, source.orElseThrow(() -> noSource(name)), settings, listener).run();
            return ended(new TableOutcome(
                    name,
                    result.status(),
                    result.batch(),
                    result.notes(),
                    Duration.between(began, platform.clock().instant()),
                    Optional.empty()));
        } catch (Exception | Error failure) {
            return ended(failed(request, name, discretion, began, failure));
        }
    }

    private TableOutcome failed(
            IngestRequest request, TableName table, Discretion discretion, Instant began, Throwable thrown) {
        Instant now = platform.clock().instant();
        Failure failure = Failures.of(table, discretion, thrown, request.runId(), now);
        List<String> notes = new ArrayList<>();
        boolean other = failure.code() == ErrorCode.LEASE_HELD || failure.code() == ErrorCode.LEASE_LOST;
        // A table that is not registered gets no place in the ledger.
        if (!other && failure.code() != ErrorCode.SETTINGS_MISSING) {
            try {
                platform.bookmarks().recordFailure(table, failure);
            } catch (RuntimeException unrecorded) {
                notes.add("the failure could not be noted in the ledger: " + unrecorded.getMessage());
            }
        }
        System.getLogger(Ingest.class.getName())
                .log(System.Logger.Level.DEBUG, () -> "Table " + table + " failed", discretion.logged(thrown));
        return new TableOutcome(
                table,
                TableOutcome.Status.FAILED,
                Optional.empty(),
                notes,
                Duration.between(began, now),
                Optional.of(failure));
    }

    private TableOutcome ended(TableOutcome outcome) {
        listener.ended(outcome);
        return outcome;
    }

    private static SluiceException noSource(TableName table) {
        return new SluiceException(
                ErrorCode.SETTINGS_MISSING,
                "Cannot run table " + table + ": no source " + table.source()
                        + " is registered. Register it with 'sluice register'");
    }

    static SluiceException missing(String what, String name) {
        return new SluiceException(
                ErrorCode.SETTINGS_MISSING,
                "Cannot find " + what + " " + name
                        + ": no such item is registered. Register it with 'sluice register'");
    }
}
