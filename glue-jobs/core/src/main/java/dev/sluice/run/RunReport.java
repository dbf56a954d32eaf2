package dev.sluice.run;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What an ingest run did, table by table in the order of their names. */
public record RunReport(String runId, Instant startedAt, Instant endedAt, List<TableOutcome> tables) {
    public RunReport {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        tables = List.copyOf(tables);
    }

    /** The tables that failed. */
    public List<TableOutcome> failed() {
        return tables.stream()
                .filter(outcome -> outcome.status() == TableOutcome.Status.FAILED)
                .toList();
    }
}
