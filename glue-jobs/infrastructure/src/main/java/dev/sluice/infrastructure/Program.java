package dev.sluice.infrastructure;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Another program, run to its end with its standard output and standard error as one text. */
final class Program {

    private Program() {}

    /** How a program ended and all it said. */
    record Ended(int code, String output) {

        /** The last lines, for a message. */
        String tail() {
            List<String> lines = output.lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        }
    }

    private static final int TAIL_LINES = 40;

    /**
     * Runs a program. Ends it where this thread is interrupted.
     *
     * @param environment in place of this process's own
     * @param line told of each line as it is said
     */
    static Ended run(List<String> command, Path folder, Map<String, String> environment, Consumer<String> line) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            StringBuilder output = new StringBuilder();
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String said = reader.readLine(); said != null; said = reader.readLine()) {
                    output.append(said).append('\n');
                    line.accept(said);
                }
            }
            return new Ended(process.waitFor(), output.toString());
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot run program: " + command.get(0) + ". " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SluiceException(ErrorCode.FAILED, "Cannot await program: " + command.get(0), interrupted);
        } finally {
            if (process != null) {
                process.destroy();
            }
        }
    }
}
