package dev.sluice.run;

import dev.sluice.bookmark.Window;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an ingest run is asked to do.
 *
 * @param runId the run's id, unique among runs
 * @param tables the tables; one that is named twice runs once
 * @param bookmark what to do with bookmarks
 * @param backfill a range to read again instead; needs bookmarks enabled, and leaves them as they are
 */
public record IngestRequest(String runId, List<TableName> tables, JobBookmark bookmark, Optional<Window> backfill) {
    public IngestRequest {
        Objects.requireNonNull(runId, "runId");
        tables = tables.stream().distinct().toList();
        Objects.requireNonNull(bookmark, "bookmark");
        Objects.requireNonNull(backfill, "backfill");
    }

    /** An ordinary run. */
    public static IngestRequest of(String runId, List<TableName> tables) {
        return new IngestRequest(runId, tables, new JobBookmark.Enabled(), Optional.empty());
    }
}
