package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExitCodeTest {

    @Test
    void failuresOfOneKindHaveThatKindsCode() {
        assertThat(ExitCode.of(List.of())).isEqualTo(ExitCode.OK);
        assertThat(ExitCode.of(List.of(ErrorCode.LEASE_HELD, ErrorCode.LEASE_LOST)))
                .isEqualTo(ExitCode.LEASE);
        assertThat(ExitCode.of(List.of(ErrorCode.LEASE_HELD, ErrorCode.SOURCE_UNREACHABLE)))
                .isEqualTo(ExitCode.FAILED);
        assertThat(ExitCode.of(ErrorCode.CREDENTIALS_REJECTED)).isEqualTo(ExitCode.SOURCE);
        assertThat(ExitCode.of(ErrorCode.SETTINGS_EXIST)).isEqualTo(ExitCode.SETTINGS);
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void everyCodeIsInTheDocumentation(ExitCode code) throws Exception {
        assertThat(Files.readString(Path.of("../../docs/local.md"))).contains("| " + code.number() + " | ");
    }
}
