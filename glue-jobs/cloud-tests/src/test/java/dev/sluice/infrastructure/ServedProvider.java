package dev.sluice.infrastructure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Terraform's AWS provider in one process for many commands. By itself each run of a test starts it anew, which takes
 * longer than the run. For commands that ask it for schemas and checks alone: what it is configured with is for all.
 */
final class ServedProvider implements AutoCloseable {

    private static final String VARIABLE = "TF_REATTACH_PROVIDERS";
    private static final Pattern ADDRESS = Pattern.compile("\\s*" + VARIABLE + "='(.*)'");

    private final Process process;
    private final String address;

    private ServedProvider(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts the provider.
     *
     * @param data the notes of a Terraform that is prepared, in which the program lies
     */
    static ServedProvider start(Path data) {
        try {
            Process process = new ProcessBuilder(program(data).toString(), "-debug")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher said = ADDRESS.matcher(line);
                if (said.matches()) {
                    return new ServedProvider(process, said.group(1));
                }
            }
            throw new AssertionError("the provider ended before it said where it is");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path program(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("providers"), FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> file.getFileName().toString().startsWith("terraform-provider-aws_"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The environment of a Terraform that uses it. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put(VARIABLE, address);
        return environment;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
