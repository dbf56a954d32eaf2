package dev.sluice.extract.files;

import dev.sluice.SparkNames;
import dev.sluice.extract.Snapshot;
import dev.sluice.raw.Intake;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.TableSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What an endpoint answered, as files: kept in raw as it came, and read by the same readers, with the same place of each
 * row and the same words on what is malformed, as files that were delivered.
 */
public final class AnswerFiles {

    /** The columns of {@link FileColumns} that rows of answers have. */
    public static final List<String> OWN_COLUMNS =
            List.of(FileColumns.FILE, FileColumns.LINE, FileColumns.RECORD, FileColumns.MODIFIED);

    private final TableSettings settings;
    private final Reading reading;

    public AnswerFiles(TableSettings settings) {
        this.settings = settings;
        this.reading = Reading.of(settings);
    }

    /**
     * An answer that was received whole.
     *
     * @param key what it is called in raw
     * @param file where it lies on this machine
     * @param etag what the endpoint calls this version; blank where it says nothing
     * @param received when it came
     */
    public record Answer(String key, Path file, String etag, Instant received) {}

    /** A record of an answer; one that is malformed has no values. */
    public record Line(long number, Map<String, String> values) {
        public boolean malformed() {
            return values.isEmpty();
        }
    }

    /** The columns that the schema asks records for. */
    public List<String> required() {
        return Reading.required(settings);
    }

    /** Those, and what the condition for deletes asks for. */
    public List<String> declared() {
        return Reading.declared(settings);
    }

    /** Those of an earlier batch's columns that its records named. */
    public static List<String> named(List<dev.sluice.extract.SourceColumn> columns) {
        return FileTable.names(columns);
    }

    /** Column names of several lists, each once; names that differ in letter case only are one. */
    @SafeVarargs
    public static List<String> union(List<String>... lists) {
        return FileTable.of(lists).names();
    }

    /** Why an answer of status 200 without a byte cannot be read; empty where that is how the format writes no records. */
    public Optional<String> emptiness() {
        return reading.isEmptyList()
                ? Optional.empty()
                : Optional.of("it is empty, and no records are status 204 or an empty list");
    }

    /** Whether the table asks for one of these columns. */
    public boolean knows(Collection<String> columns) {
        return reading.knows(columns);
    }

    /** Gives on each record; returns why the answer cannot be read to its end, where it cannot. */
    public Optional<String> visit(Path file, Consumer<Line> action) {
        try (OpenFile text = new FileText(Files.newInputStream(file), reading)) {
            for (FileRecord record = text.next(); record != null; record = text.next()) {
                action.accept(new Line(record.line(), record.values()));
            }
            return Optional.empty();
        } catch (MalformedFileException malformed) {
            return Optional.of(malformed.getMessage());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Copies answers to a folder of raw, and writes which they are. */
    public Intake keep(SparkSession spark, ZoneFiles raw, String folder, long batch, List<Answer> answers) {
        Storage storage =
                new Storage(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
        List<Original> kept = new ArrayList<>();
        for (Answer answer : answers) {
            String copy = folder + "/originals/" + answer.key();
            try {
                long bytes = Files.size(answer.file());
                kept.add(new Original(
                        answer.key(),
                        answer.etag(),
                        bytes,
                        answer.received(),
                        storage.copy("file://" + answer.file().toAbsolutePath(), raw.uri(copy), bytes)
                                .sha256(),
                        batch,
                        copy,
                        Original.Outcome.READ,
                        Optional.empty()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        String part = folder + "/taken.jsonl.gz";
        raw.createIfAbsent(part, LedgerFormat.write(kept));
        return new Intake(batch, List.of(part));
    }

    /**
     * The rows of answers that raw has: the named columns as text, {@link #OWN_COLUMNS}, and what cannot be represented.
     * Throws {@code RAW_CORRUPT} where the list of them is missing.
     *
     * @param names of all columns that any of them has
     */
    public Dataset<Row> rows(SparkSession spark, ZoneFiles raw, Intake intake, List<String> names) {
        List<FileRows.Task> tasks = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        FileLedger.read(raw, intake.taken()).forEachRemaining(original -> {
            tasks.add(FilesSnapshot.task(raw, original));
            sizes.add(original.bytes());
        });
        Column[] columns = Stream.of(names, OWN_COLUMNS, List.of(Snapshot.UNREPRESENTABLE))
                .flatMap(List::stream)
                .map(SparkNames::column)
                .toArray(Column[]::new);
        return new FileJobs(spark, reading, settings.extract().parallelism().orElse(0))
                .rows(tasks, sizes, FileTable.of(names))
                .select(columns);
    }

    /** Their column names, from raw. */
    public List<String> names(SparkSession spark, ZoneFiles raw, Intake intake) {
        List<TakeFiles.Task> looks = new ArrayList<>();
        FileLedger.read(raw, intake.taken())
                .forEachRemaining(original ->
                        looks.add(new TakeFiles.Task(looks.size(), null, raw.uri(original.copy()), original.bytes())));
        List<List<String>> found = new ArrayList<>();
        new FileJobs(spark, reading, 0).take(looks).forEach(result -> found.add(result.names()));
        List<String> names = List.of();
        for (List<String> one : found) {
            names = union(names, one);
        }
        return names;
    }
}
