package dev.sluice.settings;

/** What becomes of a column of personal data on its way from raw to curated. */
public enum Masking {
    /** A keyed hash of the value's text takes its place: equal values stay equal, and only who has the key can test one. */
    HASH,
    /** Text keeps its first three characters at most, and never all; a date or a time keeps its year. */
    TRUNCATE,
    /** Curated does not have the column. */
    OMIT
}
