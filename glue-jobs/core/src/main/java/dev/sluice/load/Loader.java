package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.TableSettings;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Loads one kind of target database. */
public interface Loader {

    /** The loader for a kind of target; throws {@code SETTINGS_INVALID} for a kind that is a source only. */
    static Loader of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> new PostgresLoader();
            case MYSQL, MARIADB, SQLSERVER, ORACLE, FILES, KAFKA, HTTP -> throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot load into a target (loads.target) of kind "
                            + kind.name().toLowerCase(Locale.ROOT)
                            + ": tables are loaded into PostgreSQL only. Name a source of kind postgresql");
        };
    }

    /** The curated version the target table equals by its own load bookmark; empty before the first load. */
    Optional<Long> findLoadedVersion(JdbcEndpoint target, TableSettings table, LoadSettings load);

    /**
     * Brings a target table to curated's latest version: the changes since the loaded version, or everything where there
     * is no such version or the change feed no longer reaches back to it. Rows and load bookmark change in one
     * transaction whose condition is the version it started from, so two loads at once, or one repeated, apply each
     * change once. Steps {@code STAGE_LOAD} and {@code COMMIT_LOAD} are reported. Throws {@code TARGET_MISMATCH} naming
     * every difference.
     *
     * @param curated the curated table's root as Spark names it
     */
    LoadOutcome load(
            SparkSession spark,
            JdbcEndpoint target,
            TableSettings table,
            LoadSettings load,
            String curated,
            StepListener steps);
}
