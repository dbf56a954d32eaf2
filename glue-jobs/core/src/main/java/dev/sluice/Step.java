package dev.sluice;

/**
 * The steps of the commit protocol, in the order a batch and then a load take them. Tests derive their crash points from
 * this list, so a step that is added is crashed before and after.
 */
public enum Step {
    /** The table's lease is taken in the bookmark store. */
    ACQUIRE_LEASE,
    /** The bound below which no transaction can commit any more is fixed. */
    FIX_BOUND,
    /** The source's snapshot that all readers share is opened. */
    OPEN_SNAPSHOT,
    /** Files of the source are copied to raw as they are, below this attempt's own folder. */
    KEEP_ORIGINALS,
    /** The batch's rows are written to raw, below this attempt's own folder. */
    WRITE_RAW,
    /** The batch's one manifest is created, if none is there. */
    COMMIT_MANIFEST,
    /** Raw files that the manifest does not name are removed. */
    REMOVE_LEFTOVERS,
    /** Rows that break a rule are written to quarantine. */
    WRITE_QUARANTINE,
    /** Curated gets the batch in one Delta commit. */
    COMMIT_CURATED,
    /** The table is made known to the catalog. */
    PUBLISH_CATALOG,
    /** The bookmark moves, and the batch enters the history. */
    ADVANCE_BOOKMARK,
    /** The lease is given back. */
    RELEASE_LEASE,
    /** Changed rows are copied to a staging table in the target database. */
    STAGE_LOAD,
    /** The target table and its load bookmark change in one transaction. */
    COMMIT_LOAD,
    /** The load is noted in the ledger, for status. */
    RECORD_LOAD
}
