package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.quality.Discretion;
import dev.sluice.run.Planner;
import dev.sluice.run.Platform;
import dev.sluice.run.TablePlan;
import dev.sluice.settings.SettingsParser;
import dev.sluice.settings.SourceFit;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table's source says to its item.
 *
 * @param table the table
 * @param promise which guarantee it has against late commits, and why; empty where the source could not be asked
 * @param notes what a person should know of types, bookmark columns and drift
 * @param failure why a run could not read it
 */
record SourceCheck(TableName table, Optional<Promise> promise, List<String> notes, Optional<SluiceException> failure) {

    SourceCheck {
        notes = List.copyOf(notes);
    }

    /** Asks the sources of all table items; a source item may stand beside them or be registered. */
    static List<SourceCheck> of(Platform platform, List<SettingsDocument> documents) {
        Map<String, SourceSettings> beside = new HashMap<>();
        List<TableSettings> tables = new ArrayList<>();
        for (SettingsDocument document : documents) {
            Object tree = document.tree().orElseThrow();
            switch (document.kind().orElseThrow()) {
                case SOURCE -> {
                    SourceSettings source = SettingsParser.parseSource(tree);
                    beside.put(source.source(), source);
                }
                case TABLE -> tables.add(SettingsParser.parseTable(tree));
                case VIEW -> {
                    // A view has no source to ask.
                }
            }
        }
        return tables.stream().map(table -> of(platform, beside, table)).toList();
    }

    private static SourceCheck of(Platform platform, Map<String, SourceSettings> beside, TableSettings table) {
        String name = table.name().source();
        try {
            SourceSettings source = Optional.ofNullable(beside.get(name))
                    .or(() -> platform.settings().findSource(name))
                    .orElseThrow(() -> new SluiceException(
                            ErrorCode.SETTINGS_MISSING,
                            "Cannot ask the source of table " + table.name() + ": " + name
                                    + " is neither among the files nor registered. Add its file."));
            SourceFit.require(source, table);
            List<String> notes = new ArrayList<>();
            Promise promise;
            try (Extraction extraction =
                    platform.extractor(source, table).open(source, platform.connections(), table)) {
                promise = extraction.promise();
                extraction.describe().columns().forEach(column -> column.note()
                        .ifPresent(note -> notes.add(column.name() + " (" + column.sourceType() + "): " + note)));
                notes.addAll(extraction.advice());
            }
            TablePlan plan = new Planner(platform).plan(source, table);
            table.schema().maskingSecret().ifPresent(platform.secrets()::key);
            plan.schemaChanges().forEach(change -> notes.add("curated would change: " + change));
            notes.addAll(plan.notes());
            return new SourceCheck(table.name(), Optional.of(promise), notes, Optional.empty());
        } catch (RuntimeException failure) {
            if (Discretion.of(Optional.of(table)).thrown(table.name(), failure) instanceof SluiceException told) {
                return new SourceCheck(table.name(), Optional.empty(), List.of(), Optional.of(told));
            }
            throw failure;
        }
    }

    Map<String, Object> document() {
        return new Fields()
                .add("table", table)
                .add("guarantee", promise.map(known -> Phrases.key(known.guarantee())))
                .add("reason", promise.map(Promise::reason))
                .add("notes", notes)
                .add("error", failure.map(Documents::error))
                .map();
    }

    String text() {
        StringBuilder text = new StringBuilder(table + " at its source:").append(System.lineSeparator());
        promise.ifPresent(known -> text.append("  guarantee: ")
                .append(Phrases.words(known.guarantee()))
                .append(". ")
                .append(known.reason())
                .append(System.lineSeparator()));
        notes.forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
        failure.ifPresent(known -> text.append("  ").append(known.getMessage()).append(System.lineSeparator()));
        return text.toString();
    }
}
