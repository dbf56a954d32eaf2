package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.cli.lake.Home;
import dev.sluice.history.AsOf;
import dev.sluice.run.Platform;
import dev.sluice.settings.TableName;
import dev.sluice.view.ViewRows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes a registered view on this machine. */
@Command(
        name = "view",
        description = "Show or export the rows of a view, over the curated tables as they are now.",
        footer = {
            "  sluice view shop/invoices",
            "  sluice view shop/invoices --limit 100",
            "  sluice view shop/invoices --json | jq '.rows[].net'",
            "  sluice view shop/invoices --output /tmp/invoices --format csv",
            "  sluice views                                   which there are"
        })
final class ViewCommand extends SluiceCommand {

    @Parameters(index = "0", paramLabel = "SOURCE/VIEW", description = "The view.")
    private String name;

    @Mixin
    private RowAnswers answers;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "csv",
            description = "What is written: csv (default), parquet or json.")
    private AsOf.Format format;

    @Override
    Answer answer() {
        TableName view = TableSelection.parse(name);
        if (options().onAws()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot compute view " + view + " of a lake on AWS from here: ask Athena, SELECT * FROM "
                            + view.table() + " in the database of source " + view.source()
                            + ", or leave --environment and --settings-table, SLUICE_ENVIRONMENT and"
                            + " SLUICE_SETTINGS_TABLE out for a local lake.");
        }
        answers.requireEmptyOutput();
        try (Platform platform = Lakes.openLocal(new Home(options().home()), options());
                ViewRows reader = new ViewRows(platform)) {
            return answers.of(reader.read(view), format, new Fields().add("view", view), "view " + view);
        }
    }
}
