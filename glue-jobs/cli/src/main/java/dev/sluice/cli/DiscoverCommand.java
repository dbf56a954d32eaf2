package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.extract.jdbc.Discovered;
import dev.sluice.extract.jdbc.Discovery;
import dev.sluice.raw.DiskFailures;
import dev.sluice.run.Platform;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ItemKind;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SettingsWriter;
import dev.sluice.settings.SourceSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes complete table items for what a database holds. */
@Command(
        name = "discover",
        description = "Read a database's own catalog and write a complete table item for each table: key, types, the"
                + " likeliest bookmark column with the reason, and a warning where there is none.",
        footer = {
            "  sluice discover --source shop                        show what there is",
            "  sluice discover --source shop --write settings/      a file per table, to review and register",
            "  sluice discover --source-file shop.yaml --write settings/",
            "  sluice discover --source shop --include 'sales_*' --exclude '*_old' --register",
            "  sluice discover --source shop --load-into dataengineering-db --write settings/"
        })
final class DiscoverCommand extends SluiceCommand {

    @ArgGroup(multiplicity = "1")
    private Origin origin;

    /** Where the source item is. */
    private static final class Origin {
        @Option(names = "--source", paramLabel = "NAME", description = "A registered source.")
        private String name;

        @Option(names = "--source-file", paramLabel = "FILE", description = "A file with the source item.")
        private Path file;
    }

    @Option(
            names = "--include",
            paramLabel = "PATTERN",
            description = "Only tables like this: schema.table or table, with * and ?. May be repeated.")
    private List<String> include = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "PATTERN", description = "Leave these out again. May be repeated.")
    private List<String> exclude = new ArrayList<>();

    @Option(names = "--views", description = "Views and foreign tables too.")
    private boolean views;

    @Option(
            names = "--load-into",
            paramLabel = "TARGET[:SCHEMA]",
            description = "Load each table into this target, under its own name (default schema public).")
    private Optional<String> loadInto = Optional.empty();

    @Option(names = "--write", paramLabel = "DIR", description = "Write a file per table; none is overwritten.")
    private Optional<Path> write = Optional.empty();

    @Option(names = "--register", description = "Register the items at once.")
    private boolean register;

    @Override
    Answer answer() {
        try (Platform platform = Lakes.open(options())) {
            SourceSettings source = source(platform);
            List<Discovered> found =
                    new Discovery().discover(source, platform.connections().resolve(source), request());
            List<Path> files = new ArrayList<>();
            if (write.isPresent()) {
                for (Discovered table : found) {
                    files.add(write(write.get(), table));
                }
            }
            if (register) {
                register(platform, found);
            }
            return new Answer(
                    ExitCode.OK,
                    new Fields()
                            .add("source", source.source())
                            .add(
                                    "tables",
                                    found.stream()
                                            .map(DiscoverCommand::document)
                                            .toList())
                            .add("files", files)
                            .add("registered", register)
                            .map(),
                    text(found, files));
        }
    }

    private SourceSettings source(Platform platform) {
        if (origin.name != null) {
            return platform.settings()
                    .findSource(origin.name)
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.SETTINGS_MISSING,
                            "Cannot find source " + origin.name
                                    + ": it is not registered. Use sluice register, or --source-file."));
        }
        List<SettingsDocument> documents = SettingsFiles.read(List.of(origin.file)).stream()
                .filter(document -> !document.valid() || document.kind().equals(Optional.of(ItemKind.SOURCE)))
                .toList();
        if (documents.size() != 1 || !documents.get(0).valid()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot discover tables by " + origin.file + ": it does not hold exactly one valid source item."
                            + " Check it with sluice validate.");
        }
        return SettingsParser.parseSource(documents.get(0).tree().orElseThrow());
    }

    private Discovery.Request request() {
        return new Discovery.Request(
                include,
                exclude,
                views ? Discovery.Relations.TABLES_AND_VIEWS : Discovery.Relations.TABLES,
                loadInto.map(target -> {
                    int colon = target.indexOf(':');
                    return colon < 0
                            ? new Discovery.LoadTarget(target, "public")
                            : new Discovery.LoadTarget(target.substring(0, colon), target.substring(colon + 1));
                }));
    }

    private static Path write(Path folder, Discovered table) {
        Path file = folder.resolve(table.settings().name().table() + ".yaml");
        List<String> comments = new ArrayList<>();
        comments.add(table.relation() + ": " + table.reason() + ".");
        table.warnings().forEach(warning -> comments.add("Warning: " + warning + "."));
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    file,
                    SettingsFiles.yaml(SettingsWriter.write(table.settings()), comments),
                    StandardOpenOption.CREATE_NEW);
            return file;
        } catch (FileAlreadyExistsException failure) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot write " + file + ": the file exists. Name another folder with --write, or remove it.",
                    failure);
        } catch (IOException failure) {
            throw DiskFailures.of("Cannot write file: " + file, failure, "Name a folder that can be written.");
        }
    }

    private static void register(Platform platform, List<Discovered> found) {
        List<SettingsDocument> documents = found.stream()
                .map(table -> SettingsDocument.of(
                        Path.of(table.settings().name().table()), 1, SettingsWriter.write(table.settings())))
                .toList();
        documents.stream().filter(document -> !document.valid()).findFirst().ifPresent(document -> {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot register what was discovered: "
                            + ValidateCommand.text(List.of(document)).strip()
                            + " Write it with --write, correct it and register the files.");
        });
        RegisterCommand.register(platform.settings(), documents, Existing.REFUSE);
    }

    private static Map<String, Object> document(Discovered table) {
        return new Fields()
                .add("relation", table.relation())
                .add("reason", table.reason())
                .add("warnings", table.warnings())
                .add("item", SettingsWriter.write(table.settings()))
                .map();
    }

    private static String text(List<Discovered> found, List<Path> files) {
        if (found.isEmpty()) {
            return "The role may read no table that matches." + System.lineSeparator();
        }
        TextTable table = new TextTable()
                .text("RELATION")
                .text("TABLE")
                .text("STRATEGY")
                .text("BOOKMARK")
                .text("KEY")
                .number("COLUMNS");
        for (Discovered item : found) {
            table.row(
                    item.relation(),
                    item.settings().name(),
                    Phrases.key(item.settings().extract().strategy()) + " "
                            + Phrases.key(item.settings().curate().mode()),
                    item.settings()
                            .extract()
                            .bookmark()
                            .map(BookmarkSettings::columns)
                            .map(columns -> String.join(", ", columns))
                            .orElse("-"),
                    item.settings().curate().primaryKey().isEmpty()
                            ? "-"
                            : String.join(", ", item.settings().curate().primaryKey()),
                    item.settings().schema().columns().size());
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Discovered item : found) {
            line(text, item.relation() + ": " + item.reason() + ".");
            item.warnings().forEach(warning -> line(text, item.relation() + ": warning: " + warning + "."));
        }
        files.forEach(file -> line(text, "wrote " + file));
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
