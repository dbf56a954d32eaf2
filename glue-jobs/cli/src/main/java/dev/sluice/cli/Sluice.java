package dev.sluice.cli;

import dev.sluice.SluiceException;
import dev.sluice.embedded.ServersException;
import dev.sluice.settings.InvalidSettingsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The {@code sluice} command. */
@Command(
        name = "sluice",
        versionProvider = Sluice.BuiltVersion.class,
        description = "Brings registered tables, incrementally and exactly once, to a data lake and on to a database.",
        subcommands = {
            DiscoverCommand.class,
            RegisterCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            RunCommand.class,
            LoadCommand.class,
            StatusCommand.class,
            BookmarkCommand.class,
            QuarantineCommand.class,
            VerifyCommand.class,
            AsOfCommand.class,
            ReconcileCommand.class,
            MaintainCommand.class,
            DemoCommand.class,
            CloudCommand.class
        },
        footer = {
            "  sluice demo                  see it at work",
            "  sluice validate orders.yaml  check a table item",
            "  sluice run shop              ingest and load all tables of a source",
            "  sluice run --help            the options of one command"
        })
public final class Sluice extends SluiceCommand {

    @Mixin
    private final GlobalOptions options;

    private Sluice(Map<String, String> environment) {
        this.options = new GlobalOptions(environment);
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine(
                        System.getenv(),
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .execute(arguments));
    }

    /** The command with its surroundings, for a caller in this process. */
    static CommandLine commandLine(Map<String, String> environment, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Sluice(environment));
        line.setOut(out);
        line.setErr(err);
        line.setExitCodeExceptionMapper(failure -> exitCode(failure).number());
        line.setExecutionExceptionHandler((failure, failed, parsed) -> report(failure, failed));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        describeExitCodes(line);
        return line;
    }

    GlobalOptions globalOptions() {
        return options;
    }

    @Override
    Answer answer() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version in the jar's manifest. */
    static final class BuiltVersion implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "sluice "
                        + Optional.ofNullable(Sluice.class.getPackage().getImplementationVersion())
                                .orElse("(unpackaged)")
            };
        }
    }

    private static void describeExitCodes(CommandLine line) {
        line.getCommandSpec().usageMessage().exitCodeList(ExitCode.lines());
        line.getSubcommands().values().forEach(Sluice::describeExitCodes);
    }

    private static ExitCode exitCode(Throwable failure) {
        if (failure instanceof CommandLine.ParameterException) {
            return ExitCode.USAGE;
        }
        if (failure instanceof SluiceException known) {
            return ExitCode.of(known.code());
        }
        return failure instanceof ServersException ? ExitCode.LAKE : ExitCode.DEFECT;
    }

    private static int report(Exception failure, CommandLine failed) {
        GlobalOptions options = ((Sluice) failed.getCommandSpec().root().userObject()).globalOptions();
        ExitCode code = exitCode(failure);
        if (options.json()) {
            Fields error = new Fields()
                    .add(
                            "code",
                            failure instanceof SluiceException known ? Phrases.key(known.code()) : Phrases.key(code))
                    .add("message", String.valueOf(failure.getMessage()));
            if (failure instanceof InvalidSettingsException invalid) {
                error.add(
                        "problems",
                        invalid.problems().stream()
                                .map(ValidateCommand::document)
                                .toList());
            }
            failed.getOut()
                    .println(Json.write(new Fields().add("error", error.map()).map()));
        }
        failed.getErr().println("sluice: " + (code == ExitCode.DEFECT ? failure : failure.getMessage()));
        if (options.debug() || code == ExitCode.DEFECT) {
            failure.printStackTrace(failed.getErr());
        }
        failed.getErr().flush();
        return code.number();
    }
}
