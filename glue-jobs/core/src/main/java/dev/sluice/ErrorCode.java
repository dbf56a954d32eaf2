package dev.sluice;

/** What went wrong, in terms a caller, an exit code or a state machine's retry rule can act on. */
public enum ErrorCode {
    /** A settings document cannot be used; nothing was started. */
    SETTINGS_INVALID(Retry.NEVER),
    /** No settings item is registered under that name. */
    SETTINGS_MISSING(Retry.NEVER),
    /** An item of that name is registered already. */
    SETTINGS_EXIST(Retry.NEVER),
    /** A database does not answer. */
    SOURCE_UNREACHABLE(Retry.LATER),
    /** A database answers and refuses the credentials. */
    CREDENTIALS_REJECTED(Retry.NEVER),
    /** A secret reference leads nowhere. */
    SECRET_MISSING(Retry.NEVER),
    /** The relation that a table item names does not exist in the source, or may not be read. */
    RELATION_MISSING(Retry.NEVER),
    /** A column that the settings need does not exist in the source. */
    COLUMN_MISSING(Retry.NEVER),
    /** The source's columns differ from the declared ones and the policy says fail. */
    SCHEMA_DRIFT(Retry.NEVER),
    /** The bookmark column cannot order rows: wrong type, or NULL where each row must be read once. */
    BOOKMARK_UNUSABLE(Retry.NEVER),
    /** What lay after the bookmark is gone from the source, so reading on would pass changes over. */
    POSITION_LOST(Retry.NEVER),
    /** Another run holds the table's lease. */
    LEASE_HELD(Retry.LATER),
    /** This run's lease was taken over; what it had not committed is left to the new holder. */
    LEASE_LOST(Retry.LATER),
    /** A raw batch's manifest, or a file it lists, is damaged. */
    RAW_CORRUPT(Retry.NEVER),
    /** The curated table's Delta log or a data file is damaged. */
    CURATED_CORRUPT(Retry.NEVER),
    /** The target table's shape does not fit the settings. */
    TARGET_MISMATCH(Retry.NEVER),
    /** A zone's storage is full. */
    STORAGE_FULL(Retry.LATER),
    /** A zone's storage may not be read or written with the permissions given. */
    STORAGE_DENIED(Retry.NEVER),
    /** A commit was sent and its outcome is not known; the next run finds out. */
    OUTCOME_UNKNOWN(Retry.LATER),
    /** A verification found rows that differ and nothing that explains it. */
    DIFFERENCE_FOUND(Retry.NEVER),
    /** More rows would be deleted than the settings allow at once; nothing was. */
    DELETES_REFUSED(Retry.NEVER),
    /** The request contradicts the table's state or settings. */
    REQUEST_INVALID(Retry.NEVER),
    /** A statement or job failed for a reason of its own. */
    FAILED(Retry.LATER);

    private enum Retry {
        NEVER,
        LATER
    }

    private final Retry retry;

    ErrorCode(Retry retry) {
        this.retry = retry;
    }

    /** Whether the same call may succeed later with nothing changed by a person. */
    public boolean retryable() {
        return retry == Retry.LATER;
    }
}
