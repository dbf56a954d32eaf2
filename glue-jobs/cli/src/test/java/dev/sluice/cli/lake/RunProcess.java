package dev.sluice.cli.lake;

import dev.sluice.Step;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An ingest and a load of a local lake's tables in a JVM of its own, which may be told where to die. */
final class RunProcess {

    /** What {@link Process#waitFor()} tells of a process that died by SIGKILL. */
    static final int KILLED = 137;

    private static final long PATIENCE_SECONDS = 150;

    private RunProcess() {}

    /** When, around a step, the process dies. */
    enum Moment {
        BEFORE,
        /** As soon as the step has begun to write a data file in its zone. */
        DURING,
        AFTER
    }

    /** How a process ended. */
    record Ended(int exit, String output) {}

    /** Runs tables in a new JVM with a heap of {@code megabytes} and waits until it ends. */
    static Ended run(Home home, int megabytes, List<TableName> tables, Optional<Step> step, Moment moment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + megabytes + "m"));
        // What Spark needs of the JDK is what this JVM was given.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-D"))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                // The process lives for seconds: what a better compiler costs it never earns.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RunProcess.class.getName(),
                home.folder().toString(),
                String.join(",", tables.stream().map(TableName::toString).toList()),
                step.map(Step::name).orElse(""),
                moment.name()));
        Path output = Files.createTempFile("run-process", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        String said = Files.readString(output);
        Files.delete(output);
        return new Ended(process.exitValue(), said);
    }

    /** Runs what {@link #run} asks for. */
    public static void main(String[] arguments) {
        Home home = new Home(Path.of(arguments[0]));
        List<TableName> tables =
                Arrays.stream(arguments[1].split(",")).map(TableName::parse).toList();
        RunListener listener = arguments[2].isEmpty()
                ? RunListener.NONE
                : new Killer(home, Step.valueOf(arguments[2]), Moment.valueOf(arguments[3]));
        try (LocalPlatform platform = new LocalPlatform(home, Map.of())) {
            RunReport report = new Ingest(platform, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), tables));
            LoadReport loads = new LoadRun(platform, listener).run("load-" + UUID.randomUUID(), tables);
            if (!report.failed().isEmpty() || !loads.failed().isEmpty()) {
                throw new IllegalStateException("failed: " + report.failed() + loads.failed());
            }
        }
    }

    /** Sends this process the signal that nothing can catch. */
    private record Killer(Home home, Step step, Moment moment) implements RunListener {

        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step here) {
            if (here != step) {
                return;
            }
            if (moment == Moment.BEFORE) {
                die();
            } else if (moment == Moment.DURING) {
                Path zone = step == Step.WRITE_RAW ? home.raw() : home.curated();
                Set<Path> before = dataFiles(zone);
                Thread watch = new Thread(() -> dieOnceThereIsMore(zone, before), "killer");
                watch.setDaemon(true);
                watch.start();
            }
        }

        @Override
        public void after(TableName table, Step here) {
            if (here == step && moment == Moment.AFTER) {
                die();
            }
        }

        private static void dieOnceThereIsMore(Path zone, Set<Path> before) {
            while (before.containsAll(dataFiles(zone))) {
                Thread.onSpinWait();
            }
            die();
        }

        private static Set<Path> dataFiles(Path zone) {
            if (!Files.exists(zone)) {
                return Set.of();
            }
            try (Stream<Path> files = Files.walk(zone)) {
                return new HashSet<>(files.filter(file -> file.toString().endsWith(".parquet"))
                        .toList());
            } catch (IOException | UncheckedIOException moved) {
                // A writer renames files while they are listed; the next look sees them.
                return Set.of();
            }
        }

        private static synchronized void die() {
            try {
                new ProcessBuilder(
                                "kill",
                                "-9",
                                Long.toString(ProcessHandle.current().pid()))
                        .start();
                Thread.sleep(TimeUnit.MINUTES.toMillis(10));
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException("cannot kill this process", failure);
            }
        }
    }
}
