package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DaemonArgumentsTest {
    @Test
    void everyArgumentIsRead() {
        assertThat(DaemonArguments.parse(List.of(
                        "--home",
                        "/lake",
                        "--postgres",
                        "--dynamodb",
                        "--grace",
                        "5",
                        "--wal-level-logical",
                        "--dynamodb-in-memory")))
                .isEqualTo(new DaemonArguments(
                        Path.of("/lake"),
                        Set.of(Part.POSTGRES, Part.DYNAMODB),
                        Duration.ofSeconds(5),
                        Set.of(ServerOption.WAL_LEVEL_LOGICAL, ServerOption.DYNAMODB_IN_MEMORY)));
    }

    @Test
    void theGraceIsHalfAMinuteByDefault() {
        assertThat(DaemonArguments.parse(List.of("--home", "/lake")).grace()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void unknownArgumentsAndMissingValuesAreNamed() {
        assertThatThrownBy(() -> DaemonArguments.parse(List.of("--home", "/lake", "--mysql")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot read argument: --mysql; usage: --home DIR");
        assertThatThrownBy(() -> DaemonArguments.parse(List.of("--home")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot read argument: --home");
        assertThatThrownBy(() -> DaemonArguments.parse(List.of("--home", "/lake", "--grace", "soon")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read --grace: soon; give whole seconds");
        assertThatThrownBy(() -> DaemonArguments.parse(List.of("--postgres")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot start without --home");
    }
}
