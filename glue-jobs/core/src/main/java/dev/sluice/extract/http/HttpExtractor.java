package dev.sluice.extract.http;

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
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Pulls endpoints: page by page on the driver, from the bookmark on; raw keeps each answer as it came. */
public final class HttpExtractor implements Extractor {

    /** At most this before an endpoint is asked a second time; then twice as much each time. */
    public static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final ZoneFiles raw;
    private final BookmarkStore bookmarks;
    private final Clock clock;
    private final Duration firstPause;
    private final ZoneId zone;

    /**
     * @param raw keeps the answers
     * @param bookmarks tells whether a table has been built before
     * @param zone of the source's times that name none
     * @param firstPause usually {@link #FIRST_PAUSE}
     */
    public HttpExtractor(ZoneFiles raw, BookmarkStore bookmarks, Clock clock, ZoneId zone, Duration firstPause) {
        this.raw = Objects.requireNonNull(raw, "raw");
        this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.zone = Objects.requireNonNull(zone, "zone");
        this.firstPause = Objects.requireNonNull(firstPause, "firstPause");
    }

    @Override
    public Extraction open(SourceSettings source, Connections connections, TableSettings table) {
        return new HttpExtraction(raw, bookmarks, clock, connections.resolveHttp(source), zone, table, firstPause);
    }

    @Override
    public Requeue requeue(SparkSession spark, TableSettings table, Manifest origin, Dataset<Row> rows) {
        return HttpRows.requeue(spark, raw, zone, table, origin, rows);
    }
}
