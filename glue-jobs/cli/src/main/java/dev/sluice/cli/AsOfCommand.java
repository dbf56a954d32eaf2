package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.history.AsOf;
import dev.sluice.run.Platform;
import dev.sluice.settings.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many rows to show (default 20).")
    private int limit;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            description = "Write all rows into this folder instead, which must be new or empty.")
    private Path output;

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
        if (output != null) {
            requireEmpty(output);
        }
        try (Platform platform = Lakes.openForSpark(options(), "ExportJob")) {
            AsOf.Moment moment =
                    new AsOf(platform).read(TableSelection.single(platform.settings(), table.toString()), when);
            return output == null ? shown(moment) : exported(moment);
        }
    }

    private Answer shown(AsOf.Moment moment) {
        Dataset<Row> rows = moment.rows().limit(limit);
        rows.sparkSession().conf().set("spark.sql.jsonGenerator.ignoreNullFields", "false");
        List<String> lines = rows.toJSON().collectAsList();
        List<Map<?, ?>> read = lines.stream().<Map<?, ?>>map(this::parsed).toList();
        TextTable text = new TextTable();
        String[] columns = moment.rows().columns();
        Arrays.stream(columns).forEach(text::text);
        read.forEach(row -> text.row(Arrays.stream(columns)
                .map(column -> row.get(column) == null ? "-" : row.get(column))
                .toArray()));
        return new Answer(
                ExitCode.OK,
                document(moment).add("rows", read).map(),
                described(moment)
                        + System.lineSeparator()
                        + text
                        + (read.size() == limit
                                ? "At most " + Phrases.count(limit, "row") + " shown; --limit or --output gives more."
                                        + System.lineSeparator()
                                : ""));
    }

    private Answer exported(AsOf.Moment moment) {
        Path folder = output.toAbsolutePath().normalize();
        long count = moment.export(folder.toUri().toString(), format);
        return new Answer(
                ExitCode.OK,
                document(moment)
                        .add("output", folder)
                        .add("format", Phrases.key(format))
                        .add("count", count)
                        .map(),
                described(moment) + System.lineSeparator() + Phrases.count(count, "row") + " written to " + folder
                        + " as " + Phrases.key(format) + "." + System.lineSeparator());
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

    private Map<?, ?> parsed(String line) {
        try {
            return (Map<?, ?>) JsonText.read(line).orElse(Map.of());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Spark wrote no JSON", impossible);
        }
    }

    private static void requireEmpty(Path folder) {
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            Optional<Path> first = Files.isRegularFile(folder) ? Optional.of(folder) : files.findFirst();
            if (first.isPresent()) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot export into " + folder + ": it is not empty. Name a new folder");
            }
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot export into " + folder + ": " + failure.getMessage() + ". Name another folder",
                    failure);
        }
    }
}
