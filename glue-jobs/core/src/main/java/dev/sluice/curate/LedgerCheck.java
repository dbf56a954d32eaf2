package dev.sluice.curate;

import static org.apache.spark.sql.functions.col;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.raw.Manifest;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import io.delta.tables.DeltaTable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;

/**
 * Whether a curated table is the one that the ledger knows. Each batch leaves its number in the Delta log as a transaction's and
 * its identity as the commit's metadata; both are held against the ledger before anything is put on top.
 */
final class LedgerCheck {

    /** What Delta says of a place without a table. */
    private static final long NO_TABLE = -1;

    private LedgerCheck() {}

    /** Whether there is a table, whichever process made it. */
    static boolean exists(SparkSession spark, String location) {
        return latest(spark, location).version() > NO_TABLE;
    }

    static void requireKnown(SparkSession spark, TableSettings settings, String location, CuratedZone.Known known) {
        TableName table = settings.name();
        Snapshot latest = latest(spark, location);
        // A commit that was emptied or cut off keeps its version and loses its batch.
        if (latest.version() < known.version() || lastBatch(latest, table) < known.batch()) {
            throw new SluiceException(
                    ErrorCode.CURATED_CORRUPT,
                    "Cannot add to curated table " + table + ": the ledger has seen its version "
                            + known.version() + (known.batch() > 0 ? " with batch " + known.batch() : "") + ", "
                            + (latest.version() > NO_TABLE
                                    ? "it ends at version " + latest.version() + " with batch "
                                            + lastBatch(latest, table)
                                    : "there is no Delta table at " + location)
                            + ". Restore its folder from the bucket's versions, or move it away and build it anew with"
                            + " '" + settings.rebuildCommand() + "'");
        }
    }

    /**
     * Delta passes over a batch number it has seen. Where that number came from another manifest, as after a ledger was
     * lost and begun anew beside an old curated table, passing over would lose the batch.
     */
    static void requireSameLedger(SparkSession spark, Manifest manifest, String location) {
        long last = lastBatch(latest(spark, location), manifest.table());
        boolean foreign = last > manifest.batch()
                || last == manifest.batch()
                        && DeltaTable.forPath(spark, location)
                                .history()
                                .filter(col("userMetadata").equalTo(identity(manifest)))
                                .isEmpty();
        if (foreign) {
            throw new SluiceException(
                    ErrorCode.CURATED_CORRUPT,
                    "Cannot add batch " + manifest.batch() + " to curated table " + manifest.table() + ": the table at "
                            + location + " has batch " + last
                            + " of another ledger. Move that folder away, or restore the"
                            + " bookmark store it belongs to");
        }
    }

    private static long lastBatch(Snapshot snapshot, TableName table) {
        scala.Option<Object> seen = snapshot.transactions().get(application(table));
        return seen.isDefined() ? (Long) seen.get() : 0;
    }

    /** What this process has seen last may be older: another process may have committed since. */
    private static Snapshot latest(SparkSession spark, String location) {
        return DeltaLog.forTableWithSnapshot(spark, location)._2();
    }

    static String application(TableName table) {
        return "sluice/" + table;
    }

    static String identity(Manifest manifest) {
        return "sluice batch " + manifest.batch() + " attempt " + manifest.attempt() + " run " + manifest.runId();
    }
}
