package dev.sluice.localglue.bookmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookmarkFilesTest {
    private static final String JOB = "job";

    @TempDir
    private Path directory;

    @Test
    void aStateComesBackFromJsonAsItWas() throws IOException {
        Element keys =
                new Element.Keys(List.of("a\"b", "ü"), Element.Order.DESC, List.of("it's", "2024-01-01 00:00:00.5"));
        Element files = new Element.Files(Long.MIN_VALUE, 900_000, Map.of("file:/a b.csv", 1_700_000_000_123L));
        JobState state = new JobState(
                3,
                Map.of("keys", keys, "files", files),
                List.of(
                        new JobState.Run("jr_1", Instant.EPOCH, Optional.of(Map.of("keys", keys))),
                        new JobState.Run("jr_2", Instant.parse("2024-01-01T00:00:00.123Z"), Optional.empty())));
        assertThat(JobStateJson.read(JobStateJson.write(JOB, state))).isEqualTo(state);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> JobStateJson.read("{\"format\": 1, \"version\": 1, \"runs\": []}".getBytes()))
                .isInstanceOf(IOException.class)
                .hasMessage("field is missing: elements");
        assertThatThrownBy(() -> JobStateJson.read(
                        "{\"format\": 1, \"version\": 1, \"runs\": [], \"elements\": {\"c\": {\"kind\": \"x\"}}}"
                                .getBytes()))
                .isInstanceOf(IOException.class)
                .hasMessage("kind of element is unknown: x");
    }

    @Test
    void aRunInAnotherProcessThatCommitsFirstWins() throws Exception {
        BookmarkFiles files = new BookmarkFiles(directory);
        JobState state = files.start(JOB, "jr_1");
        assertThat(otherRun("jr_2")).isZero();
        assertThatThrownBy(() -> files.commit(JOB, "jr_1", state.version(), Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version mismatch: run jr_1 started at version 0, the state is at version 1");
        assertThat(files.load(JOB).elements()).containsExactly(Map.entry("other", OtherRun.ELEMENT));
    }

    @Test
    void ofManyRunsFromOneVersionExactlyOneCommits() throws Exception {
        BookmarkFiles files = new BookmarkFiles(directory);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> commits = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String runId = "jr_" + i;
                commits.add(() -> commits(files, runId));
            }
            int committed = 0;
            for (Future<Boolean> outcome : threads.invokeAll(commits)) {
                committed += outcome.get() ? 1 : 0;
            }
            assertThat(committed).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(files.load(JOB).version()).isEqualTo(1);
        assertThat(files.load(JOB).elements()).hasSize(1);
    }

    @Test
    void onlyTheLastRunsAreRemembered() {
        BookmarkFiles files = new BookmarkFiles(directory);
        for (int i = 0; i < JobState.RUNS_KEPT + 5; i++) {
            files.start(JOB, "jr_" + i);
        }
        assertThat(files.load(JOB).runs()).hasSize(JobState.RUNS_KEPT);
        assertThat(files.load(JOB).runs().get(0).runId()).isEqualTo("jr_5");
    }

    private static boolean commits(BookmarkFiles files, String runId) {
        try {
            files.commit(JOB, runId, 0, Map.of(runId, OtherRun.ELEMENT));
            return true;
        } catch (IllegalStateException failure) {
            assertThat(failure).hasMessageContaining("version mismatch");
            return false;
        }
    }

    private int otherRun(String runId) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherRun.class.getName(),
                        directory.toString(),
                        JOB,
                        runId)
                .inheritIO()
                .start()
                .waitFor();
    }
}
