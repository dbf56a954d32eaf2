package dev.sluice.infrastructure;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The emulator of AWS, a process with a folder of its own: {@code emulator.log}, {@code job-runs/} with a log for each run
 * of a Glue job. All it holds of AWS is in its memory and ends with it.
 */
public final class Emulator implements AutoCloseable {

    /** The region in which everything is made. */
    public static final String REGION = "eu-central-1";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final String ADDRESS = "emulator.properties";
    private static final String PID = "pid";
    private static final String STARTED = "started";
    private static final String PORT = "port";

    /** How long an emulator lives. */
    public enum Life {
        /** Until it is closed, or this process ends, however that dies. */
        OF_THIS_PROCESS,
        /** Until it is stopped. */
        ITS_OWN
    }

    private final Path folder;
    private final ProcessHandle process;
    private final int port;

    private Emulator(Path folder, ProcessHandle process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts an emulator and waits until it answers.
     *
     * @param repository the project's folder, built: it holds the emulator and what Glue has around a job
     * @param folder for its files; made where missing
     * @param environment of which PATH, JAVA_HOME and SLUICE_TOOLS matter
     */
    public static Emulator start(Path repository, Path folder, Map<String, String> environment, Life life) {
        Objects.requireNonNull(life, "life");
        Path python = Tool.EMULATOR.require(environment);
        Path runtime = repository.resolve("glue-jobs/glue-runtime/target/runtime");
        if (!Files.isRegularFile(runtime.resolve("class-path"))) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot start the emulator: " + runtime + " is not built. Run: mvn -DskipTests package");
        }
        try {
            Files.createDirectories(folder);
            int port = freePort();
            List<String> command = new ArrayList<>(List.of(
                    python.toString(),
                    repository.resolve("emulator/emulator.py").toString(),
                    "--port",
                    String.valueOf(port),
                    "--folder",
                    folder.toString(),
                    "--glue-runtime",
                    runtime.toString()));
            if (life == Life.OF_THIS_PROCESS) {
                command.add("--until-input-ends");
            }
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("emulator.log").toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.environment().put("AWS_REGION", REGION);
            // Compiled modules would be left in the sources.
            builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
            if (life == Life.ITS_OWN) {
                builder.redirectInput(
                        ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            }
            Process process = builder.start();
            Emulator emulator = new Emulator(folder, process.toHandle(), port);
            emulator.awaitAnswer();
            emulator.publish();
            return emulator;
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot start the emulator in " + folder + ". " + failure, failure);
        }
    }

    /** The folder that is the image of this tag, for the tasks of Fargate. */
    Path image(String tag) {
        return folder.resolve("images").resolve(tag);
    }

    /** The emulator that runs in a folder. */
    public static Optional<Emulator> running(Path folder) {
        Properties address = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(ADDRESS))) {
            address.load(reader);
        } catch (IOException absent) {
            return Optional.empty();
        }
        // A process that has got the same number since began at another time.
        return ProcessHandle.of(Long.parseLong(address.getProperty(PID)))
                .filter(process -> process.isAlive() && started(process).equals(address.getProperty(STARTED)))
                .map(process -> new Emulator(folder, process, Integer.parseInt(address.getProperty(PORT))));
    }

    /** Where it answers. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where the log of a Glue job's run is. */
    public Path jobLog(String jobRunId) {
        return folder.resolve("job-runs").resolve(jobRunId + ".log");
    }

    /** The variables by which any client of AWS reaches it. */
    public Map<String, String> variables() {
        return new TreeMap<>(Map.of(
                "AWS_ENDPOINT_URL",
                endpoint().toString(),
                "AWS_ACCESS_KEY_ID",
                "emulator",
                "AWS_SECRET_ACCESS_KEY",
                "emulator",
                "AWS_REGION",
                REGION,
                "AWS_EC2_METADATA_DISABLED",
                "true"));
    }

    /** Ends it and the jobs it runs. */
    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(STOP.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                .handle((ended, late) -> {
                    if (late != null) {
                        process.destroyForcibly();
                    }
                    return ended;
                })
                .join();
        try {
            Files.deleteIfExists(folder.resolve(ADDRESS));
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot remove the emulator's address in " + folder + ". " + failure, failure);
        }
    }

    private void publish() throws IOException {
        Properties address = new Properties();
        address.setProperty(PID, String.valueOf(process.pid()));
        address.setProperty(STARTED, started(process));
        address.setProperty(PORT, String.valueOf(port));
        try (Writer writer = Files.newBufferedWriter(folder.resolve(ADDRESS))) {
            address.store(writer, null);
        }
    }

    private void awaitAnswer() throws IOException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(endpoint().resolve("/moto-api/config"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                client.send(request, HttpResponse.BodyHandlers.discarding());
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroyForcibly();
                    throw new SluiceException(
                            ErrorCode.FAILED,
                            "Cannot start the emulator in " + folder + ". It says:\n"
                                    + Files.readString(folder.resolve("emulator.log")),
                            notYet);
                }
                pause();
            } catch (InterruptedException interrupted) {
                throw interrupted(interrupted);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static SluiceException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new SluiceException(ErrorCode.FAILED, "Cannot await the emulator", interrupted);
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
