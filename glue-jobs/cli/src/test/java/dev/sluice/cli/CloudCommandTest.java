package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudCommandTest {

    @TempDir
    Path folder;

    @Test
    void everythingThatIsMissingIsNamedAtOnceAndNothingIsStarted() {
        CommandRun run = CommandRun.of(nothingInstalled(), "cloud", "--home", home());
        assertThat(run.code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err())
                .contains(
                        "Cannot find Terraform 1.11 or later. Install it: https://developer.hashicorp.com/terraform/install",
                        "Cannot find a Python with moto 5.2.1. Install it: .ci/tools");
        assertThat(folder.resolve("cloud")).doesNotExist();
    }

    @Test
    void endingWhatDoesNotRunIsNoError() {
        CommandRun run = CommandRun.of(nothingInstalled(), "cloud", "--down", "--home", home());
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Nothing runs in ");
    }

    private String home() {
        return folder.resolve("cloud").toString();
    }

    private Map<String, String> nothingInstalled() {
        return Map.of("PATH", folder.toString(), "SLUICE_TOOLS", folder.toString());
    }
}
