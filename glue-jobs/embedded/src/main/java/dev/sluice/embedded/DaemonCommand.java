package dev.sluice.embedded;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The command line of a daemon: a small JVM with a class path of its own. */
final class DaemonCommand {
    /** Names the folder of the daemon's jars where it does not lie beside this class's own jar or folder. */
    static final String LIBRARY_PROPERTY = "sluice.embedded.lib";

    private static final String LANDMARK = "DynamoDBLocal-*.jar";

    private final RunFolder run;
    private final Set<Part> parts;
    private final Duration grace;
    private final Set<ServerOption> options;

    DaemonCommand(RunFolder run, Set<Part> parts, Duration grace, Set<ServerOption> options) {
        this.run = run;
        this.parts = parts;
        this.grace = grace;
        this.options = options;
    }

    /** Starts the daemon with its standard streams on the log, outside the caller's session where possible. */
    Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line())
                .directory(run.home().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(run.log().toFile()));
        // Options meant for the caller's JVM would size or instrument the daemon's.
        builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }

    private List<String> line() {
        Path own = codeSource();
        Path library = library(own);
        List<String> line = new ArrayList<>();
        // A session of its own keeps an interrupt typed at the caller's terminal from the daemon.
        setsid().ifPresent(path -> line.add(path.toString()));
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        line.addAll(List.of("-Djava.awt.headless=true", "-Duser.timezone=UTC"));
        line.add("-Dsqlite4java.library.path=" + library);
        line.add("-Dorg.slf4j.simpleLogger.showDateTime=true");
        line.add("-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS");
        line.add("-cp");
        line.add(own + File.pathSeparator + library + File.separator + "*");
        line.add(EmbeddedServers.class.getName());
        line.addAll(List.of("--home", run.home().toString(), "--grace", Long.toString(grace.toSeconds())));
        parts.stream().map(Part::argument).sorted().forEach(line::add);
        options.stream().map(ServerOption::argument).sorted().forEach(line::add);
        return line;
    }

    private static Optional<Path> setsid() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path codeSource() {
        try {
            return Path.of(DaemonCommand.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toAbsolutePath();
        } catch (URISyntaxException e) {
            throw new ServersException("Cannot find the jar of the embedded servers: " + e, e);
        }
    }

    /** The daemon's jars: where the property says, else {@code lib} or {@code ../embedded} beside our own jar. */
    private static Path library(Path own) {
        String named = System.getProperty(LIBRARY_PROPERTY);
        Path folder = own.getParent();
        List<Path> candidates = named != null
                ? List.of(Path.of(named).toAbsolutePath())
                : List.of(
                        folder.resolve("lib"), folder.resolveSibling("embedded").normalize());
        return candidates.stream()
                .filter(DaemonCommand::holdsLibrary)
                .findFirst()
                .orElseThrow(() -> new ServersException("Cannot find the jars of the embedded servers: none in "
                        + candidates + "; build the module glue-jobs/embedded, or set the system property "
                        + LIBRARY_PROPERTY + " to their folder"));
    }

    private static boolean holdsLibrary(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, LANDMARK)) {
            return jars.iterator().hasNext();
        } catch (IOException e) {
            throw new ServersException("Cannot list " + folder + ": " + e, e);
        }
    }
}
