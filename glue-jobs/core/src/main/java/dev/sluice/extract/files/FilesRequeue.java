package dev.sluice.extract.files;

import static org.apache.spark.sql.functions.col;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Requeue;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Quarantined rows of files, read anew from raw: the settings may have said wrongly how the files are written. A row comes
 * back by its line, a file that was quarantined whole with all its rows.
 */
final class FilesRequeue {

    private static final List<String> PLACE =
            List.of(FileColumns.FILE, FileColumns.ENTRY, FileColumns.LINE, FileColumns.RECORD, FileColumns.BATCH);

    private FilesRequeue() {}

    static Requeue of(
            SparkSession spark,
            ZoneFiles raw,
            BookmarkStore bookmarks,
            TableSettings settings,
            Manifest origin,
            Dataset<Row> quarantined) {
        Dataset<Row> places = quarantined.select(
                PLACE.stream().map(name -> col(name).as("q" + name)).toArray(org.apache.spark.sql.Column[]::new));
        Set<String> wanted = new HashSet<>();
        SortedSet<Long> batches = new TreeSet<>();
        for (Row file : places.select("q" + FileColumns.FILE, "q" + FileColumns.BATCH)
                .distinct()
                .collectAsList()) {
            wanted.add(file.getLong(1) + "/" + file.getString(0));
            batches.add(file.getLong(1));
        }
        Takings takings = Takings.upTo(
                raw, bookmarks, settings.name(), bookmarks.load(settings.name()).lastBatch());
        List<Original> originals = new ArrayList<>();
        for (long batch : batches) {
            originals.addAll(takings.originals(
                    new Window(
                            Optional.of(new Position.Sequence(batch)), Optional.of(new Position.Sequence(batch + 1))),
                    original -> wanted.contains(original.batch() + "/" + original.key())));
        }
        if (settings.curate().mode() == CurateSettings.Mode.APPEND) {
            // Of a file that was written again curated has the later version, in which nothing of this one is left.
            long first = batches.isEmpty() ? 0 : batches.first();
            originals = takings.latest(
                    originals, new Window(Optional.of(new Position.Sequence(first + 1)), Optional.empty()));
        }
        FileJobs jobs = new FileJobs(spark, Reading.of(settings), 0);
        List<Original> readable =
                originals.stream().filter(Original::isReadAgain).toList();
        List<TakeFiles.Task> looks = new ArrayList<>();
        for (Original original : readable) {
            looks.add(new TakeFiles.Task(looks.size(), null, raw.uri(original.copy()), original.bytes()));
        }
        Set<String> names = new java.util.LinkedHashSet<>();
        List<Original> judged = new ArrayList<>(
                originals.stream().filter(original -> !original.isReadAgain()).toList());
        for (TakeFiles.Result result : jobs.take(looks)) {
            Original original = readable.get(result.number());
            original.requireIntact(settings.name(), result.sha256());
            names.addAll(result.names());
            judged.add(original.judged(result.malformed()));
        }
        List<FileRows.Task> tasks = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        for (Original original : judged) {
            tasks.add(FilesSnapshot.task(raw, original));
            sizes.add(original.bytes());
        }
        FileTable table = FileTable.of(Reading.declared(settings), FileTable.names(origin.columns()), names);
        Dataset<Row> rows = jobs.rows(tasks, sizes, table);
        org.apache.spark.sql.Column sameFile = col(FileColumns.FILE)
                .equalTo(col("q" + FileColumns.FILE))
                .and(col(FileColumns.BATCH).equalTo(col("q" + FileColumns.BATCH)));
        org.apache.spark.sql.Column samePlace = col(FileColumns.LINE)
                .eqNullSafe(col("q" + FileColumns.LINE))
                .and(col(FileColumns.RECORD).eqNullSafe(col("q" + FileColumns.RECORD)))
                .and(col(FileColumns.ENTRY).eqNullSafe(col("q" + FileColumns.ENTRY)));
        return new Requeue(
                table.description(),
                rows.join(
                        places,
                        sameFile.and(col("q" + FileColumns.LINE)
                                .isNull()
                                .or(col(FileColumns.LINE).isNull())
                                .or(samePlace)),
                        "left_semi"));
    }
}
