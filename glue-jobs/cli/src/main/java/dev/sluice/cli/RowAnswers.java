package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.history.AsOf;
import dev.sluice.history.RowExport;
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
import picocli.CommandLine.Option;

/** Rows of the lake as a command's answer: the first of them shown, or all of them written into files. */
final class RowAnswers {

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

    /** Refuses a folder to write into that holds something, before any work. */
    void requireEmptyOutput() {
        if (output == null) {
            return;
        }
        try (Stream<Path> files = Files.isDirectory(output) ? Files.list(output) : Stream.empty()) {
            Optional<Path> first = Files.isRegularFile(output) ? Optional.of(output) : files.findFirst();
            if (first.isPresent()) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot export into " + output + ": it is not empty. Name a new folder");
            }
        } catch (IOException failure) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot export into " + output + ": " + failure.getMessage() + ". Name another folder",
                    failure);
        }
    }

    /**
     * The rows as they are asked for.
     *
     * @param format what is written
     * @param document what the answer says of the rows besides
     * @param described the same for people, as a line
     */
    Answer of(Dataset<Row> rows, AsOf.Format format, Fields document, String described) {
        return output == null ? shown(rows, document, described) : written(rows, format, document, described);
    }

    private Answer shown(Dataset<Row> rows, Fields document, String described) {
        Dataset<Row> first = rows.limit(limit);
        first.sparkSession().conf().set("spark.sql.jsonGenerator.ignoreNullFields", "false");
        List<Map<?, ?>> read = first.toJSON().collectAsList().stream()
                .<Map<?, ?>>map(RowAnswers::parsed)
                .toList();
        TextTable text = new TextTable();
        String[] columns = rows.columns();
        Arrays.stream(columns).forEach(text::text);
        read.forEach(row -> text.row(Arrays.stream(columns)
                .map(column -> row.get(column) == null ? "-" : row.get(column))
                .toArray()));
        return new Answer(
                ExitCode.OK,
                document.add("rows", read).map(),
                described
                        + System.lineSeparator()
                        + text
                        + (read.size() == limit
                                ? "At most " + Phrases.count(limit, "row") + " shown; --limit or --output gives more."
                                        + System.lineSeparator()
                                : ""));
    }

    private Answer written(Dataset<Row> rows, AsOf.Format format, Fields document, String described) {
        Path folder = output.toAbsolutePath().normalize();
        long count = RowExport.write(rows, folder.toUri().toString(), format);
        return new Answer(
                ExitCode.OK,
                document.add("output", folder)
                        .add("format", Phrases.key(format))
                        .add("count", count)
                        .map(),
                described + System.lineSeparator() + Phrases.count(count, "row") + " written to " + folder + " as "
                        + Phrases.key(format) + "." + System.lineSeparator());
    }

    private static Map<?, ?> parsed(String line) {
        try {
            return (Map<?, ?>) JsonText.read(line).orElse(Map.of());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Spark wrote no JSON", impossible);
        }
    }
}
