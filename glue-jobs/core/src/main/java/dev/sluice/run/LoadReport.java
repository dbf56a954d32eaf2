package dev.sluice.run;

import dev.sluice.bookmark.Failure;
import dev.sluice.load.LoadOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a load run did, target by target in the order of the tables' names. */
public record LoadReport(String runId, Instant startedAt, Instant endedAt, List<TargetOutcome> targets) {
    public LoadReport {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(endedAt, "endedAt");
        targets = List.copyOf(targets);
    }

    /** The targets that failed. */
    public List<TargetOutcome> failed() {
        return targets.stream().filter(target -> target.failure().isPresent()).toList();
    }

    /** One target of one table: what the load did, or why it failed; exactly one of the two is present. */
    public record TargetOutcome(
            TableName table,
            LoadSettings load,
            Optional<LoadOutcome> outcome,
            Duration took,
            Optional<Failure> failure) {
        public TargetOutcome {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(load, "load");
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(took, "took");
            Objects.requireNonNull(failure, "failure");
        }
    }
}
