package dev.sluice.cli;

import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.Platform;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;

/** Drives ingestion and loads with progress on standard error. */
final class Runs {

    private Runs() {}

    /** Ingests, then loads what did not fail and has rows: an empty source leaves nothing to load. */
    static RunResult ingestAndLoad(LocalPlatform platform, IngestRequest request, PrintWriter error) {
        RunReport ingested = ingest(platform, request, error);
        List<TableName> whole = ingested.tables().stream()
                .filter(outcome -> outcome.status() != TableOutcome.Status.FAILED)
                .map(TableOutcome::table)
                .filter(table ->
                        platform.bookmarks().load(table).curatedVersion().isPresent())
                .toList();
        return new RunResult(Optional.of(ingested), Optional.of(load(platform, request.runId(), whole, error)));
    }

    /** Ingests, within a job of Glue where tables are read by its bookmarks. */
    static RunReport ingest(LocalPlatform platform, IngestRequest request, PrintWriter error) {
        try (RunProgress progress = RunProgress.over("ingest", request.tables().size(), error)) {
            return GlueRun.of(platform, request, () -> new Ingest(platform, progress).run(request));
        }
    }

    static LoadReport load(Platform platform, String runId, List<TableName> tables, PrintWriter error) {
        try (RunProgress progress = RunProgress.over("load", tables.size(), error)) {
            return new LoadRun(platform, progress).run(runId, tables);
        }
    }
}
