package dev.sluice.infrastructure;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The {@code terraform} command on one folder of configuration. What it downloads is kept in a cache for all folders;
 * what it notes down goes to a data folder, so that the configuration's own stays as it is.
 */
public final class Terraform {

    private static final int NO_CHANGES = 0;
    private static final int CHANGES = 2;
    private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";
    private static final String PROVIDER_VERSION = "5.";

    private final Path program;
    private final Path folder;
    private final Map<String, String> environment;

    /**
     * @param folder the configuration
     * @param data for its own notes; made where missing
     * @param environment with what reaches AWS, or an emulator of it
     */
    public Terraform(Path folder, Path data, Map<String, String> environment) {
        this.folder = Objects.requireNonNull(folder, "folder");
        this.program = Tool.TERRAFORM.require(environment);
        Map<String, String> all = new TreeMap<>(environment);
        Path cache = Tool.cache(environment).resolve("terraform-plugins");
        all.putIfAbsent("TF_PLUGIN_CACHE_DIR", cache.toString());
        // Without a lock file, as in modules, the cache would not be used.
        all.put("TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE", "true");
        all.put("TF_DATA_DIR", data.toString());
        all.put("TF_IN_AUTOMATION", "1");
        all.put("TF_INPUT", "0");
        all.put("CHECKPOINT_DISABLE", "1");
        // A third of a plan's time is the providers' collection of garbage, whose processes end with the plan.
        all.putIfAbsent("GOGC", "400");
        String settings = all.get("TF_CLI_CONFIG_FILE");
        if (settings != null && !Files.exists(Path.of(settings))) {
            all.remove("TF_CLI_CONFIG_FILE");
        }
        this.environment = all;
        try {
            Files.createDirectories(data);
            Files.createDirectories(Path.of(all.get("TF_PLUGIN_CACHE_DIR")));
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.STORAGE_FULL, "Cannot create folder: " + data + ". " + failure, failure);
        }
    }

    /** Whether a plan would change anything. */
    public enum Plan {
        /** What is there is what the configuration says. */
        NO_CHANGES,
        /** Something would be created, changed or destroyed. */
        CHANGES
    }

    /** A plan's verdict and its text. */
    public record Planned(Plan plan, String text) {}

    /** Prepares the folder: providers, modules and the backend, whose settings are given as {@code key=value}. */
    public void init(List<String> backend) {
        List<String> arguments = new ArrayList<>(List.of("init", "-no-color", "-reconfigure"));
        backend.forEach(setting -> arguments.add("-backend-config=" + setting));
        mirror().ifPresent(mirror -> arguments.add("-plugin-dir=" + mirror));
        call(arguments, line -> {});
    }

    /** Prepares the folder without a backend, for checks that know no state. */
    public void initWithoutBackend() {
        List<String> arguments = new ArrayList<>(List.of("init", "-no-color", "-backend=false"));
        mirror().ifPresent(mirror -> arguments.add("-plugin-dir=" + mirror));
        call(arguments, line -> {});
    }

    /** A folder with the provider, for a machine that cannot reach Terraform's registry or should not load it again. */
    private Optional<Path> mirror() {
        Path home = Path.of(System.getProperty("user.home"));
        List<Path> places = new ArrayList<>();
        Optional.ofNullable(environment.get("SLUICE_TERRAFORM_PLUGINS")).ifPresent(named -> places.add(Path.of(named)));
        places.add(home.resolve(".terraform.d/plugins"));
        places.add(Path.of("/usr/local/share/terraform/plugins"));
        places.add(Path.of("/usr/share/terraform/plugins"));
        places.addAll(folders(Path.of("/opt")));
        return places.stream()
                .filter(place -> folders(place.resolve(PROVIDER)).stream()
                        .anyMatch(version -> version.getFileName().toString().startsWith(PROVIDER_VERSION)))
                .findFirst();
    }

    private static List<Path> folders(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(Files::isDirectory).sorted().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    /** Makes what the configuration says; variables as {@code -var=…} and {@code -var-file=…}. Returns all it said. */
    public String apply(List<String> variables, Consumer<String> line) {
        return call(with(variables, "apply", "-no-color", "-auto-approve"), line);
    }

    /** Compares the configuration with what is there. */
    public Planned plan(List<String> variables) {
        List<String> arguments = with(variables, "plan", "-no-color", "-detailed-exitcode", "-lock=false");
        Program.Ended ended = run(arguments, line -> {});
        if (ended.code() != NO_CHANGES && ended.code() != CHANGES) {
            throw failed("plan", ended);
        }
        return new Planned(ended.code() == NO_CHANGES ? Plan.NO_CHANGES : Plan.CHANGES, ended.output());
    }

    /** Destroys all that the state knows. Returns all it said. */
    public String destroy(List<String> variables) {
        return call(with(variables, "destroy", "-no-color", "-auto-approve"), line -> {});
    }

    /** The outputs as Terraform's JSON: an object with an object per output, its {@code value} in it. */
    public String outputs() {
        return call(List.of("output", "-json"), line -> {});
    }

    /** The addresses of all that the state holds. */
    public List<String> resources() {
        return call(List.of("state", "list"), line -> {}).lines().toList();
    }

    /** Runs another of its commands. Returns all it said. */
    public String call(List<String> arguments, Consumer<String> line) {
        Program.Ended ended = run(arguments, line);
        if (ended.code() != 0) {
            throw failed(arguments.get(0), ended);
        }
        return ended.output();
    }

    private Program.Ended run(List<String> arguments, Consumer<String> line) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return Program.run(command, folder, environment, line);
    }

    private SluiceException failed(String what, Program.Ended ended) {
        return new SluiceException(
                ErrorCode.FAILED, "Cannot run terraform " + what + " in " + folder + ":\n" + ended.tail());
    }

    private static List<String> with(List<String> variables, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(variables);
        return all;
    }
}
