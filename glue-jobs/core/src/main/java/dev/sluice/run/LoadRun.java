package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.curate.CuratedZone;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.load.LoadOutcome;
import dev.sluice.load.Loader;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A load run: brings the targets of many tables to curated's latest version. Independent of ingestion: it needs neither
 * source nor lease, and may run at another time.
 */
public final class LoadRun {

    private static final int AT_ONCE = 4;

    private final Platform platform;
    private final RunListener listener;

    public LoadRun(Platform platform, RunListener listener) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Loads every target of every table; one that fails does not stop the others. Tables without loads give no outcome, nor
     * do those of which nothing is in curated yet: a new table's first rows may not be settled.
     */
    public LoadReport run(String runId, List<TableName> tables) {
        Instant startedAt = platform.clock().instant();
        List<Callable<List<LoadReport.TargetOutcome>>> tasks = new ArrayList<>();
        tables.stream().sorted().distinct().forEach(table -> tasks.add(() -> loadTable(runId, table)));
        List<LoadReport.TargetOutcome> outcomes = SideBySide.run("load run " + runId, tasks, AT_ONCE).stream()
                .flatMap(List::stream)
                .toList();
        return new LoadReport(runId, startedAt, platform.clock().instant(), outcomes);
    }

    private List<LoadReport.TargetOutcome> loadTable(String runId, TableName name) {
        TableSettings settings;
        TableState state;
        try {
            settings = platform.settings().findTable(name).orElseThrow(() -> Ingest.missing("table", name.toString()));
            state = platform.bookmarks().load(name);
        } catch (RuntimeException failure) {
            LoadSettings unknown = new LoadSettings("unknown", "", "", LoadSettings.Mode.UPSERT);
            return List.of(failed(runId, name, unknown, platform.clock().instant(), failure));
        }
        if (state.curatedVersion().isEmpty()) {
            return List.of();
        }
        return settings.loads().stream()
                .map(load -> loadTarget(runId, settings, load, state))
                .toList();
    }

    private LoadReport.TargetOutcome loadTarget(
            String runId, TableSettings settings, LoadSettings load, TableState state) {
        Instant began = platform.clock().instant();
        try {
            LoadOutcome outcome = load(runId, settings, load, state);
            return new LoadReport.TargetOutcome(
                    settings.name(),
                    load,
                    Optional.of(outcome),
                    Duration.between(began, platform.clock().instant()),
                    Optional.empty());
        } catch (Exception | Error failure) {
            return failed(runId, settings.name(), load, began, failure);
        }
    }

    private LoadOutcome load(String runId, TableSettings settings, LoadSettings load, TableState state) {
        SourceSettings target = platform.settings()
                .findSource(load.target())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.SETTINGS_MISSING,
                        "Cannot load table " + settings.name() + " to " + label(load) + ": no source " + load.target()
                                + " is registered. Register it with 'sluice register', or correct loads[].target"));
        long version = state.curatedVersion().orElseThrow();
        JdbcEndpoint endpoint = platform.connections().resolve(target);
        Loader loader = platform.loader(target);
        Optional<Long> loaded = loader.findLoadedVersion(endpoint, settings, load);
        // Above the last batch's version there is maintenance alone, which changes no row.
        if (loaded.filter(at -> at >= version).isPresent() && recordedSince(settings.name(), load, version)) {
            return new LoadOutcome(LoadOutcome.How.NOTHING, loaded, version, 0, 0);
        }
        LoadOutcome outcome = loader.load(
                platform.spark(),
                endpoint,
                settings,
                load,
                new CuratedZone(platform.zones().curated()).location(settings.name()),
                listener);
        long batch = versionOfBatch(settings.name(), outcome.toVersion(), state);
        listener.step(settings.name(), Step.RECORD_LOAD, () -> platform.bookmarks()
                .recordLoad(new LoadRecord(
                        settings.name(),
                        label(load),
                        batch,
                        readPoint(settings.name(), batch, state),
                        platform.clock().instant(),
                        outcome.upserted(),
                        outcome.deleted(),
                        runId)));
        return outcome;
    }

    /**
     * Whether the ledger saw this version loaded after the last batch. Where it did not, a load died before it was noted, or
     * curated was built anew and counts its versions from the start: the loader itself looks then.
     */
    private boolean recordedSince(TableName table, LoadSettings load, long version) {
        Instant lastBatch = platform.bookmarks().history(table, 1).stream()
                .map(BatchRecord::committedAt)
                .findFirst()
                .orElse(Instant.EPOCH);
        return platform.bookmarks().loads(table).stream()
                .anyMatch(record -> record.target().equals(label(load))
                        && record.curatedVersion() == version
                        && !record.loadedAt().isBefore(lastBatch));
    }

    /** The version of the last batch at or below one that was loaded, whose rows are the same. */
    private long versionOfBatch(TableName table, long version, TableState state) {
        return Stream.concat(
                        state.curatedVersion().stream(),
                        platform.bookmarks().history(table, 50).stream()
                                .flatMap(batch -> batch.curatedVersion().stream()))
                .filter(at -> at <= version)
                .max(Comparator.naturalOrder())
                .orElse(version);
    }

    /** The source's time as of a curated version: that of the last batch at or below it. */
    private Optional<Instant> readPoint(TableName table, long version, TableState state) {
        if (state.curatedVersion().equals(Optional.of(version))) {
            return state.readPoint();
        }
        return platform.bookmarks().history(table, 50).stream()
                .filter(batch -> batch.curatedVersion().map(at -> at <= version).orElse(false))
                .filter(batch -> batch.kind() == BatchRecord.Kind.INGEST)
                .map(BatchRecord::readPoint)
                .findFirst();
    }

    private LoadReport.TargetOutcome failed(
            String runId, TableName table, LoadSettings load, Instant began, Throwable failure) {
        Instant now = platform.clock().instant();
        return new LoadReport.TargetOutcome(
                table,
                load,
                Optional.empty(),
                Duration.between(began, now),
                Optional.of(Failures.of(table, failure, runId, now)));
    }

    private static String label(LoadSettings load) {
        return load.target() + ":" + load.schema() + "." + load.table();
    }
}
