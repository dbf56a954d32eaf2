package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.run.Platform;
import dev.sluice.run.ReconcileReport;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.RunListener;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the rows that sources have deleted. */
@Command(
        name = "reconcile",
        description =
                "Compare the keys of curated with those of the source, and remove or mark the rows that the source has"
                        + " deleted, as each table's reconcile says. Where more are missing than reconcile.max-share"
                        + " allows, or the source is empty, nothing is changed and the command ends with 1. The next load"
                        + " brings what was done to the databases.",
        footer = {
            "  sluice reconcile                         every table whose item has reconcile",
            "  sluice reconcile --dry-run shop/orders   count, and change nothing",
            "  sluice reconcile --due shop              those whose reconcile.every is over",
            "  sluice reconcile --max-share 0.4 shop/orders   this once up to 40 %% of the rows"
        })
final class ReconcileCommand extends SluiceCommand {

    @Mixin
    private TableSelection selection;

    @Option(names = "--dry-run", description = "Count what would be removed or marked, and change nothing.")
    private boolean dryRun;

    @Option(names = "--due", description = "Only tables that were not reconciled for as long as reconcile.every says.")
    private boolean due;

    @Option(
            names = "--max-share",
            paramLabel = "SHARE",
            description =
                    "The largest share of curated's rows to remove or mark, above 0 and at most 1, in the place of"
                            + " reconcile.max-share.")
    private Double maxShare;

    @Mixin
    private LeasePatience patience;

    @Override
    Answer answer() {
        if (maxShare != null && !ReconcileSettings.isShare(maxShare)) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use --max-share: " + maxShare + ". Write a number above 0 and at most 1, like 0.4");
        }
        try (Platform platform = Lakes.openForSpark(options(), "ReconcileJob")) {
            ReconcileReport report = new Reconciliation(platform, RunListener.NONE, new Saying())
                    .run(new ReconcileRequest(
                            RunIds.next(platform.clock()),
                            tables(platform),
                            due ? ReconcileRequest.Which.DUE : ReconcileRequest.Which.ALL,
                            dryRun ? ReconcileRequest.Effect.DRY_RUN : ReconcileRequest.Effect.COMMIT,
                            maxShare == null ? OptionalDouble.empty() : OptionalDouble.of(maxShare),
                            patience.duration()));
            return Answer.ofTables(
                    report.runId(),
                    report.tables().stream().map(ReconcileCommand::document).toList(),
                    text(report),
                    report.failed().stream()
                            .flatMap(table -> table.failure().stream())
                            .toList());
        }
    }

    /** The tables that are named, and of the sources that are, those with {@code reconcile}. */
    private List<TableName> tables(Platform platform) {
        return selection.of(platform.settings()).stream()
                .filter(table -> selection.names(table)
                        || platform.settings()
                                .findTable(table)
                                .flatMap(TableSettings::reconcile)
                                .isPresent())
                .toList();
    }

    private static Map<String, Object> document(Reconciled table) {
        return new Fields()
                .add("table", table.table())
                .add("status", Phrases.key(table.status()))
                .add("rows", table.rows())
                .add("gone", table.gone())
                .add("batch", table.batch().map(BatchRecord::batch))
                .add("notes", table.notes())
                .add("seconds", Documents.seconds(table.duration()))
                .add("failure", table.failure().map(Documents::failure))
                .map();
    }

    private static String text(ReconcileReport report) {
        if (report.tables().isEmpty()) {
            return "No table's item has reconcile." + System.lineSeparator();
        }
        TextTable table = new TextTable()
                .text("table")
                .text("status")
                .number("rows")
                .number("gone")
                .text("notes");
        report.tables()
                .forEach(done -> table.row(
                        done.table(),
                        Phrases.words(done.status()),
                        done.rows().map(Phrases::count).orElse("-"),
                        Phrases.count(done.gone()),
                        String.join("; ", done.notes())));
        return table.toString();
    }

    /** A line for what takes time. */
    private final class Saying implements Reconciliation.Progress {
        @Override
        public void counted(TableName table, long rows, long gone) {
            say(table + ": the source lacks " + Phrases.count(gone) + " of " + Phrases.count(rows) + " rows");
        }

        @Override
        public void ended(Reconciled table) {
            say(table.table() + ": " + Phrases.words(table.status()));
        }
    }
}
