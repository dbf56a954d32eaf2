package dev.sluice.cli;

import dev.sluice.history.AsOf;
import dev.sluice.run.Platform;
import dev.sluice.settings.TableName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a curated table as it was at an earlier time. */
@Command(
        name = "as-of",
        description = {
            "Show or export a curated table as it was: what a reader of the lake saw at that time. curate.retention says"
                    + " how far back that reaches."
        },
        footer = {
            "  sluice as-of shop/orders 2026-01-31T12:00:00Z",
            "  sluice as-of shop/orders monthly-2026-01               a snapshot",
            "  sluice as-of shop/orders 2026-01-31 --limit 100        the beginning of that day in UTC",
            "  sluice as-of shop/orders 2026-01-31 --output /tmp/january --format csv"
        })
final class AsOfCommand extends SluiceCommand {

    @Parameters(index = "0", paramLabel = "SOURCE/TABLE", description = "The table.")
    private String name;

    @Parameters(
            index = "1",
            paramLabel = "WHEN",
            description =
                    "A time, ISO 8601: with an offset, else UTC; a date alone is the beginning of the day. Or a snapshot.")
    private String time;

    @Mixin
    private RowAnswers answers;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description = "What is written: parquet (default), csv or json.")
    private AsOf.Format format;

    @Override
    Answer answer() {
        TableName table = TableSelection.parse(name);
        AsOf.When when = AsOf.when(time);
        answers.requireEmptyOutput();
        try (Platform platform = Lakes.openForSpark(options(), "ExportJob")) {
            AsOf.Moment moment =
                    new AsOf(platform).read(TableSelection.single(platform.settings(), table.toString()), when);
            return answers.of(moment.rows(), format, document(moment), described(moment));
        }
    }

    private Fields document(AsOf.Moment moment) {
        return new Fields()
                .add("table", moment.table())
                .add("as-of", time)
                .add("version", moment.version())
                .add("committed-at", moment.committedAt());
    }

    private static String described(AsOf.Moment moment) {
        return moment.table() + " at version " + moment.version() + ", committed at " + moment.committedAt();
    }
}
