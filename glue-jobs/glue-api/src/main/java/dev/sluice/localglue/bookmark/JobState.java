package dev.sluice.localglue.bookmark;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job's bookmarks.
 *
 * @param version grows by one with each commit and reset; 0 if there was none
 * @param elements the latest bookmark of each transformation context
 * @param runs the runs with bookmarks enabled, in order of their start; the oldest are dropped beyond {@link #RUNS_KEPT}
 */
public record JobState(long version, Map<String, Element> elements, List<Run> runs) {
    /** How many runs a state remembers for pause and reset. */
    public static final int RUNS_KEPT = 200;

    /** The state of a job that never committed. */
    public static final JobState NONE = new JobState(0, Map.of(), List.of());

    /**
     * A run of the job.
     *
     * @param committed all elements as of the run's commit; empty if the run did not commit
     */
    public record Run(String runId, Instant started, Optional<Map<String, Element>> committed) {
        public Run {
            committed = committed.map(Map::copyOf);
        }
    }

    public JobState {
        elements = Map.copyOf(elements);
        runs = List.copyOf(runs.size() > RUNS_KEPT ? runs.subList(runs.size() - RUNS_KEPT, runs.size()) : runs);
    }

    JobState withStarted(String runId, Instant started) {
        List<Run> more = new ArrayList<>(runs);
        more.add(new Run(runId, started, Optional.empty()));
        return new JobState(version, elements, more);
    }

    JobState withCommitted(String runId, Map<String, Element> read) {
        Map<String, Element> merged = new LinkedHashMap<>(elements);
        merged.putAll(read);
        List<Run> more = new ArrayList<>(runs);
        int index = indexOf(runId);
        Instant started = index < 0 ? Instant.now() : runs.get(index).started();
        Run run = new Run(runId, started, Optional.of(merged));
        if (index < 0) {
            more.add(run);
        } else {
            more.set(index, run);
        }
        return new JobState(version + 1, merged, more);
    }

    JobState withElements(Map<String, Element> others) {
        return new JobState(version + 1, others, runs);
    }

    /** The elements as of the last committed run before or at the given one; none if no run had committed by then. */
    Map<String, Element> asOf(String jobName, String runId) {
        int index = indexOf(runId);
        if (index < 0) {
            throw new IllegalArgumentException("Cannot find run of job " + jobName + ": " + runId
                    + "; it is not among the runs with bookmarks enabled, known are "
                    + runs.stream().map(Run::runId).toList());
        }
        for (int i = index; i >= 0; i--) {
            if (runs.get(i).committed().isPresent()) {
                return runs.get(i).committed().orElseThrow();
            }
        }
        return Map.of();
    }

    /** The position of the run, or -1. */
    int indexOf(String runId) {
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (runs.get(i).runId().equals(runId)) {
                return i;
            }
        }
        return -1;
    }
}
