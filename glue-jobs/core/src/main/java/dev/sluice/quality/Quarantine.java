package dev.sluice.quality;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.to_json;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Window;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * The quarantine zone: rows that do not pass, as JSON lines below {@code source/table/batch=000000000007/attempt=3}, each
 * with its reasons, its batch and its whole raw row. Which attempt of a batch counts is what the ledger says.
 */
public final class Quarantine {

    /** How a raw row is written as JSON and read back without losing a microsecond. */
    public static final Map<String, String> JSON = Map.of(
            "ignoreNullFields", "false",
            "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS");

    private static final Pattern BATCH = Pattern.compile("batch=(\\d{12})/");

    private final ZoneFiles files;

    public Quarantine(ZoneFiles files) {
        this.files = Objects.requireNonNull(files, "files");
    }

    /** A row in quarantine, as the JSON object it was written as. */
    public record Entry(TableName table, long batch, String json) {}

    /**
     * Writes the rows that do not pass; done twice under the same lease it replaces what it wrote.
     *
     * @param projected what {@link Projection#project} made
     * @return where they lie, relative to the zone
     */
    public String write(Dataset<Row> projected, TableName table, long batch, long attempt) {
        String folder = attemptFolder(table, batch, attempt);
        projected
                .filter(not(Projection.passes()))
                .select(
                        lit(batch).as("batch"),
                        col(Projection.REASONS).as("reasons"),
                        to_json(col(Projection.RAW), JSON).as("row"))
                .write()
                .mode(SaveMode.Overwrite)
                .json(files.uri(folder));
        return folder;
    }

    /** The folder of quarantined rows as Spark names it. */
    public String uri(String folder) {
        return files.uri(folder);
    }

    /** Removes what other attempts at a batch left. */
    public void removeLeftovers(TableName table, long batch, Optional<String> keep) {
        String folder = String.format("%s/batch=%012d", table, batch);
        files.list(folder).stream()
                .map(file -> file.path().substring(0, file.path().indexOf('/', folder.length() + 1)))
                .distinct()
                .filter(attempt -> !keep.equals(Optional.of(attempt)))
                .forEach(files::delete);
    }

    /** The files that a table has in quarantine. */
    public List<ZoneFiles.ZoneFile> files(TableName table) {
        return files.list(table.toString());
    }

    /** The batches of a table that have files in quarantine. */
    public SortedSet<Long> batches(TableName table) {
        SortedSet<Long> batches = new TreeSet<>();
        for (ZoneFiles.ZoneFile file : files(table)) {
            Matcher batch = BATCH.matcher(file.path().substring(table.toString().length() + 1));
            if (batch.lookingAt()) {
                batches.add(Long.parseLong(batch.group(1)));
            }
        }
        return batches;
    }

    /** Whether a batch read its window's rows from the source. */
    public static boolean reads(BatchRecord batch) {
        return batch.kind() == BatchRecord.Kind.INGEST || batch.kind() == BatchRecord.Kind.BACKFILL;
    }

    /** Removes what one attempt at a batch wrote unless it is what the ledger names. */
    public void discardAttempt(TableName table, long batch, long attempt, Optional<String> named) {
        String folder = attemptFolder(table, batch, attempt);
        if (!named.equals(Optional.of(folder))) {
            files.delete(folder);
        }
    }

    private static String attemptFolder(TableName table, long batch, long attempt) {
        return String.format("%s/batch=%012d/attempt=%d", table, batch, attempt);
    }

    /**
     * The rows still in quarantine, oldest batch first, at most {@code limit}, with {@code (masked)} for the values of masked
     * columns. Needs no Spark.
     *
     * @param settings the table's, which say what is masked now
     */
    public List<Entry> list(TableSettings settings, List<BatchRecord> history, int limit) {
        Redaction redaction = Redaction.of(settings);
        List<Entry> entries = new ArrayList<>();
        for (BatchRecord batch : open(history)) {
            for (ZoneFiles.ZoneFile file : files.list(batch.quarantine().orElseThrow())) {
                String name = file.path().substring(file.path().lastIndexOf('/') + 1);
                if (!name.startsWith("part-")) {
                    continue;
                }
                String text = new String(files.read(file.path()).orElse(new byte[0]), StandardCharsets.UTF_8);
                for (String line : text.split("\n")) {
                    if (!line.isBlank() && entries.size() < limit) {
                        entries.add(new Entry(batch.table(), batch.batch(), redaction.apply(line)));
                    }
                }
            }
        }
        return entries;
    }

    /**
     * The batches of a history, newest first, whose quarantined rows have neither been taken in again nor been read and
     * judged anew by a later batch over the same window, nor by one that began a table anew in another order; oldest first.
     * Places of a former topic would count as those of the topic that took its name.
     */
    public static List<BatchRecord> open(List<BatchRecord> history) {
        Set<Long> replayed = new HashSet<>();
        List<Window> readAgain = new ArrayList<>();
        List<Window> begun = new ArrayList<>();
        List<BatchRecord> open = new ArrayList<>();
        for (BatchRecord batch : history) {
            if (batch.quarantine().isPresent()
                    && !replayed.contains(batch.batch())
                    && readAgain.stream().noneMatch(window -> window.contains(batch.window()))
                    && begun.stream().noneMatch(window -> window.isOfAnotherOrderThan(batch.window()))) {
                open.add(0, batch);
            }
            replayed.addAll(batch.replays());
            if (reads(batch)) {
                readAgain.add(batch.window());
            }
            if (batch.kind() == BatchRecord.Kind.INGEST && batch.window().from().isEmpty()) {
                begun.add(batch.window());
            }
        }
        return open;
    }
}
