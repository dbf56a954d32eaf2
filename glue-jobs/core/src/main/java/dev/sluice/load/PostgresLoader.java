package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Loads PostgreSQL 11 and later. Safe for use by many threads at once.
 *
 * <p>Rows go by COPY from at most four Spark tasks into an unlogged staging table, by one Spark action; then one
 * transaction applies them by set-based statements and moves the load bookmark, {@code sluice.load_bookmark} in the
 * target database. The transaction's condition is that the bookmark is where the load began: of two loads at once the
 * later one stages again from where the earlier one left off. A target that has the latest version costs one small query
 * and no Spark job; versions that changed no row move the bookmark alone.
 *
 * <p>Everything is loaded, instead of changes, where there is no bookmark, the target table is gone, the curated table
 * is another (by its Delta table id) or went back, or its change feed does not reach back. With a key that the target
 * keeps unique, the target then ends equal to curated and rows that are equal already are not touched.
 *
 * <ul>
 *   <li>Mode upsert needs a primary key.
 *   <li>Mode replace brings everything whenever a row of curated changed: by key where the target keeps one unique, else
 *       by deleting and inserting all rows in the transaction. Readers see the old rows until it commits.
 *   <li>Mode append inserts what curated gained. Where curated took rows back or changed them (a rewind, an overwrite) and
 *       the table has a primary key, the target's rows of these keys go and the net result is inserted; without a key
 *       this is refused, for nothing tells which of two equal rows to take back. The first load inserts everything beside
 *       the rows the target may have; a later load of everything into a target that has rows is refused, for rows
 *       could double.
 * </ul>
 *
 * <p>A column that curated gained is added, nullable, where the settings declare it or {@code schema.new-columns} is add;
 * a column that the target lost is added again and filled from everything. The target must then be altered, which locks
 * readers out until the load's transaction ends.
 */
public final class PostgresLoader implements Loader {

    /** How often a load begins again because another one moved the bookmark. */
    private static final int ATTEMPTS = 5;

    @Override
    public Optional<Long> findLoadedVersion(JdbcEndpoint target, TableSettings table, LoadSettings load) {
        try (Connection connection = new PostgresConnections(target).open()) {
            return PostgresLoad.bookmarks(table, load)
                    .find(connection)
                    .ofTarget()
                    .map(LoadBookmarks.Bookmark::curatedVersion);
        } catch (SQLException failure) {
            throw PostgresErrors.explained(
                    "Cannot read the load bookmark of table " + LoadFailures.described(table, load, target), failure);
        }
    }

    @Override
    public LoadOutcome load(
            SparkSession spark,
            JdbcEndpoint target,
            TableSettings table,
            LoadSettings load,
            String curated,
            StepListener steps) {
        PostgresLoad run = new PostgresLoad(spark, target, table, load, curated, steps);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<LoadOutcome> outcome = run.attempt();
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        throw new SluiceException(
                ErrorCode.LEASE_HELD,
                "Cannot load table " + LoadFailures.described(table, load, target)
                        + ". Other loads of it moved its load" + " bookmark " + ATTEMPTS
                        + " times meanwhile. Load it from one place at a time.");
    }
}
