package dev.sluice.infrastructure;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that Maven does not bring. Found in the folder that {@code .ci/tools} fills (SLUICE_TOOLS, else
 * {@code ~/.cache/sluice/tools}), then on the PATH.
 */
public enum Tool {
    /** Applies the configuration. */
    TERRAFORM("Terraform 1.11 or later", "https://developer.hashicorp.com/terraform/install"),
    /** A Python with moto, which the emulator repairs and so needs in its exact version. */
    EMULATOR("a Python with moto 5.2.1", ".ci/tools, or: pip install -r emulator/requirements.txt"),
    /** Checks definitions of state machines. */
    ASL_VALIDATOR("asl-validator 4.0.0", ".ci/tools, or: npm install --global asl-validator@4.0.0"),
    /** Checks CloudFormation templates. */
    CFN_LINT("cfn-lint", ".ci/tools, or: pip install cfn-lint");

    private static final String PYTHON_CHECK = "import flask, moto; assert moto.__version__ == '5.2.1'";

    private final String title;
    private final String installation;

    Tool(String title, String installation) {
        this.title = title;
        this.installation = installation;
    }

    /** What it is, with its version. */
    public String title() {
        return title;
    }

    /** How a person gets it. */
    public String installation() {
        return installation;
    }

    /** The program's file; looked for anew at each call. */
    public Optional<Path> find(Map<String, String> environment) {
        return switch (this) {
            case TERRAFORM -> candidates(environment, "terraform").findFirst();
            case EMULATOR -> candidates(environment, "python3", "python")
                    .filter(python -> hasMoto(python, environment))
                    .findFirst();
            case ASL_VALIDATOR -> candidates(environment, "asl-validator").findFirst();
            case CFN_LINT -> candidates(environment, "cfn-lint").findFirst();
        };
    }

    /** As {@link #find}, refusing with the way to install it. */
    public Path require(Map<String, String> environment) {
        return find(environment)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot find " + title + " on the PATH. Install it: " + installation));
    }

    private static Stream<Path> candidates(Map<String, String> environment, String... names) {
        Path tools = Optional.ofNullable(environment.get("SLUICE_TOOLS"))
                .map(Path::of)
                .orElseGet(() -> cache(environment).resolve("tools"));
        Stream<Path> own =
                Stream.of(tools.resolve("bin"), tools.resolve("python/bin"), tools.resolve("node_modules/.bin"));
        Stream<Path> path = Arrays.stream(environment.getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(Path::of);
        return Stream.concat(own, path)
                .flatMap(folder -> Arrays.stream(names).map(folder::resolve))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file));
    }

    /** Where downloads are kept between runs. */
    static Path cache(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("sluice");
    }

    private static boolean hasMoto(Path python, Map<String, String> environment) {
        List<String> command = List.of(python.toString(), "-c", PYTHON_CHECK);
        return Program.run(command, Path.of("").toAbsolutePath(), environment, line -> {})
                        .code()
                == 0;
    }
}
