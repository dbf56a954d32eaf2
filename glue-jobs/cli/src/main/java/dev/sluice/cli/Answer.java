package dev.sluice.cli;

import dev.sluice.bookmark.Failure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a command has to say.
 *
 * @param code how it ends
 * @param document the answer as maps, lists and scalars, for {@code --json}
 * @param text the same for people
 */
record Answer(ExitCode code, Object document, String text) {

    Answer {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(text, "text");
    }

    /**
     * Of a run over tables, each for itself: what became of each, and why some failed.
     *
     * @param tables by table, as {@code --json} shows them
     * @param text the same for people; the failures' messages come after it
     */
    static Answer ofTables(String runId, List<Map<String, Object>> tables, String text, List<Failure> failures) {
        return new Answer(
                ExitCode.of(failures.stream().map(Failure::code).toList()),
                new Fields().add("run-id", runId).add("tables", tables).map(),
                failures.stream()
                        .map(failure -> failure.message() + System.lineSeparator())
                        .collect(Collectors.joining("", text, "")));
    }
}
