package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.SettingsProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks settings files without registering them. */
@Command(
        name = "validate",
        description = "Check settings files: every problem at once, with its path and what to do.",
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
        List<SettingsDocument> documents = SettingsFiles.read(files);
        boolean valid = documents.stream().allMatch(SettingsDocument::valid);
        List<SourceCheck> checks = valid && connect ? ask(documents) : List.of();
        List<ErrorCode> failures = checks.stream()
                .flatMap(check -> check.failure().stream())
                .map(SluiceException::code)
                .toList();
        Fields document = new Fields()
                .add("valid", valid && failures.isEmpty())
                .add("items", documents.stream().map(ValidateCommand::document).toList());
        if (connect) {
            document.add("sources", checks.stream().map(SourceCheck::document).toList());
        }
        return new Answer(
                valid ? ExitCode.of(failures) : ExitCode.SETTINGS,
                document.map(),
                text(documents) + checks.stream().map(SourceCheck::text).collect(Collectors.joining()));
    }

    private List<SourceCheck> ask(List<SettingsDocument> documents) {
        try (Platform platform = Lakes.open(options())) {
            return SourceCheck.of(platform, documents);
        }
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
