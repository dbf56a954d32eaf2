package dev.sluice.cli;

import dev.sluice.settings.ItemKind;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.Definitions;
import dev.sluice.view.ViewCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What views say to the tables they read, and registered views to tables and views that change under them.
 *
 * @param documents the items, with the problems that were found
 * @param readers the registered views, not among the items, that the items would leave without what they read, and why
 * @param notes what a person should know, by view
 */
record ViewChecks(
        List<SettingsDocument> documents,
        Map<TableName, List<SettingsProblem>> readers,
        Map<TableName, List<String>> notes) {

    /** Checks the views among items, against these and, where there is a store, what is registered. */
    static ViewChecks of(List<SettingsDocument> documents, Optional<SettingsStore> registered) {
        List<TableSettings> tables = items(documents, ItemKind.TABLE).stream()
                .map(SettingsParser::parseTable)
                .toList();
        List<ViewSettings> views = items(documents, ItemKind.VIEW).stream()
                .map(SettingsParser::parseView)
                .toList();
        if (views.isEmpty() && registered.isEmpty()) {
            // Catalyst takes longer to load than all else that is checked here.
            return new ViewChecks(documents, Map.of(), Map.of());
        }
        Definitions definitions = registered
                .map(store -> Definitions.of(tables, views, store))
                .orElseGet(() -> Definitions.of(tables, views));
        ViewCheck check = new ViewCheck(definitions);
        Map<TableName, List<String>> notes = new TreeMap<>();
        List<SettingsDocument> checked = new ArrayList<>();
        for (SettingsDocument document : documents) {
            checked.add(isUsable(document, ItemKind.VIEW) ? checked(check, document, notes) : document);
        }
        List<TableName> changed = new ArrayList<>();
        tables.forEach(table -> changed.add(table.name()));
        views.forEach(view -> changed.add(view.name()));
        Map<TableName, List<SettingsProblem>> readers = new TreeMap<>();
        for (ViewSettings reader : definitions.readersOf(changed)) {
            List<SettingsProblem> problems = check.check(reader).problems();
            if (!problems.isEmpty()) {
                readers.put(reader.name(), problems);
            }
        }
        return new ViewChecks(checked, readers, notes);
    }

    boolean valid() {
        return readers.isEmpty() && documents.stream().allMatch(SettingsDocument::valid);
    }

    private static SettingsDocument checked(
            ViewCheck check, SettingsDocument document, Map<TableName, List<String>> notes) {
        ViewSettings view = SettingsParser.parseView(document.tree().orElseThrow());
        ViewCheck.Findings findings = check.check(view);
        List<String> said = new ArrayList<>(findings.notes());
        findings.unknown()
                .forEach(table ->
                        said.add("table " + table + " is not among the files: its columns and types are checked"
                                + " with --connect, and by register"));
        if (!said.isEmpty()) {
            notes.put(view.name(), said);
        }
        return document.with(findings.problems());
    }

    /** Items whose own keys are in order; the first of each name. */
    private static List<Object> items(List<SettingsDocument> documents, ItemKind kind) {
        return documents.stream()
                .filter(document -> isUsable(document, kind))
                .map(document -> document.tree().orElseThrow())
                .toList();
    }

    private static boolean isUsable(SettingsDocument document, ItemKind kind) {
        return document.valid() && document.kind().equals(Optional.of(kind));
    }

    List<Map<String, Object>> notesDocument() {
        return notes.entrySet().stream()
                .map(note -> new Fields()
                        .add("view", note.getKey())
                        .add("notes", note.getValue())
                        .map())
                .toList();
    }

    /** The part of an answer that is about registered views; empty where all of them still fit. */
    List<Map<String, Object>> readersDocument() {
        return readers.entrySet().stream()
                .map(reader -> new Fields()
                        .add("view", reader.getKey())
                        .add(
                                "problems",
                                reader.getValue().stream()
                                        .map(ValidateCommand::document)
                                        .toList())
                        .map())
                .toList();
    }

    /** The lines for people, after those of the items. */
    String text() {
        StringBuilder text = new StringBuilder();
        notes.forEach((view, said) -> said.forEach(note -> line(text, "view " + view + ": " + note)));
        readers.forEach((view, problems) -> {
            line(
                    text,
                    "registered view " + view + " would no longer fit: " + Phrases.count(problems.size(), "problem"));
            for (SettingsProblem problem : problems) {
                line(text, "  " + problem.path() + ": " + problem.message());
                line(text, "      Register a changed view together with this, or unregister it.");
            }
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
