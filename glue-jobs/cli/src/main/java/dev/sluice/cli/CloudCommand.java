package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.dynamodb.DynamoDbSettingsStore;
import dev.sluice.cli.demo.DemoHome;
import dev.sluice.cli.demo.TpchSource;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Servers;
import dev.sluice.infrastructure.Deployment;
import dev.sluice.infrastructure.Emulator;
import dev.sluice.infrastructure.StateMachine;
import dev.sluice.infrastructure.Tool;
import dev.sluice.settings.SettingsStore.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;

/** Applies the Terraform configuration to an emulated AWS and runs its ingest machine once on an embedded shop. */
@Command(
        name = "cloud",
        description =
                "See the deployed system on this machine: an emulated AWS, the Terraform configuration as it is, and its"
                        + " state machine, which runs the real jar from an embedded PostgreSQL to a lake and a database."
                        + " Needs Terraform, and a Python with moto.",
        footer = {
            "  sluice cloud         in ./.sluice-cloud; leaves everything up to look at",
            "  sluice cloud --down  ends it"
        })
final class CloudCommand extends SluiceCommand {

    private static final String DEFAULT_HOME = ".sluice-cloud";
    private static final String REPOSITORY = "sluice.repository";
    private static final String SOURCE = "shop";
    private static final String SHOP = "shop";
    private static final String TARGET = "dataengineering";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Without the shop's events: nobody makes any here, so that their table is not made yet. */
    private static final List<String> LOADED = List.of("region", "nation", "customer", "orders", "lineitem");
    /** The names that environments/dev.tfvars lets the jobs read. */
    private static final Map<String, String> SECRETS = Map.of(SHOP, "shop-reader", TARGET, "dataengineering-db");

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            defaultValue = "0.01",
            description = "TPC-H's scale factor (default 0.01: 15,000 orders, 60,000 line items).")
    private double scale;

    @Option(names = "--down", description = "End the emulator and the databases of an earlier one.")
    private boolean down;

    private final Instant begun = Instant.now();

    @Override
    Answer answer() throws SQLException, IOException {
        Home home = new Home(options().homeIfNamed().orElse(Path.of(DEFAULT_HOME)));
        if (down) {
            return end(home);
        }
        requireTools();
        Emulator.running(emulatorFolder(home)).ifPresent(Emulator::close);
        new DemoHome(home).begin();
        try (LocalServers servers = new LocalServers(home)) {
            return show(home, servers);
        }
    }

    private Answer show(Home home, LocalServers servers) throws SQLException, IOException {
        tell("Starting PostgreSQL and filling the source with TPC-H at scale " + scale);
        fill(servers);
        servers.keep();
        tell("Starting the emulator of AWS");
        Emulator emulator =
                Emulator.start(repository(), emulatorFolder(home), options().environment(), Emulator.Life.ITS_OWN);
        Deployment deployment =
                new Deployment(repository(), home.folder(), emulator, options().environment());
        tell("Applying terraform/ to it, as it is, with environments/dev.tfvars and emulator.tfvars");
        Deployment.Deployed deployed = deployment.apply(count -> {
            if (count % 20 == 0) {
                tell("  " + count + " resources");
            }
        });
        tell("  " + deployed.resources() + " resources; the jobs' jar is uploaded under its hash");
        Map<String, String> variables = new TreeMap<>(emulator.variables());
        variables.remove("AWS_EC2_METADATA_DISABLED");
        Path file = home.folder().resolve("aws.env");
        Files.write(
                file,
                variables.entrySet().stream()
                        .map(variable -> "export " + variable.getKey() + "=" + variable.getValue())
                        .toList());
        register(home, servers, emulator, deployed);
        StateMachine.Ended ended = execute(emulator, deployed);
        Map<String, Long> rows = ended.status().equals("SUCCEEDED") ? loaded(servers) : Map.of();
        ExitCode code = rows.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
        double seconds = Documents.seconds(Duration.between(begun, Instant.now()));
        tell(code == ExitCode.OK ? "Done" : "Done, with a failure");
        return new Answer(
                code,
                new Fields()
                        .add("home", home.folder())
                        .add("endpoint", emulator.endpoint())
                        .add("resources", deployed.resources())
                        .add("execution", ended.arn())
                        .add("state", ended.status())
                        .add("output", ended.output())
                        .add("error", ended.error())
                        .add("cause", ended.cause())
                        .add("rows", rows)
                        .add("seconds", seconds)
                        .map(),
                text(ended, rows) + next(home, servers, emulator, deployed));
    }

    private Answer end(Home home) {
        boolean emulator = Emulator.running(emulatorFolder(home))
                .map(running -> {
                    running.close();
                    return true;
                })
                .orElse(false);
        boolean databases = Servers.stop(home.folder());
        boolean stopped = emulator || databases;
        return new Answer(
                ExitCode.OK,
                new Fields().add("home", home.folder()).add("stopped", stopped).map(),
                (stopped ? "Ended the cloud of " : "Nothing runs in ") + home.folder() + "." + System.lineSeparator());
    }

    private void requireTools() {
        List<Tool> missing = Arrays.asList(Tool.TERRAFORM, Tool.EMULATOR).stream()
                .filter(tool -> tool.find(options().environment()).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    missing.stream()
                            .map(tool -> "Cannot find " + tool.title() + ". Install it: " + tool.installation())
                            .collect(Collectors.joining(System.lineSeparator())));
        }
    }

    private void fill(LocalServers servers) throws SQLException, IOException {
        try (Connection postgres = connect(servers.database("postgres"));
                Statement statement = postgres.createStatement()) {
            statement.execute("CREATE DATABASE " + SHOP);
            statement.execute("CREATE DATABASE " + TARGET);
        }
        try (Connection shop = connect(servers.database(SHOP))) {
            new TpchSource(scale).load(shop, table -> {});
        }
    }

    private void register(Home home, LocalServers servers, Emulator emulator, Deployment.Deployed deployed)
            throws IOException {
        tell("Registering what is in " + home.settings() + " in DynamoDB, with secrets in Secrets Manager");
        List<Path> files = new DemoHome(home).writeSettings();
        for (Path file : files) {
            String text = Files.readString(file);
            for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
                text = text.replace(
                        "jdbc-url: jdbc:postgresql://embedded/" + secret.getKey() + "\n",
                        "jdbc-url: " + servers.database(secret.getKey()).url() + "\n  secret: " + secret.getValue()
                                + "\n");
            }
            Files.writeString(file, text);
        }
        try (SecretsManagerClient secrets = client(emulator, SecretsManagerClient.builder());
                DynamoDbClient dynamoDb = client(emulator, DynamoDbClient.builder())) {
            for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
                JdbcEndpoint endpoint = servers.database(secret.getKey());
                String text = Json.write(new Fields()
                        .add("username", endpoint.user())
                        .add("password", endpoint.password())
                        .map());
                secrets.createSecret(request -> request.name(secret.getValue()).secretString(text));
            }
            RegisterCommand.register(
                    new DynamoDbSettingsStore(dynamoDb, deployed.tables().get("settings")),
                    SettingsFiles.read(files),
                    Existing.REFUSE);
        }
    }

    private StateMachine.Ended execute(Emulator emulator, Deployment.Deployed deployed) {
        String arn = deployed.ingestMachines().get(SOURCE);
        tell("Executing " + arn);
        try (SfnClient client = client(emulator, SfnClient.builder())) {
            StateMachine machine = new StateMachine(client, arn);
            String execution = machine.start("cloud-" + Instant.now().getEpochSecond(), "{}");
            return machine.await(execution, PATIENCE, state -> tell("  " + state));
        }
    }

    private static Map<String, Long> loaded(LocalServers servers) throws SQLException {
        Map<String, Long> rows = new TreeMap<>();
        try (Connection target = connect(servers.database(TARGET));
                Statement statement = target.createStatement()) {
            for (String table : LOADED) {
                try (ResultSet count = statement.executeQuery("SELECT count(*) FROM public." + table)) {
                    count.next();
                    rows.put(table, count.getLong(1));
                }
            }
        }
        return rows;
    }

    private static String text(StateMachine.Ended ended, Map<String, Long> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("The execution " + ended.status()
                + ended.error().map(error -> ": " + error).orElse(""));
        ended.output().ifPresent(output -> lines.add("  " + output));
        ended.cause().ifPresent(cause -> lines.add("  " + cause));
        if (!rows.isEmpty()) {
            lines.add("Rows in the database it loads");
            rows.forEach((table, count) -> lines.add(String.format("  %-14s %10s", table, Phrases.count(count))));
        }
        return text(lines);
    }

    private String next(Home home, LocalServers servers, Emulator emulator, Deployment.Deployed deployed) {
        Path here = Path.of("").toAbsolutePath();
        Path shown = home.folder().startsWith(here) ? here.relativize(home.folder()) : home.folder();
        String at = options().homeIfNamed().isPresent() ? " --home " + shown : "";
        JdbcEndpoint target = servers.database(TARGET);
        return text(List.of(
                "",
                "Where things are",
                "  " + emulator.endpoint() + "/moto-api/  what the emulated AWS holds",
                "  " + shown.resolve("emulator/job-runs") + "  the log of each run of a Glue job",
                "  " + shown.resolve("settings") + "  the settings, as they are registered",
                "  s3://" + deployed.buckets().get("raw") + ", s3://"
                        + deployed.buckets().get("curated"),
                "  " + target.url() + "  user " + target.user().orElse(""),
                "",
                "What to try next",
                "  . " + shown.resolve("aws.env") + "   # any client of AWS now reaches the emulator",
                "  ./sluice --environment " + Deployment.ENVIRONMENT + " status",
                "  aws stepfunctions start-execution --state-machine-arn "
                        + deployed.ingestMachines().get(SOURCE),
                "  aws s3 ls --recursive s3://" + deployed.buckets().get("curated"),
                "  aws glue get-tables --database-name sluice_dev_" + SOURCE,
                "  ./sluice cloud --down" + at + "   # ends it all"));
    }

    private static String text(List<String> lines) {
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }

    private static Path emulatorFolder(Home home) {
        return home.folder().resolve("emulator");
    }

    /** The project's folder, which the launcher names. */
    private static Path repository() {
        String named = System.getProperty(REPOSITORY);
        if (named == null) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot find the project's folder: the property " + REPOSITORY
                            + " is not set. Run ./sluice in a clone.");
        }
        return Path.of(named);
    }

    private void tell(String line) {
        say(String.format("[%5.1f s] %s", Documents.seconds(Duration.between(begun, Instant.now())), line));
    }

    private static <B extends AwsClientBuilder<B, C>, C> C client(Emulator emulator, B builder) {
        return builder.region(Region.of(Emulator.REGION))
                .endpointOverride(emulator.endpoint())
                .credentialsProvider(Deployment.credentials())
                .build();
    }

    private static Connection connect(JdbcEndpoint endpoint) throws SQLException {
        return DriverManager.getConnection(
                endpoint.url(),
                endpoint.user().orElseThrow(),
                endpoint.password().orElseThrow());
    }
}
