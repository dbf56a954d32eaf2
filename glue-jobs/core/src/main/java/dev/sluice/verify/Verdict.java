package dev.sluice.verify;

/** What a comparison comes to. */
public enum Verdict {
    /** No difference, or none without an explanation. */
    EQUAL,
    /** At least one difference without an explanation. */
    DIFFERENT
}
