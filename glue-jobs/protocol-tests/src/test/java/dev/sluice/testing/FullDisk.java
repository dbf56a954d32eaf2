package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.SettingsStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;

/** A lake on a disk of a few megabytes: a JVM in a mount namespace of its own, which needs no privilege where users may have one. */
final class FullDisk {

    private static final List<String> NAMESPACE = List.of("unshare", "--user", "--map-root-user", "--mount");
    private static final long PATIENCE_SECONDS = 150;

    private FullDisk() {}

    /** How the process ended. */
    record Ended(int exit, String output) {}

    /** Whether this system lets this user mount a disk in a namespace. */
    static boolean isPermitted(Path mountPoint) throws InterruptedException {
        List<String> command = new ArrayList<>(NAMESPACE);
        command.addAll(List.of("mount", "-t", "tmpfs", "none", mountPoint.toString()));
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** Runs {@link #main} for a source with a bulky table {@code orders}. */
    static Ended run(Path mountPoint, Database source) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(NAMESPACE);
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx768m"));
        // What Spark needs of the JDK is what this JVM was given.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-D"))
                .forEach(command::add);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                mountPoint.toString(),
                source.endpoint().url(),
                source.endpoint().user().orElseThrow()));
        Path output = Files.createTempFile("full-disk", ".log");
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

    /** Fills the disk while raw is written and while curated is, and goes on once there is space. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String disk = arguments[0];
        mount("size=1m", disk);
        Database source = new Database(new JdbcEndpoint(arguments[1], Optional.of(arguments[2]), Optional.of("")));
        Lake lake = Lake.in(Path.of(disk)).connect("shop", SpoiledShop.secret(source.endpoint()));
        lake.settings().register(SpoiledShop.orders().build(), SettingsStore.Existing.REFUSE);

        assertFull(lake);
        assertThat(files(lake, "raw", "_manifest.json")).as("manifests").isZero();

        // Enough for raw beside what the failed attempt still holds open, too little for curated beside raw alone.
        mount("remount,size=2700k", disk);
        assertFull(lake);
        assertThat(files(lake, "raw", "_manifest.json")).as("manifests").isOne();
        assertThat(files(lake, "curated", "00000000000000000000.json"))
                .as("commits")
                .isZero();

        mount("remount,size=64m", disk);
        RunReport report = run(lake);
        assertThat(report.failed()).isEmpty();
        assertThat(report.tables().get(0).status()).isEqualTo(TableOutcome.Status.RESUMED);
        assertThat(RowsOf.curated(lake, "shop/orders", "id", "status"))
                .isEqualTo(RowsOf.query(source, "SELECT id, status FROM orders"));
    }

    private static void assertFull(Lake lake) {
        RunReport report = run(lake);
        SpoiledShop.assertSaid(
                report.tables().get(0).failure().orElseThrow(() -> new AssertionError("the disk was big enough")),
                ErrorCode.STORAGE_FULL,
                "table shop/orders",
                "run again");
        assertThat(lake.bookmarks().load(SpoiledShop.ORDERS).lastBatch()).isZero();
    }

    private static RunReport run(Lake lake) {
        DeltaLog.clearCache();
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(SpoiledShop.ORDERS)));
    }

    private static long files(Lake lake, String zone, String name) throws IOException {
        Path folder = lake.folder().resolve(zone);
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).count();
        }
    }

    private static void mount(String options, String disk) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "none", disk)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).as("mount " + options).isZero();
    }
}
