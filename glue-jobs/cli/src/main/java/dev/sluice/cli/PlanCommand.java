package dev.sluice.cli;

import dev.sluice.SluiceException;
import dev.sluice.extract.Extraction;
import dev.sluice.run.Planner;
import dev.sluice.run.Platform;
import dev.sluice.run.Positions;
import dev.sluice.run.TablePlan;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what a run would do. */
@Command(
        name = "plan",
        description = "Show what a run would do with each table, without doing it: what it reads, about how many rows,"
                + " and how curated's schema would change.",
        footer = {"  sluice plan               every table", "  sluice plan shop/orders"})
final class PlanCommand extends SluiceCommand {

    @Mixin
    private TableSelection selection;

    /** A plan, or why there is none. */
    private record Line(TableName table, Optional<TablePlan> plan, Optional<SluiceException> failure) {}

    @Override
    Answer answer() {
        try (Platform platform = Lakes.open(options())) {
            List<Line> lines = new ArrayList<>();
            for (TableName table : selection.of(platform.settings())) {
                lines.add(line(platform, table));
            }
            ExitCode code = ExitCode.of(lines.stream()
                    .flatMap(line -> line.failure().stream())
                    .map(SluiceException::code)
                    .toList());
            return new Answer(
                    code,
                    new Fields()
                            .add(
                                    "tables",
                                    lines.stream().map(PlanCommand::document).toList())
                            .map(),
                    text(lines));
        }
    }

    private static Line line(Platform platform, TableName table) {
        try {
            return new Line(table, Optional.of(new Planner(platform).plan(table)), Optional.empty());
        } catch (SluiceException failure) {
            return new Line(table, Optional.empty(), Optional.of(failure));
        }
    }

    private static Map<String, Object> document(Line line) {
        Fields fields = new Fields().add("table", line.table());
        line.plan().ifPresent(plan -> fields.add("action", Phrases.key(plan.action()))
                .add("strategy", Phrases.key(plan.strategy()))
                .add("mode", Phrases.key(plan.mode()))
                .add("window", plan.window().map(Documents::window))
                .add("rows", plan.estimate().map(Extraction.Estimate::rows))
                .add("rows-by", plan.estimate().map(estimate -> Phrases.key(estimate.basis())))
                .add("guarantee", Phrases.key(plan.guarantee()))
                .add("schema-changes", plan.schemaChanges())
                .add("notes", plan.notes()));
        return fields.add("error", line.failure().map(Documents::error)).map();
    }

    private static String text(List<Line> lines) {
        TextTable table = new TextTable()
                .text("TABLE")
                .text("ACTION")
                .text("STRATEGY")
                .text("FROM")
                .text("TO")
                .number("ROWS")
                .text("GUARANTEE")
                .text("SCHEMA");
        for (Line line : lines) {
            line.plan()
                    .ifPresentOrElse(
                            plan -> table.row(
                                    plan.table(),
                                    Phrases.words(plan.action()),
                                    Phrases.key(plan.strategy()) + " " + Phrases.key(plan.mode()),
                                    plan.window()
                                            .map(window -> Positions.text(window.from()))
                                            .orElse("-"),
                                    plan.window()
                                            .map(window -> Positions.text(window.to()))
                                            .orElse("-"),
                                    plan.estimate().map(PlanCommand::rows).orElse("-"),
                                    Phrases.words(plan.guarantee()),
                                    plan.schemaChanges().isEmpty() ? "unchanged" : "changes"),
                            () -> table.row(line.table(), "cannot run", "-", "-", "-", "-", "-", "-"));
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Line line : lines) {
            line.plan().ifPresent(plan -> {
                plan.schemaChanges().forEach(change -> line(text, line.table() + ": curated changes: " + change));
                plan.notes().forEach(note -> line(text, line.table() + ": " + note));
            });
            line.failure().ifPresent(failure -> line(text, failure.getMessage()));
        }
        return text.toString();
    }

    private static String rows(Extraction.Estimate estimate) {
        return switch (estimate.basis()) {
            case COUNT -> Phrases.count(estimate.rows());
            case FILES -> Phrases.count(estimate.rows()) + (estimate.rows() == 1 ? " file" : " files");
            case STATISTICS -> "about " + Phrases.count(estimate.rows());
        };
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
