package dev.sluice.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {

    @TempDir
    Path folder;

    @Test
    void aToolThatIsMissingIsNamedWithTheWayToInstallIt() {
        Map<String, String> nothing = Map.of("PATH", folder.toString(), "SLUICE_TOOLS", folder.toString());
        for (Tool tool : Tool.values()) {
            assertThat(tool.find(nothing)).isEmpty();
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> tool.require(nothing))
                    .withMessage("Cannot find " + tool.title() + " on the PATH. Install it: " + tool.installation())
                    .matches(missing -> missing.code() == ErrorCode.REQUEST_INVALID);
        }
    }

    @Test
    void theProjectsOwnToolsComeBeforeThoseOnThePath() throws IOException {
        Path own = program(folder.resolve("tools/bin/terraform"), "exit 0");
        Path other = program(folder.resolve("path/terraform"), "exit 0");
        Map<String, String> environment = Map.of(
                "PATH",
                other.getParent().toString(),
                "SLUICE_TOOLS",
                folder.resolve("tools").toString());
        assertThat(Tool.TERRAFORM.find(environment)).contains(own);
    }

    @Test
    void aPythonWithoutMotoIsNotTheOne() throws IOException {
        Path wrong = program(folder.resolve("first/python3"), "exit 1");
        Path right = program(folder.resolve("second/python3"), "exit 0");
        Map<String, String> environment =
                Map.of("PATH", wrong.getParent() + ":" + right.getParent(), "SLUICE_TOOLS", folder.toString());
        assertThat(Tool.EMULATOR.find(environment)).contains(right);
    }

    private static Path program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
