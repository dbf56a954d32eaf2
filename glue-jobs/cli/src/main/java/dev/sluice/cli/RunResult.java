package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.Failure;
import dev.sluice.load.LoadOutcome;
import dev.sluice.run.LoadReport;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.ViewOutcome;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What ingestion and loads did, as one answer: a line per table, then why which of them failed. */
record RunResult(Optional<RunReport> ingest, Optional<LoadReport> load) {

    ExitCode code() {
        return ExitCode.of(failures().stream().map(Failure::code).toList());
    }

    /** Whether a repetition may do something. */
    boolean goesOn() {
        return ingest.stream().noneMatch(RunReport::isStuck);
    }

    Map<String, Object> document() {
        return new Fields()
                .add("exit-code", code().number())
                .add("ingest", ingest.map(Documents::run))
                .add("load", load.map(Documents::loads))
                .map();
    }

    Answer answer() {
        return new Answer(code(), document(), text());
    }

    /** The lines for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (ingest.isPresent()) {
            text.append(tables(ingest.get()));
        } else {
            load.ifPresent(report -> text.append(targets(report)));
        }
        notes(text);
        ingest.ifPresent(report ->
                report.failed().forEach(outcome -> failed(text, outcome.table().toString(), outcome.failure())));
        ingest.ifPresent(report ->
                report.failedViews().forEach(outcome -> failed(text, "view " + outcome.view(), outcome.failure())));
        load.ifPresent(report ->
                report.failed().forEach(target -> failed(text, "load of " + target.table(), target.failure())));
        return text.toString();
    }

    private List<Failure> failures() {
        return Stream.of(
                        ingest.stream()
                                .flatMap(report -> report.failed().stream())
                                .map(TableOutcome::failure),
                        ingest.stream()
                                .flatMap(report -> report.failedViews().stream())
                                .map(ViewOutcome::failure),
                        load.stream()
                                .flatMap(report -> report.failed().stream())
                                .map(LoadReport.TargetOutcome::failure))
                .flatMap(Function.identity())
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private TextTable tables(RunReport report) {
        TextTable table = new TextTable()
                .text("TABLE")
                .text("STATUS")
                .number("BATCH")
                .number("ROWS")
                .number("QUARANTINED")
                .text("LOADED")
                .number("SECONDS");
        for (TableOutcome outcome : report.tables()) {
            table.row(
                    outcome.table(),
                    Phrases.words(outcome.status()),
                    outcome.batch().map(batch -> String.valueOf(batch.batch())).orElse("-"),
                    outcome.batch().map(batch -> Phrases.count(batch.rows())).orElse("-"),
                    outcome.batch()
                            .map(batch -> Phrases.count(batch.quarantined()))
                            .orElse("-"),
                    loaded(outcome.table()),
                    String.format("%.1f", Documents.seconds(outcome.took())));
        }
        return table;
    }

    private String loaded(TableName table) {
        String text = load.stream()
                .flatMap(report -> report.targets().stream())
                .filter(target -> target.table().equals(table))
                .map(target -> target.outcome().map(RunResult::words).orElse("failed"))
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "-" : text;
    }

    private static TextTable targets(LoadReport report) {
        TextTable table = new TextTable()
                .text("TABLE")
                .text("TARGET")
                .text("LOADED")
                .number("VERSION")
                .number("SECONDS");
        for (LoadReport.TargetOutcome target : report.targets()) {
            table.row(
                    target.table(),
                    target.load().target() + ":" + target.load().schema() + "."
                            + target.load().table(),
                    target.outcome().map(RunResult::words).orElse("failed"),
                    target.outcome()
                            .map(outcome -> String.valueOf(outcome.toVersion()))
                            .orElse("-"),
                    String.format("%.1f", Documents.seconds(target.took())));
        }
        return table;
    }

    private static String words(LoadOutcome outcome) {
        return switch (outcome.how()) {
            case NOTHING -> "nothing new";
            case CHANGES, EVERYTHING -> Phrases.count(outcome.upserted()) + " upserted, "
                    + Phrases.count(outcome.deleted()) + " deleted";
        };
    }

    private void notes(StringBuilder text) {
        ingest.ifPresent(report -> report.tables().forEach(outcome -> outcome.notes()
                .forEach(note ->
                        text.append(outcome.table()).append(": ").append(note).append(System.lineSeparator()))));
        load.ifPresent(report -> report.targets().forEach(target -> target.outcome()
                .ifPresent(outcome -> outcome.changes().forEach(change -> text.append(target.table())
                        .append(" in ")
                        .append(target.load().target())
                        .append(": ")
                        .append(change)
                        .append(System.lineSeparator())))));
        ingest.ifPresent(report -> report.views().stream()
                .filter(outcome -> outcome.failure().isEmpty())
                .forEach(outcome -> text.append("view ")
                        .append(outcome.view())
                        .append(": ")
                        .append(Phrases.words(outcome.status()))
                        .append(System.lineSeparator())));
    }

    private static void failed(StringBuilder text, String what, Optional<Failure> failure) {
        text.append(what)
                .append(" failed (")
                .append(failure.map(known -> Phrases.key(known.code())).orElse(Phrases.key(ErrorCode.FAILED)))
                .append("): ")
                .append(failure.map(Failure::message).orElse("no reason was given"))
                .append(System.lineSeparator());
    }
}
