package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewColumn;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.Definitions;
import dev.sluice.view.ViewCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the registered views, and whether they fit the tables they read. */
@Command(
        name = "views",
        description =
                "List the registered views: what each reads and shows, and whether it still fits. Ends with 3 where"
                        + " one does not.",
        footer = {"  sluice views", "  sluice views shop", "  sluice views --json | jq '.views[].sql'"})
final class ViewsCommand extends SluiceCommand {

    @Parameters(paramLabel = "SOURCE", arity = "0..*", description = "Sources; default all.")
    private List<String> sources = new ArrayList<>();

    /** A view, or why its item cannot be read, and why it cannot be used. */
    private record Line(TableName name, Optional<ViewSettings> view, List<String> problems) {}

    @Override
    Answer answer() {
        try (Platform platform = Lakes.open(options())) {
            SettingsStore settings = platform.settings();
            ViewCheck check = new ViewCheck(Definitions.of(settings));
            List<Line> lines = (sources.isEmpty() ? settings.sources() : sources)
                    .stream()
                            .flatMap(source -> settings.views(source).stream())
                            .map(name -> line(settings, check, name))
                            .toList();
            boolean usable = lines.stream().allMatch(line -> line.problems().isEmpty());
            return new Answer(
                    usable ? ExitCode.OK : ExitCode.of(ErrorCode.SETTINGS_INVALID),
                    new Fields()
                            .add(
                                    "views",
                                    lines.stream().map(ViewsCommand::document).toList())
                            .map(),
                    text(lines));
        }
    }

    private static Line line(SettingsStore settings, ViewCheck check, TableName name) {
        try {
            ViewSettings view = settings.findView(name).orElseThrow(() -> removed(name));
            return new Line(
                    name,
                    Optional.of(view),
                    check.check(view).problems().stream()
                            .map(SettingsProblem::toString)
                            .toList());
        } catch (SluiceException unusable) {
            // The others are worth showing all the same.
            return new Line(name, Optional.empty(), List.of(unusable.getMessage()));
        }
    }

    private static SluiceException removed(TableName name) {
        return new SluiceException(
                ErrorCode.SETTINGS_MISSING, "Cannot show view " + name + ": it was unregistered a moment ago");
    }

    private static Map<String, Object> document(Line line) {
        Fields fields = new Fields().add("view", line.name()).add("problems", line.problems());
        line.view().ifPresent(view -> fields.add("description", view.description())
                .add("tables", view.tables())
                .add(
                        "columns",
                        view.columns().stream()
                                .map(column -> new Fields()
                                        .add("name", column.name())
                                        .add("type", column.type().ddl())
                                        .map())
                                .toList())
                .add("sql", view.sql()));
        return fields.map();
    }

    private static String text(List<Line> lines) {
        if (lines.isEmpty()) {
            return "No views are registered. Use sluice register." + System.lineSeparator();
        }
        TextTable table =
                new TextTable().text("VIEW").text("READS").text("COLUMNS").text("STATE");
        for (Line line : lines) {
            table.row(
                    line.name(),
                    line.view().map(view -> joined(view.tables())).orElse("-"),
                    line.view()
                            .map(view -> joined(view.columns().stream()
                                    .map(ViewColumn::name)
                                    .toList()))
                            .orElse("-"),
                    line.problems().isEmpty()
                            ? "ok"
                            : Phrases.count(line.problems().size(), "problem"));
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Line line : lines) {
            line.problems().forEach(problem -> text.append(line.name())
                    .append(": ")
                    .append(problem)
                    .append(System.lineSeparator()));
        }
        return text.toString();
    }

    private static String joined(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
