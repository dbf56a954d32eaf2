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

/** Rows of the lake as a command's answer: the first of them shown, or all of them written into files. */
final class RowAnswers {

    private RowAnswers() {}

    /**
     * @param document what the answer says of the rows besides
     * @param described the same for people, as a line
     */
    static Answer shown(Dataset<Row> rows, int limit, Fields document, String described) {
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

    /** Writes all rows into a folder that {@link #requireEmpty} was asked about. */
    static Answer exported(Dataset<Row> rows, Path output, AsOf.Format format, Fields document, String described) {
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

    /** Refuses a folder that holds something. */
    static void requireEmpty(Path folder) {
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

    private static Map<?, ?> parsed(String line) {
        try {
            return (Map<?, ?>) JsonText.read(line).orElse(Map.of());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Spark wrote no JSON", impossible);
        }
    }
}
