package com.amazonaws.services.glue.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class GlueArgParserTest {
    @Test
    void takesAValueAfterASpaceOrAnEqualsSign() {
        assertThat(resolve(
                        List.of("--JOB_NAME", "ingest", "--table=orders", "--filter=a=b"),
                        "JOB_NAME",
                        "table",
                        "filter"))
                .containsEntry("JOB_NAME", "ingest")
                .containsEntry("table", "orders")
                .containsEntry("filter", "a=b");
    }

    @Test
    void theLastOfTwoEqualNamesCountsAndOthersArePassedOver() {
        assertThat(resolve(List.of("script", "--a", "1", "--other", "x", "--a=2"), "a"))
                .containsEntry("a", "2")
                .doesNotContainKey("other");
    }

    @Test
    void aMissingArgumentIsNamed() {
        assertThatThrownBy(() -> resolve(List.of("--a", "1"), "a", "b", "c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot resolve options: the following arguments are required: --b, --c");
    }

    @Test
    void anArgumentWithoutValueIsNamed() {
        assertThatThrownBy(() -> resolve(List.of("--a", "--b", "1"), "a", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot resolve option: --a; expected one value");
    }

    @Test
    void bookmarksAreDisabledUnlessAsked() {
        assertThat(resolve(List.of())).containsEntry("job-bookmark-option", "job-bookmark-disable");
    }

    @Test
    void reservedArgumentsComeWithoutBeingAskedFor() {
        assertThat(resolve(List.of(
                        "--JOB_RUN_ID", "jr_1", "--TempDir", "/tmp/x", "--job-bookmark-option", "job-bookmark-enable")))
                .containsEntry("JOB_RUN_ID", "jr_1")
                .containsEntry("TempDir", "/tmp/x")
                .containsEntry("RedshiftTempDir", "/tmp/x")
                .containsEntry("job-bookmark-option", "job-bookmark-enable");
        assertThatThrownBy(() -> resolve(List.of("--JOB_RUN_ID", "jr_1"), "JOB_RUN_ID"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JOB_RUN_ID; using reserved arguments");
    }

    @Test
    void anUnknownBookmarkOptionIsRefused() {
        assertThatThrownBy(() -> resolve(List.of("--job-bookmark-option", "on")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--job-bookmark-option on; choose one of job-bookmark-disable");
    }

    @Test
    void fromAndToComeTogetherAndWithPauseOnly() {
        assertThat(resolve(List.of(
                        "--job-bookmark-option=job-bookmark-pause",
                        "--job-bookmark-from=jr_1",
                        "--job-bookmark-to=jr_2")))
                .containsEntry("job-bookmark-from", "jr_1")
                .containsEntry("job-bookmark-to", "jr_2");
        assertThatThrownBy(
                        () -> resolve(List.of("--job-bookmark-option=job-bookmark-pause", "--job-bookmark-from=jr_1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--job-bookmark-to; missing option or value");
        assertThatThrownBy(() -> resolve(List.of(
                        "--job-bookmark-option=job-bookmark-enable",
                        "--job-bookmark-from=jr_1",
                        "--job-bookmark-to=jr_2")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("valid with --job-bookmark-option job-bookmark-pause only");
    }

    private static Map<String, String> resolve(List<String> args, String... names) {
        return JavaConverters.mapAsJavaMapConverter(
                        GlueArgParser.getResolvedOptions(args.toArray(String[]::new), names))
                .asJava();
    }
}
