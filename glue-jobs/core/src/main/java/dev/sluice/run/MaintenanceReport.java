package dev.sluice.run;

import dev.sluice.bookmark.Failure;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a maintenance run did, table by table in the order of their names. */
public record MaintenanceReport(String runId, Instant startedAt, Instant endedAt, List<Upkept> tables) {
    public MaintenanceReport {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        tables = List.copyOf(tables);
    }

    /** The tables that failed. */
    public List<Upkept> failed() {
        return tables.stream().filter(table -> table.failure().isPresent()).toList();
    }

    /** What is done to a table, in this order. */
    public enum Action {
        /** Small files of curated are joined. */
        COMPACT,
        /** Rows of curated are sorted by the columns of {@code maintain.cluster-by}. */
        CLUSTER,
        /** Snapshots that {@code maintain.snapshots} wants are taken, and those it keeps no longer removed. */
        SNAPSHOT,
        /** Rows of raw that are older than {@code maintain.raw-retention} are removed. */
        EXPIRE_RAW,
        /** Files of raw and quarantine that no batch names are removed. */
        REMOVE_ORPHANS,
        /** Files of curated that no version within the promise needs are removed. */
        VACUUM
    }

    /**
     * One action: the files and bytes it is about, before and after. Of compaction and clustering these are the files of
     * curated's latest version, of a vacuum those of all its versions, of the others all that are stored.
     */
    public record Done(Action action, long filesBefore, long bytesBefore, long filesAfter, long bytesAfter) {
        public Done {
            Objects.requireNonNull(action, "action");
        }

        /** Whether anything is other than it was. */
        public boolean changed() {
            return filesBefore != filesAfter || bytesBefore != bytesAfter;
        }
    }

    /** A table: what was done, and why no more was where it failed. */
    public record Upkept(TableName table, List<Done> actions, Optional<Failure> failure) {
        public Upkept {
            Objects.requireNonNull(table, "table");
            actions = List.copyOf(actions);
            Objects.requireNonNull(failure, "failure");
        }
    }
}
