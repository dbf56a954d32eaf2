package dev.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("It sets a property of the JVM that every start of servers reads.")
class MissingLibraryTest {
    @TempDir
    private Path home;

    @Test
    void aMissingLibraryIsNamed() {
        System.setProperty(DaemonCommand.LIBRARY_PROPERTY, home.toString());
        try {
            assertThatThrownBy(() -> Servers.start(home, Set.of(Part.DYNAMODB), Duration.ofSeconds(60)))
                    .isInstanceOf(ServersException.class)
                    .hasMessageContaining("Cannot find the jars of the embedded servers: none in [" + home + "]")
                    .hasMessageContaining(DaemonCommand.LIBRARY_PROPERTY);
        } finally {
            System.clearProperty(DaemonCommand.LIBRARY_PROPERTY);
        }
    }
}
