package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks settings files without registering them. */
@Command(
        name = "validate",
        description =
                "Check settings files: every problem at once, with its path and what to do. The tables that a view reads"
                        + " are looked for among the files, with --connect in the settings store as well.",
        footer = {
            "  sluice validate settings/orders.yaml",
            "  sluice validate settings/          every .yaml, .yml and .json file of a folder",
            "  sluice validate --connect settings/ ask the sources as well",
            "  sluice validate --json settings/ | jq '.items[].problems[]'"
        })
final class ValidateCommand extends SluiceCommand {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Settings files or folders, YAML or JSON.")
    private List<Path> files;

    @Option(
            names = "--connect",
            description =
                    "Also ask the sources: do relation and columns exist, which guarantee holds against late commits"
                            + " and why, what happens to types, are bookmark columns indexed and never NULL.")
    private boolean connect;

    @Override
    Answer answer() {
        List<SettingsDocument> read = SettingsFiles.read(files);
        boolean usable = read.stream().allMatch(SettingsDocument::valid);
        if (usable && connect) {
            try (Platform platform = Lakes.open(options())) {
                ViewChecks views = ViewChecks.of(read, Optional.of(platform.settings()));
                return answer(views, views.valid() ? SourceCheck.of(platform, views.documents()) : List.of());
            }
        }
        return answer(ViewChecks.of(read, Optional.empty()), List.of());
    }

    private Answer answer(ViewChecks views, List<SourceCheck> checks) {
        List<SettingsDocument> documents = views.documents();
        boolean valid = views.valid();
        List<ErrorCode> failures = checks.stream()
                .flatMap(check -> check.failure().stream())
                .map(SluiceException::code)
                .toList();
        Fields document = new Fields()
                .add("valid", valid && failures.isEmpty())
                .add("items", documents.stream().map(ValidateCommand::document).toList());
        document.add("view-notes", views.notesDocument()).add("registered-views", views.readersDocument());
        if (connect) {
            document.add("sources", checks.stream().map(SourceCheck::document).toList());
        }
        return new Answer(
                valid ? ExitCode.of(failures) : ExitCode.SETTINGS,
                document.map(),
                text(documents)
                        + views.text()
                        + checks.stream().map(SourceCheck::text).collect(Collectors.joining()));
    }

    static Map<String, Object> document(SettingsDocument item) {
        return new Fields()
                .add("file", item.file())
                .add("item", item.name())
                .add("kind", item.kind().map(Phrases::key))
                .add("valid", item.valid())
                .add(
                        "problems",
                        item.problems().stream().map(ValidateCommand::document).toList())
                .map();
    }

    static Map<String, Object> document(SettingsProblem problem) {
        return new Fields()
                .add("path", problem.path())
                .add("message", problem.message())
                .add("remedy", problem.remedy())
                .map();
    }

    /** What is wrong with which item, for people. */
    static String text(List<SettingsDocument> documents) {
        StringBuilder text = new StringBuilder();
        for (SettingsDocument item : documents) {
            int count = item.problems().size();
            line(
                    text,
                    item.file() + ": " + item.label() + ": " + (count == 0 ? "ok" : Phrases.count(count, "problem")));
            for (SettingsProblem problem : item.problems()) {
                line(text, "  " + (problem.path().isEmpty() ? "" : problem.path() + ": ") + problem.message());
                line(text, "      " + problem.remedy());
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
