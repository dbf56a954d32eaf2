package dev.sluice.cli;

import dev.sluice.run.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Loads curated tables into their targets, without ingesting. */
@Command(
        name = "load",
        description = "Bring the target databases to curated's latest version, without reading the sources.",
        footer = {"  sluice load               every table", "  sluice load shop/orders"})
final class LoadCommand extends SluiceCommand {

    @Parameters(paramLabel = "SOURCE[/TABLE]", arity = "0..*", description = "Sources or tables; default all.")
    private List<String> names = new ArrayList<>();

    @Override
    Answer answer() {
        try (Platform platform = Lakes.openForSpark(options(), "LoadJob")) {
            return new RunResult(
                            Optional.empty(),
                            Optional.of(Runs.load(
                                    platform,
                                    RunIds.next(platform.clock()),
                                    TableSelection.resolve(platform.settings(), names),
                                    spec.commandLine().getErr())))
                    .answer();
        }
    }
}
