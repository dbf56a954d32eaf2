package dev.sluice.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command waits for the lease of a table. */
final class LeasePatience {

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT0S",
            description = "How long to wait for a table that another run works on (default not at all).")
    private Duration duration;

    Duration duration() {
        return duration;
    }
}
