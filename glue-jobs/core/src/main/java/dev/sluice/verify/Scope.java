package dev.sluice.verify;

/** What of a table is verified. */
public enum Scope {
    /** Curated against the source. */
    CURATED,
    /** Each load target against curated. */
    TARGETS
}
