package dev.sluice.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or after its name; most may come from the environment instead. */
final class GlobalOptions {

    private static final String DEFAULT_HOME = ".sluice";

    private final Map<String, String> environment;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The local lake (SLUICE_HOME; default ./.sluice).")
    private Path home;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Answer with one JSON document on standard output; progress stays on standard error.")
    private boolean json;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error comes from.")
    private boolean debug;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "On AWS: the environment, like dev; its SSM parameter /sluice/NAME/config says what its parts"
                    + " are called (SLUICE_ENVIRONMENT). Turns the local lake off.")
    private String environmentName;

    @Option(
            names = "--settings-table",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description =
                    "On AWS: the DynamoDB table of settings (SLUICE_SETTINGS_TABLE). Turns the local lake off; with"
                            + " an environment, this and the following are used in place of its own.")
    private String settingsTable;

    @Option(
            names = "--bookmarks-table",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "On AWS: the DynamoDB table of bookmarks (SLUICE_BOOKMARKS_TABLE).")
    private String bookmarksTable;

    @Option(
            names = "--raw",
            paramLabel = "URI",
            scope = ScopeType.INHERIT,
            description = "On AWS: the raw zone, s3://bucket/prefix (SLUICE_RAW).")
    private String raw;

    @Option(
            names = "--curated",
            paramLabel = "URI",
            scope = ScopeType.INHERIT,
            description = "On AWS: the curated zone (SLUICE_CURATED).")
    private String curated;

    @Option(
            names = "--quarantine",
            paramLabel = "URI",
            scope = ScopeType.INHERIT,
            description = "On AWS: the quarantine zone (SLUICE_QUARANTINE).")
    private String quarantine;

    @Option(
            names = "--region",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "On AWS: the region (SLUICE_REGION; default the AWS profile's).")
    private String region;

    GlobalOptions(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    boolean json() {
        return json;
    }

    boolean debug() {
        return debug;
    }

    /** The local lake's folder, absolute. */
    Path home() {
        return homeIfNamed().orElse(Path.of(DEFAULT_HOME)).toAbsolutePath().normalize();
    }

    /** The folder that an option or the environment names. */
    Optional<Path> homeIfNamed() {
        return Optional.ofNullable(home).or(() -> environment("SLUICE_HOME").map(Path::of));
    }

    /** Whether the lake is one on AWS. */
    boolean onAws() {
        return environmentName().isPresent() || settingsTable().isPresent();
    }

    Optional<String> environmentName() {
        return Optional.ofNullable(environmentName).or(() -> environment("SLUICE_ENVIRONMENT"));
    }

    Optional<String> settingsTable() {
        return Optional.ofNullable(settingsTable).or(() -> environment("SLUICE_SETTINGS_TABLE"));
    }

    Optional<String> bookmarksTable() {
        return Optional.ofNullable(bookmarksTable).or(() -> environment("SLUICE_BOOKMARKS_TABLE"));
    }

    Optional<String> raw() {
        return Optional.ofNullable(raw).or(() -> environment("SLUICE_RAW"));
    }

    Optional<String> curated() {
        return Optional.ofNullable(curated).or(() -> environment("SLUICE_CURATED"));
    }

    Optional<String> quarantine() {
        return Optional.ofNullable(quarantine).or(() -> environment("SLUICE_QUARANTINE"));
    }

    Optional<String> region() {
        return Optional.ofNullable(region).or(() -> environment("SLUICE_REGION"));
    }

    /** A variable of the process's environment; empty where it is unset or blank. */
    Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    Map<String, String> environment() {
        return environment;
    }
}
