package dev.sluice.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** A client of the embedded servers in a JVM of its own, to be killed. */
final class ClientProcess implements AutoCloseable {
    private final Process process;

    private ClientProcess(Process process) {
        this.process = process;
    }

    /** Starts PostgreSQL's daemon with a grace in seconds, prints its pid and waits to be killed. */
    public static void main(String[] args) throws InterruptedException {
        Servers servers =
                Servers.start(Path.of(args[0]), Set.of(Part.POSTGRES), Duration.ofSeconds(Long.parseLong(args[1])));
        System.out.println(servers.addresses().pid());
        Thread.sleep(Duration.ofMinutes(10).toMillis());
    }

    /** Launches the client without waiting for it. */
    static ClientProcess launch(Path home, Duration grace) throws IOException {
        String classPath = folder(Servers.class) + ":" + folder(ClientProcess.class);
        return new ClientProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        classPath,
                        ClientProcess.class.getName(),
                        home.toString(),
                        Long.toString(grace.toSeconds()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until the client has its servers; the daemon's pid. */
    long daemon() throws IOException {
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return Long.parseLong(line);
    }

    /** Kills the client as {@code kill -9} does. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Path folder(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
}
