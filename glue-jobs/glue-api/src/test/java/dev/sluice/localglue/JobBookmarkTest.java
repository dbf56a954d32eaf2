package dev.sluice.localglue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.glue.util.Job;
import dev.sluice.localglue.bookmark.BookmarkFiles;
import dev.sluice.localglue.bookmark.Element;
import dev.sluice.localglue.bookmark.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobBookmarkTest {
    private static final String KEYS = ", 'jobBookmarkKeys': ['id']";

    @TempDir
    private Path home;

    private Lake lake;

    @BeforeEach
    void createOrders() {
        lake = new Lake(home, "bookmarks");
        lake.sql("CREATE TABLE orders (id INT, item VARCHAR(20))", "INSERT INTO orders VALUES (1, 'a'), (2, 'b')");
    }

    @Test
    void anEnabledRunReadsWhatCameAfterTheLastCommit() {
        assertThat(lake.run("enable")).containsExactly(1, 2);
        assertThat(lake.run("enable")).isEmpty();
        lake.sql("INSERT INTO orders VALUES (3, 'c'), (7, 'd')");
        assertThat(lake.run("enable")).containsExactly(3, 7);
        assertThat(lake.run("enable")).isEmpty();
    }

    @Test
    void aDisabledRunReadsEverythingAndLeavesTheState() {
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        assertThat(lake.run("disable")).containsExactly(1, 2, 3);
        assertThat(state().version()).isEqualTo(1);
        assertThat(lake.run("enable")).containsExactly(3);
    }

    @Test
    void bookmarksAreDisabledByDefault() {
        lake.run("enable");
        Job.init(Lake.JOB, Lake.session(), Map.of());
        assertThat(Lake.ids(lake.orders("orders", KEYS).getDataFrame())).containsExactly(1, 2);
        Job.commit();
        assertThat(state().version()).isEqualTo(1);
    }

    @Test
    void aPausedRunReadsAfterTheLastCommitAndLeavesTheState() {
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        assertThat(lake.run("pause")).containsExactly(3);
        assertThat(lake.run("pause")).containsExactly(3);
        assertThat(state().version()).isEqualTo(1);
        assertThat(lake.run("enable")).containsExactly(3);
    }

    @Test
    void aPausedRunReadsAfterOneRunUpToAndIncludingAnother() {
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (4, 'd')");
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (5, 'e')");
        lake.run("enable");
        assertThat(lake.run("pause", "job-bookmark-from", "jr_1", "job-bookmark-to", "jr_3"))
                .containsExactly(3, 4);
        assertThat(lake.run("pause", "job-bookmark-from", "jr_2", "job-bookmark-to", "jr_2"))
                .isEmpty();
        assertThat(state().version()).isEqualTo(4);
    }

    @Test
    void aRunThatFailedStandsForTheLastOneBeforeItThatCommitted() {
        lake.start("enable"); // jr_1 reads, but fails before its commit
        lake.orders("orders", KEYS).getDataFrame();
        assertThat(lake.run("enable")).containsExactly(1, 2);
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        lake.start("enable"); // jr_3 fails too
        lake.run("enable");
        assertThat(lake.run("pause", "job-bookmark-from", "jr_1", "job-bookmark-to", "jr_3"))
                .containsExactly(1, 2);
        assertThat(lake.run("pause", "job-bookmark-from", "jr_3", "job-bookmark-to", "jr_4"))
                .containsExactly(3);
    }

    @Test
    void fromAndToComeTogetherWithPauseAndNameKnownRuns() {
        lake.run("enable");
        assertThatThrownBy(() -> lake.start("enable", "job-bookmark-from", "jr_1", "job-bookmark-to", "jr_1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are valid with job-bookmark-pause only");
        assertThatThrownBy(() -> lake.start("pause", "job-bookmark-to", "jr_1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give both or neither of job-bookmark-from and job-bookmark-to");
        assertThatThrownBy(() -> lake.start("pause", "job-bookmark-from", "jr_0", "job-bookmark-to", "jr_1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot find run of job " + Lake.JOB + ": jr_0");
        lake.run("enable");
        lake.run("enable");
        List<JobState.Run> runs = state().runs();
        assertThatThrownBy(() -> lake.start(
                        "pause",
                        "job-bookmark-from",
                        runs.get(2).runId(),
                        "job-bookmark-to",
                        runs.get(0).runId()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a later run than job-bookmark-to");
    }

    @Test
    void anUncommittedRunIsReadAgain() {
        lake.start("enable");
        assertThat(Lake.ids(lake.orders("orders", KEYS).getDataFrame())).containsExactly(1, 2);
        assertThat(lake.run("enable")).containsExactly(1, 2);
    }

    @Test
    void anEmptyContextMeansNoBookmark() {
        for (String context : List.of("", " ")) {
            lake.start("enable");
            assertThat(Lake.ids(lake.orders(context, KEYS).getDataFrame())).containsExactly(1, 2);
            Job.commit();
        }
        assertThat(state().elements()).isEmpty();
        assertThat(state().version()).isEqualTo(2);
    }

    @Test
    void eachContextHasABookmarkOfItsOwnAndKeepsItWhenNotRead() {
        lake.start("enable");
        lake.orders("left", KEYS).getDataFrame();
        Job.commit();
        lake.start("enable");
        assertThat(Lake.ids(lake.orders("right", KEYS).getDataFrame())).containsExactly(1, 2);
        Job.commit();
        assertThat(state().elements()).containsOnlyKeys("left", "right");
        lake.start("enable");
        assertThat(Lake.ids(lake.orders("left", KEYS).getDataFrame())).isEmpty();
    }

    @Test
    void aCommitSavesAllContextsOrNone() throws IOException {
        lake.run("enable");
        lake.sql("CREATE TABLE items (id INT)", "INSERT INTO items VALUES (9)", "INSERT INTO orders VALUES (3, 'c')");
        lake.start("enable");
        lake.orders("orders", KEYS).getDataFrame();
        Lake.GLUE
                .getSource("jdbc", lake.options("'dbtable': 'items'" + KEYS), "items", "")
                .getDataFrame();
        assertThat(state().elements()).containsOnlyKeys("orders");
        Path draft = home.resolve("bookmarks").resolve("ingest+orders%2Fdaily.json.draft");
        Files.createDirectory(draft); // the next write fails half way
        assertThatThrownBy(Job::commit).hasMessageContaining("Cannot write job bookmark");
        assertThat(state().elements()).containsOnlyKeys("orders");
        assertThat(((Element.Keys) state().elements().get("orders")).values()).containsExactly("2");
        Files.delete(draft);
        Job.commit();
        assertThat(((Element.Keys) state().elements().get("orders")).values()).containsExactly("3");
        assertThat(((Element.Keys) state().elements().get("items")).values()).containsExactly("9");
    }

    @Test
    void ofTwoRunsAtOnceTheLaterCommitFails() {
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        lake.start("enable");
        lake.orders("orders", KEYS).getDataFrame();
        var earlier = dev.sluice.localglue.bookmark.JobRun.current().orElseThrow();
        lake.run("enable");
        assertThatThrownBy(earlier::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cannot commit bookmark of job: " + Lake.JOB)
                .hasMessageContaining("version mismatch: run jr_2 started at version 1, the state is at version 2");
        assertThat(state().version()).isEqualTo(2);
    }

    @Test
    void aResetClearsAllContextsAndStopsARunInProgress() {
        lake.run("enable");
        lake.start("enable");
        lake.orders("other", KEYS).getDataFrame();
        bookmarks().reset(Lake.JOB);
        assertThatThrownBy(Job::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("or the bookmark was reset meanwhile");
        assertThat(state().elements()).isEmpty();
        assertThat(lake.run("enable")).containsExactly(1, 2);
    }

    @Test
    void aResetToARunReadsAgainWhatCameAfterIt() {
        lake.run("enable");
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        lake.run("enable");
        bookmarks().resetTo(Lake.JOB, "jr_1");
        assertThat(lake.run("enable")).containsExactly(3);
        assertThatThrownBy(() -> bookmarks().resetTo(Lake.JOB, "jr_9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "jr_9; it is not among the runs with bookmarks enabled, known are [jr_1, jr_2, jr_3]");
    }

    @Test
    void aSecondCommitOfTheRunSavesWhatWasReadSince() {
        lake.start("enable");
        lake.orders("orders", KEYS).getDataFrame();
        Job.commit();
        lake.sql("INSERT INTO orders VALUES (3, 'c')");
        assertThat(Lake.ids(lake.orders("orders", KEYS).getDataFrame())).containsExactly(3);
        Job.commit();
        assertThat(state().version()).isEqualTo(2);
        assertThat(lake.run("enable")).isEmpty();
    }

    @Test
    void theJobTellsItsRunAndForgetsItOnReset() {
        String runId = lake.start("enable");
        assertThat(Job.isInitialized()).isTrue();
        assertThat(Job.runId()).isEqualTo(runId);
        assertThat(Lake.session().conf().get("spark.glue.JOB_NAME")).isEqualTo(Lake.JOB);
        assertThat(Lake.session().conf().get("spark.glue.JOB_RUN_ID")).isEqualTo(runId);
        Job.reset();
        assertThat(Job.isInitialized()).isFalse();
        assertThatThrownBy(Job::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot commit job: none is initialized; call Job.init first");
        Job.init(Lake.JOB, Lake.GLUE, Map.of());
        assertThat(Job.runId()).startsWith("jr_").hasSizeGreaterThan(20);
    }

    @Test
    void twoSourcesOfARunMayNotShareAContext() {
        lake.sql("CREATE TABLE items (id INT)", "INSERT INTO items VALUES (9)");
        lake.start("enable");
        lake.orders("one", KEYS).getDataFrame();
        lake.orders("one", KEYS).getDataFrame();
        assertThatThrownBy(() -> Lake.GLUE
                        .getSource("jdbc", lake.options("'dbtable': 'items'" + KEYS), "one", "")
                        .getDataFrame())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Cannot use transformation context for two sources: one; h2 orders and h2 items");
    }

    @Test
    void aBrokenStateFileIsNamedAndLeftAlone() throws IOException {
        lake.run("enable");
        Path file = home.resolve("bookmarks").resolve("ingest+orders%2Fdaily.json");
        for (String broken : List.of("{", "{\"format\": 2}", "{\"format\": 1, \"runs\": [], \"version\": 3}")) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> lake.start("enable"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Cannot read job bookmark: " + file)
                    .hasMessageContaining("repair the file, or remove it to start the job anew");
            assertThat(file).hasContent(broken);
        }
    }

    private BookmarkFiles bookmarks() {
        return BookmarkFiles.of(Lake.session());
    }

    private JobState state() {
        return bookmarks().load(Lake.JOB);
    }
}
