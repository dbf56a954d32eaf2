package dev.sluice.run;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What an ingest run did, table by table in the order of their names, and to the views of their sources. */
public record RunReport(
        String runId, Instant startedAt, Instant endedAt, List<TableOutcome> tables, List<ViewOutcome> views) {
    public RunReport {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        tables = List.copyOf(tables);
        views = List.copyOf(views);
    }

    /** A run that changed no view. */
    public RunReport(String runId, Instant startedAt, Instant endedAt, List<TableOutcome> tables) {
        this(runId, startedAt, endedAt, tables, List.of());
    }

    /** Why views are not in the catalog as they are registered. */
    public List<ViewOutcome> failedViews() {
        return views.stream()
                .filter(view -> view.status() == ViewOutcome.Status.FAILED)
                .toList();
    }

    /** Whether a repetition can do nothing: each table failed, and none by what may pass with nothing changed by a person. */
    public boolean isStuck() {
        return !tables.isEmpty()
                && tables.stream().allMatch(outcome -> outcome.failure()
                        .filter(failure -> !failure.code().retryable())
                        .isPresent());
    }

    /** The tables that failed. */
    public List<TableOutcome> failed() {
        return tables.stream()
                .filter(outcome -> outcome.status() == TableOutcome.Status.FAILED)
                .toList();
    }
}
