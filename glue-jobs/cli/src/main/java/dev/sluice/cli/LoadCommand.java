package dev.sluice.cli;

import dev.sluice.run.Platform;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Loads curated tables into their targets, without ingesting. */
@Command(
        name = "load",
        description = "Bring the target databases to curated's latest version, without reading the sources.",
        footer = {"  sluice load               every table", "  sluice load shop/orders"})
final class LoadCommand extends SluiceCommand {

    @Mixin
    private TableSelection selection;

    @Override
    Answer answer() {
        try (Platform platform = Lakes.openForSpark(options(), "LoadJob")) {
            return new RunResult(
                            Optional.empty(),
                            Optional.of(Runs.load(
                                    platform,
                                    RunIds.next(platform.clock()),
                                    selection.of(platform.settings()),
                                    spec.commandLine().getErr())))
                    .answer();
        }
    }
}
