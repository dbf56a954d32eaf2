package dev.sluice.cli;

import dev.sluice.cli.demo.DemoHome;
import dev.sluice.cli.demo.ShopChanges;
import dev.sluice.cli.demo.TpchSource;
import dev.sluice.cli.lake.Home;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.cli.lake.LocalServers;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.embedded.Servers;
import dev.sluice.run.IngestRequest;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole path at work on an embedded shop. */
@Command(
        name = "demo",
        description =
                "Watch tables move from an embedded PostgreSQL to a lake on this disk and on to a second database:"
                        + " an initial load, an incremental run after the source has changed, and one that finds nothing new.",
        footer = {
            "  sluice demo                 in ./.sluice-demo",
            "  sluice demo --scale 0.1     ten times the rows",
            "  sluice demo --keep          leave the databases up to play with",
            "  sluice demo --down          stop them"
        })
final class DemoCommand extends SluiceCommand {

    private static final String DEFAULT_HOME = ".sluice-demo";
    private static final String SOURCE = "shop";
    private static final String SHOP = "shop";
    private static final String TARGET = "dataengineering";

    /** The bound stays this far behind the source's clock, so changes younger than it are read a second time. */
    private static final Duration SETTLE = Duration.ofMillis(1200);

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            defaultValue = "0.01",
            description = "TPC-H's scale factor (default 0.01: 15,000 orders, 60,000 line items).")
    private double scale;

    @Option(names = "--keep", description = "Leave the databases up afterwards.")
    private boolean keep;

    @Option(names = "--down", description = "Stop the databases of an earlier demo; the data stay.")
    private boolean down;

    private final Instant begun = Instant.now();

    @Override
    Answer answer() throws SQLException, IOException, InterruptedException {
        Home home = new Home(options().homeIfNamed().orElse(Path.of(DEFAULT_HOME)));
        if (down) {
            boolean stopped = Servers.stop(home.folder());
            return new Answer(
                    ExitCode.OK,
                    new Fields()
                            .add("home", home.folder())
                            .add("stopped", stopped)
                            .map(),
                    (stopped ? "Stopped the databases of " : "Nothing runs in ") + home.folder() + "."
                            + System.lineSeparator());
        }
        DemoHome prepared = new DemoHome(home);
        prepared.begin();
        tell("Starting PostgreSQL and DynamoDB Local in " + home.folder());
        try (LocalPlatform platform = Lakes.openLocal(home, options())) {
            return demo(home, prepared, platform);
        }
    }

    private Answer demo(Home home, DemoHome prepared, LocalPlatform platform)
            throws SQLException, IOException, InterruptedException {
        LocalServers servers = platform.servers();
        try (Connection postgres = connect(servers.database("postgres"));
                Statement statement = postgres.createStatement()) {
            statement.execute("CREATE DATABASE " + SHOP);
            statement.execute("CREATE DATABASE " + TARGET);
        }
        try (Connection shop = connect(servers.database(SHOP));
                Connection late = connect(servers.database(SHOP))) {
            tell("Filling the source, database " + SHOP + ", with TPC-H at scale " + scale);
            Map<String, Long> rows = new TpchSource(scale).load(shop, table -> {});
            say("         "
                    + rows.entrySet().stream()
                            .map(entry -> entry.getKey() + " " + Phrases.count(entry.getValue()))
                            .collect(Collectors.joining(", ")));
            List<Path> files = prepared.writeSettings();
            tell("Registering what is in " + home.settings());
            RegisterCommand.register(platform.settings(), SettingsFiles.read(files), Existing.REFUSE);
            List<TableName> tables = platform.settings().tables(SOURCE);

            ShopChanges changes = new ShopChanges(shop);
            changes.beginLate(late);
            List<RunResult> runs = new ArrayList<>();
            runs.add(run(
                    platform,
                    tables,
                    "Run 1: the initial load. Meanwhile a transaction that has inserted orders is" + " still open"));

            String watermark = changes.plainWatermark();
            late.commit();
            long missed = changes.missedBy(watermark);
            tell("The source changes");
            say("         " + missed + " orders are committed late: a watermark of the latest updated_at that run 1 saw"
                    + " would miss them for ever");
            changes.happen().forEach(line -> say("         " + line));
            Thread.sleep(SETTLE.toMillis());
            runs.add(run(platform, tables, "Run 2: what is new"));
            runs.add(run(platform, tables, "Run 3: nothing is new; tables that are read in full are read again"));

            tell("Verifying that curated and target equal the source");
            DemoCheck check = DemoCheck.of(platform, tables);
            if (keep) {
                servers.keep();
            }
            ExitCode code = runs.stream().allMatch(run -> run.code() == ExitCode.OK) && check.equal()
                    ? ExitCode.OK
                    : ExitCode.FAILED;
            tell(code == ExitCode.OK ? "Done" : "Done, with failures");
            return new Answer(
                    code,
                    new Fields()
                            .add("home", home.folder())
                            .add("scale", scale)
                            .add("seconds", Documents.seconds(Duration.between(begun, Instant.now())))
                            .add("rows", rows)
                            .add("missed-by-a-plain-watermark", missed)
                            .add("runs", runs.stream().map(RunResult::document).toList())
                            .add("check", check.document())
                            .map(),
                    check.text(runs) + next(home, servers));
        }
    }

    private RunResult run(LocalPlatform platform, List<TableName> tables, String title) {
        tell(title);
        RunResult result = Runs.ingestAndLoad(
                platform,
                IngestRequest.of(RunIds.next(platform.clock()), tables),
                spec.commandLine().getErr());
        if (result.code() != ExitCode.OK) {
            say(result.text());
        }
        return result;
    }

    private String next(Home home, LocalServers servers) {
        Path here = Path.of("").toAbsolutePath();
        Path shown = home.folder().startsWith(here) ? here.relativize(home.folder()) : home.folder();
        String at = " --home " + shown;
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Where the data lie");
        lines.add("  " + shown.resolve("settings") + "    the settings, as they were registered");
        lines.add("  " + shown.resolve("raw") + "         each batch's rows as they were read, with a manifest");
        lines.add("  " + shown.resolve("curated") + "     Delta tables");
        lines.add("  " + shown.resolve("quarantine") + "  rows that broke a rule");
        lines.add("  " + shown.resolve("logs") + "        what Spark and others have to say");
        if (keep) {
            for (String database : List.of(SHOP, TARGET)) {
                JdbcEndpoint endpoint = servers.database(database);
                lines.add("  " + endpoint.url() + "  user " + endpoint.user().orElse(""));
                lines.add("      psql '" + endpoint.url().substring("jdbc:".length()) + "' -U "
                        + endpoint.user().orElse(""));
            }
        }
        lines.add("");
        lines.add("What to try next");
        lines.add("  ./sluice status" + at);
        lines.add("  ./sluice bookmark history shop/orders" + at);
        lines.add("  ./sluice quarantine list" + at);
        lines.add("  ./sluice plan" + at);
        lines.add("  ./sluice run shop" + at);
        lines.add("  ./sluice verify shop/orders" + at);
        lines.add(
                keep
                        ? "  ./sluice demo --down" + at + "    stops the databases"
                        : "  ./sluice demo --keep" + at
                                + "    leaves the databases up; commands start them when needed");
        return lines.stream().map(line -> line + System.lineSeparator()).collect(Collectors.joining());
    }

    private void tell(String line) {
        say(String.format("[%5.1f s] %s", Documents.seconds(Duration.between(begun, Instant.now())), line));
    }

    private static Connection connect(JdbcEndpoint endpoint) throws SQLException {
        return DriverManager.getConnection(
                endpoint.url(),
                endpoint.user().orElseThrow(),
                endpoint.password().orElseThrow());
    }
}
