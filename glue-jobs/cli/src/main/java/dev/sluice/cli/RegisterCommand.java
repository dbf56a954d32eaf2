package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts settings files into the settings store, all or, where one cannot be used, none. */
@Command(
        name = "register",
        description =
                "Register sources, tables and views from settings files. Nothing is registered where one file has a"
                        + " problem or an item exists already.",
        footer = {
            "  sluice register shop.yaml orders.yaml",
            "  sluice register settings/              every file of a folder",
            "  sluice register --replace orders.yaml  put a changed item in the place of the old one"
        })
final class RegisterCommand extends SluiceCommand {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Settings files or folders, YAML or JSON.")
    private List<Path> files;

    @Option(names = "--replace", description = "Put items in the place of registered ones of the same name.")
    private boolean replace;

    @Override
    Answer answer() {
        List<SettingsDocument> documents = SettingsFiles.read(files);
        if (!documents.stream().allMatch(SettingsDocument::valid)) {
            return refused(ViewChecks.of(documents, Optional.empty()));
        }
        try (Platform platform = Lakes.open(options())) {
            ViewChecks views = ViewChecks.of(documents, Optional.of(platform.settings()));
            if (!views.valid()) {
                return refused(views);
            }
            List<String> registered =
                    register(platform.settings(), documents, replace ? Existing.REPLACE : Existing.REFUSE);
            return new Answer(
                    ExitCode.OK,
                    new Fields().add("registered", registered).map(),
                    registered.stream()
                            .map(name -> "registered " + name + System.lineSeparator())
                            .collect(Collectors.joining()));
        }
    }

    private static Answer refused(ViewChecks views) {
        return new Answer(
                ExitCode.SETTINGS,
                new Fields()
                        .add("registered", List.of())
                        .add(
                                "items",
                                views.documents().stream()
                                        .map(ValidateCommand::document)
                                        .toList())
                        .add("registered-views", views.readersDocument())
                        .map(),
                ValidateCommand.text(views.documents()) + views.text() + "Nothing was registered."
                        + System.lineSeparator());
    }

    /** Registers valid items, sources first; returns their names in that order. */
    static List<String> register(SettingsStore settings, List<SettingsDocument> documents, Existing existing) {
        List<SourceSettings> sources = new ArrayList<>();
        List<TableSettings> tables = new ArrayList<>();
        List<ViewSettings> views = new ArrayList<>();
        for (SettingsDocument document : documents) {
            Object tree = document.tree().orElseThrow();
            switch (document.kind().orElseThrow()) {
                case SOURCE -> sources.add(SettingsParser.parseSource(tree));
                case TABLE -> tables.add(SettingsParser.parseTable(tree));
                case VIEW -> views.add(SettingsParser.parseView(tree));
            }
        }
        checkSources(settings, sources, tables, views);
        checkKinds(settings, tables, views);
        if (existing == Existing.REFUSE) {
            checkAbsent(settings, sources, tables, views);
        }
        sources.forEach(source -> settings.register(source, existing));
        tables.forEach(table -> settings.register(table, existing));
        views.forEach(view -> settings.register(view, existing));
        List<String> names = new ArrayList<>();
        sources.forEach(source -> names.add(source.source()));
        tables.forEach(table -> names.add(table.name().toString()));
        views.forEach(view -> names.add(view.name().toString()));
        return names;
    }

    /** A table and a view of one name would be one entry of the catalog. */
    private static void checkKinds(SettingsStore settings, List<TableSettings> tables, List<ViewSettings> views) {
        List<String> taken = new ArrayList<>();
        tables.stream()
                .map(TableSettings::name)
                .filter(name -> settings.views(name.source()).contains(name))
                .forEach(name -> taken.add(name + " is a view"));
        views.stream()
                .map(ViewSettings::name)
                .filter(name -> settings.tables(name.source()).contains(name))
                .forEach(name -> taken.add(name + " is a table"));
        if (!taken.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot register under a name of another kind: " + String.join(", ", taken)
                            + ". Choose another name; nothing was registered.");
        }
    }

    private static void checkSources(
            SettingsStore settings,
            List<SourceSettings> sources,
            List<TableSettings> tables,
            List<ViewSettings> views) {
        Set<String> known = new HashSet<>(settings.sources());
        sources.forEach(source -> known.add(source.source()));
        List<String> missing = new ArrayList<>();
        for (TableSettings table : tables) {
            if (!known.contains(table.name().source())) {
                missing.add("Table " + table.name() + " names the source "
                        + table.name().source() + " (source).");
            }
            table.loads().stream()
                    .filter(load -> !known.contains(load.target()))
                    .forEach(load -> missing.add(
                            "Table " + table.name() + " loads into " + load.target() + " (loads[].target)."));
        }
        for (ViewSettings view : views) {
            if (!known.contains(view.name().source())) {
                missing.add("View " + view.name() + " names the source "
                        + view.name().source() + " (source).");
            }
        }
        if (!missing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_MISSING,
                    "Cannot register " + (tables.isEmpty() ? "views: " : "tables: ") + missing.size()
                            + (missing.size() == 1 ? " source is" : " sources are")
                            + " not registered. " + String.join(" ", missing)
                            + " Register the source item first, or together with the tables.");
        }
    }

    private static void checkAbsent(
            SettingsStore settings,
            List<SourceSettings> sources,
            List<TableSettings> tables,
            List<ViewSettings> views) {
        Set<String> registered = new HashSet<>(settings.sources());
        List<String> existing = new ArrayList<>();
        sources.stream()
                .map(SourceSettings::source)
                .filter(registered::contains)
                .forEach(existing::add);
        tables.stream()
                .map(TableSettings::name)
                .filter(name -> settings.tables(name.source()).contains(name))
                .forEach(name -> existing.add(name.toString()));
        views.stream()
                .map(ViewSettings::name)
                .filter(name -> settings.views(name.source()).contains(name))
                .forEach(name -> existing.add(name.toString()));
        if (!existing.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_EXIST,
                    "Cannot register " + String.join(", ", existing)
                            + ": registered already. Add --replace to put the new in the place of the old.");
        }
    }
}
