package dev.sluice.run;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.database.Connections;
import dev.sluice.extract.Extractor;
import dev.sluice.load.Loader;
import dev.sluice.quality.Secrets;
import dev.sluice.raw.Zones;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/**
 * Everything outside the process. On AWS and on one machine the jobs differ in their platform only.
 */
public interface Platform extends AutoCloseable {

    /** The run's clock. */
    Clock clock();

    /**
     * The Spark session, started at the first call; later calls return the same. Safe to call from many threads. Its
     * session time zone is UTC and Delta's extension and catalog are set.
     */
    SparkSession spark();

    SettingsStore settings();

    BookmarkStore bookmarks();

    Zones zones();

    Connections connections();

    /** The keys of masked columns. */
    Secrets secrets();

    /** The extractor for a table of this source. */
    Extractor extractor(SourceSettings source, TableSettings table);

    /** The loader for this target. */
    Loader loader(SourceSettings target);

    CatalogPublisher catalog();

    /** Who this process is when it takes a lease, for the run of this id. */
    LeaseHolder holder(String runId);

    /** How long a lease holds without renewal. */
    Duration leaseTtl();

    /** Stops Spark if it was started, and closes what else is open. */
    @Override
    void close();
}
