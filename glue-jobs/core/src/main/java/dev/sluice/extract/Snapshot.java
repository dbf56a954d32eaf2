package dev.sluice.extract;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.raw.Intake;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One consistent view of the source that any number of readers share. Stays open until closed; rows read through it are
 * those of one instant. Where a source cannot share a view between sessions, each evaluation of {@link #read} has an
 * instant of its own, not before this was opened, and one reader.
 */
public interface Snapshot extends AutoCloseable {

    /** The column of raw rows that holds, as a JSON object, the values no Spark type can represent, by column name. */
    String UNREPRESENTABLE = "_sluice_unrepresentable";

    /**
     * Keeps in raw, as they are, the files that the window's new rows come from. Called once, before the relation is asked
     * for and rows are read.
     *
     * @param folder the batch's own, relative to the raw zone
     * @return what the table has taken then; empty where the source has no files or none are new
     */
    default Optional<Intake> keep(SparkSession spark, Window window, String folder) {
        return Optional.empty();
    }

    /** Whether there is a batch to make; not where nothing that was new could be kept. Asked after {@link #keep}. */
    default Extraction.News news() {
        return Extraction.News.SOME;
    }

    /**
     * The source's time as of which curated is complete with this batch; asked after {@link #keep}.
     *
     * @param bound as of when it is if everything that was new was kept
     */
    default Instant readPoint(Instant bound) {
        return bound;
    }

    /** Keys of files whose rows in curated the window's rows take the place of. */
    default List<String> replacedFiles(Window window) {
        return List.of();
    }

    /** What a person should know of what was kept. */
    default List<String> notes() {
        return List.of();
    }

    /** The relation as this snapshot sees it. */
    SourceTable table();

    /**
     * The window's rows, lazily: columns of {@link #table()} in their raw types and names, and {@link #UNREPRESENTABLE}
     * (string, NULL in ordinary rows). Rows with NULL in every bookmark column are part of a window that is open above;
     * of a window closed above they are not. Bounded memory: rows come by fetch size.
     */
    Dataset<Row> read(SparkSession spark, Window window);

    /**
     * Some columns of all rows, lazily, as {@link #read} gives them; of each row as of an instant not before this view was
     * opened. Read range by range where one of the columns allows it, so that no statement runs for the whole table.
     * Throws {@code REQUEST_INVALID} where the source does not hold rows.
     *
     * @param names columns of {@link #table()}
     * @param ranges in how many; empty leaves it to the table's size
     */
    default Dataset<Row> columns(SparkSession spark, List<String> names, OptionalInt ranges) {
        throw new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot read the keys " + names + ": this kind of source does not hold a table's rows. Leave"
                        + " reconcile out");
    }

    /** The partitions of a topic of whose part of the window the first records were removed; none where all are there. */
    default Set<Integer> cutPartitions(Window window) {
        return Set.of();
    }

    /** Ends the view. */
    @Override
    void close();
}
