package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class CommandLineTest {

    @Test
    void offersEveryCommand() {
        assertThat(commands().getSubcommands().keySet())
                .containsExactlyInAnyOrder(
                        "discover",
                        "register",
                        "validate",
                        "plan",
                        "run",
                        "load",
                        "status",
                        "bookmark",
                        "quarantine",
                        "verify",
                        "as-of",
                        "reconcile",
                        "maintain",
                        "demo",
                        "cloud");
        assertThat(commands().getSubcommands().get("bookmark").getSubcommands().keySet())
                .containsExactlyInAnyOrder("show", "rewind", "history", "unlock");
        assertThat(commands()
                        .getSubcommands()
                        .get("quarantine")
                        .getSubcommands()
                        .keySet())
                .containsExactlyInAnyOrder("list", "replay");
    }

    @TestFactory
    Stream<DynamicTest> helpOfEveryCommandHasExamplesAndExitCodes() {
        return walk(commands())
                .map(command -> DynamicTest.dynamicTest(command.getCommandSpec().qualifiedName(), () -> assertThat(
                                command.getUsageMessage(CommandLine.Help.Ansi.OFF))
                        .contains("Examples:", "Exit codes:", "  5    another run holds the table", "--json")
                        .contains("  " + command.getCommandSpec().qualifiedName())));
    }

    @Test
    void helpIsPrintedToStandardOutput() {
        CommandRun run = CommandRun.of("run", "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("--no-load", "--backfill-from", "--job-bookmark-option");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void unknownCommandIsAUsageError() {
        CommandRun run = CommandRun.of("runn");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Unmatched argument at index 0: 'runn'");
    }

    @Test
    void missingCommandIsAUsageError() {
        assertThat(CommandRun.of().code()).isEqualTo(2);
        CommandRun run = CommandRun.of("bookmark");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Missing command: show, history, rewind or unlock");
    }

    @Test
    void unknownJobBookmarkOptionIsAUsageError() {
        CommandRun run = CommandRun.of("run", "--job-bookmark-option", "maybe");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Unknown --job-bookmark-option: maybe");
    }

    @Test
    void backfillWithoutBookmarksIsAUsageError() {
        CommandRun run =
                CommandRun.of("run", "--job-bookmark-option", "job-bookmark-disable", "--backfill-from", "2024-01-01");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("A backfill needs --job-bookmark-option job-bookmark-enable");
    }

    @Test
    void malformedTableNameIsAnErrorWithARemedy() {
        CommandRun run = CommandRun.of("bookmark", "show", "orders");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("Cannot read the table's name: orders. It has the form SOURCE/TABLE, like shop/orders.");
    }

    @Test
    void errorIsAJsonDocumentWhereJsonIsAskedFor() throws Exception {
        CommandRun run = CommandRun.of("bookmark", "show", "orders", "--json");
        assertThat(run.json())
                .extracting("error")
                .extracting("code", "message")
                .containsExactly(
                        "request-invalid",
                        "Cannot read the table's name: orders. It has the form SOURCE/TABLE, like shop/orders.");
    }

    @Test
    void namesWhatALakeOnAwsLacks() {
        CommandRun status = CommandRun.of(Map.of("SLUICE_SETTINGS_TABLE", "settings"), "status");
        assertThat(status.code()).isEqualTo(2);
        assertThat(status.err()).contains("--bookmarks-table is missing", "or set SLUICE_BOOKMARKS_TABLE;");
        CommandRun run = CommandRun.of("run", "--settings-table", "settings");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("Start the Glue job IngestJob");
        assertThat(CommandRun.of("--environment", "dev", "run").err()).contains("Start the Glue job IngestJob");
    }

    private static CommandLine commands() {
        return Sluice.commandLine(Map.of(), new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
    }

    private static Stream<CommandLine> walk(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(CommandLineTest::walk));
    }
}
