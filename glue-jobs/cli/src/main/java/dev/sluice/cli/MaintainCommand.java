package dev.sluice.cli;

import dev.sluice.run.Maintenance;
import dev.sluice.run.MaintenanceReport;
import dev.sluice.run.MaintenanceReport.Action;
import dev.sluice.run.MaintenanceReport.Done;
import dev.sluice.run.MaintenanceReport.Upkept;
import dev.sluice.run.Platform;
import dev.sluice.run.RunListener;
import dev.sluice.settings.TableName;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Keeps tables in good order. */
@Command(
        name = "maintain",
        description =
                "Join small files, cluster, vacuum within curate.retention, expire raw and remove orphans, each table"
                        + " under its lease. Loads and readers may go on; an ingest of the table waits.",
        footer = {
            "  sluice maintain                    every table",
            "  sluice maintain shop/orders",
            "  sluice maintain --wait PT10M shop  waits as long for tables that a run works on"
        })
final class MaintainCommand extends SluiceCommand {

    @Mixin
    private TableSelection selection;

    @Mixin
    private LeasePatience patience;

    @Override
    Answer answer() {
        try (Platform platform = Lakes.openForSpark(options(), "MaintainJob")) {
            MaintenanceReport report = new Maintenance(platform, RunListener.NONE, new Saying())
                    .run(RunIds.next(platform.clock()), selection.of(platform.settings()), patience.duration());
            return Answer.ofTables(
                    report.runId(),
                    report.tables().stream().map(MaintainCommand::document).toList(),
                    text(report),
                    report.failed().stream()
                            .flatMap(table -> table.failure().stream())
                            .toList());
        }
    }

    private static Map<String, Object> document(Upkept upkept) {
        return new Fields()
                .add("table", upkept.table())
                .add(
                        "actions",
                        upkept.actions().stream().map(MaintainCommand::document).toList())
                .add("failure", upkept.failure().map(Documents::failure))
                .map();
    }

    private static Map<String, Object> document(Done done) {
        return new Fields()
                .add("action", Phrases.key(done.action()))
                .add("files-before", done.filesBefore())
                .add("bytes-before", done.bytesBefore())
                .add("files-after", done.filesAfter())
                .add("bytes-after", done.bytesAfter())
                .map();
    }

    private static String text(MaintenanceReport report) {
        TextTable table = new TextTable()
                .text("table")
                .text("action")
                .number("files before")
                .number("bytes before")
                .number("files after")
                .number("bytes after");
        report.tables().forEach(upkept -> upkept.actions()
                .forEach(done -> table.row(
                        upkept.table(),
                        Phrases.words(done.action()),
                        Phrases.count(done.filesBefore()),
                        Phrases.count(done.bytesBefore()),
                        Phrases.count(done.filesAfter()),
                        Phrases.count(done.bytesAfter()))));
        return table.toString();
    }

    /** A line for what takes time. */
    private final class Saying implements Maintenance.Progress {

        @Override
        public void before(TableName table, Action action) {}

        @Override
        public void after(TableName table, Done done) {
            say(table + ": " + Phrases.words(done.action()) + ", " + Phrases.count(done.bytesBefore()) + " to "
                    + Phrases.count(done.bytesAfter()) + " bytes");
        }
    }
}
