package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script {@code sluice} gives each command a JVM that can do what the command does; a Java that tells how it is called stands in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LauncherTest {

    private static final Path LAUNCHER =
            Path.of(System.getProperty("user.dir"), "..", "..", "sluice").normalize();

    /** Those that read or write zones, or a target. */
    private static final Set<String> WITH_SPARK =
            Set.of("run", "load", "verify", "view", "as-of", "reconcile", "maintain", "demo", "quarantine");

    private Path jdk;

    @BeforeAll
    void standInForJava(@TempDir Path folder) throws IOException {
        jdk = folder;
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    }

    static Set<String> commands() {
        return Sluice.commandLine(Map.of(), new PrintWriter(System.out), new PrintWriter(System.err))
                .getSubcommands()
                .keySet();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void aCommandHasWhatSparkNeedsWhereItUsesIt(String command) throws Exception {
        assertThat(arguments("--home", "somewhere", command).contains("/spark.options\n"))
                .isEqualTo(WITH_SPARK.contains(command));
        assertThat(arguments(command, "--help")).doesNotContain("/spark.options");
    }

    private String arguments(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("SLUICE_NO_BUILD", "1");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("dev.sluice.cli.Sluice\n" + String.join("\n", arguments));
        return said;
    }
}
