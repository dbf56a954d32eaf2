package dev.sluice.bookmark;

import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A target's last load, as the ledger shows it for status; the truth is the load bookmark in the target itself.
 *
 * @param table the table
 * @param target the target's source name and table, written {@code dataengineering-db:public.orders}
 * @param curatedVersion the curated version of the last batch that the target has
 * @param readPoint the source's time as of that version
 * @param loadedAt when
 * @param upserted rows inserted or updated by it
 * @param deleted rows deleted by it
 * @param runId the run
 */
public record LoadRecord(
        TableName table,
        String target,
        long curatedVersion,
        Optional<Instant> readPoint,
        Instant loadedAt,
        long upserted,
        long deleted,
        String runId) {
    public LoadRecord {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(readPoint, "readPoint");
        Objects.requireNonNull(loadedAt, "loadedAt");
        Objects.requireNonNull(runId, "runId");
    }

    /**
     * The source's time as of which the target is complete: where it has curated's latest version that of curated, however
     * long ago it was loaded.
     */
    public Optional<Instant> completeAsOf(TableState curated) {
        boolean latest = curated.curatedVersion()
                .filter(version -> version == curatedVersion)
                .isPresent();
        return latest ? curated.readPoint() : readPoint;
    }
}
