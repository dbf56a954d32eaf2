package dev.sluice.extract.files;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.database.Connections;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Extractor;
import dev.sluice.extract.Requeue;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads files: each once, by its identity, from the copy that raw keeps of it. A position is the number of a batch, and
 * stands before the files which that batch took.
 */
public final class FilesExtractor implements Extractor {

    private final SourceFiles source;
    private final ZoneFiles raw;
    private final BookmarkStore bookmarks;
    private final Clock clock;

    /**
     * @param source lists what is there
     * @param raw keeps the copies and the ledger
     * @param bookmarks tells which batches count
     */
    public FilesExtractor(SourceFiles source, ZoneFiles raw, BookmarkStore bookmarks, Clock clock) {
        this.source = Objects.requireNonNull(source, "source");
        this.raw = Objects.requireNonNull(raw, "raw");
        this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public Extraction open(SourceSettings settings, Connections connections, TableSettings table) {
        return new FilesExtraction(source, raw, bookmarks, clock, settings, table);
    }

    @Override
    public Requeue requeue(SparkSession spark, TableSettings table, Manifest origin, Dataset<Row> rows) {
        return FilesRequeue.of(spark, raw, bookmarks, table, origin, rows);
    }
}
