package dev.sluice.aws.result;

import java.util.Locale;

/** The jobs, as the range key of their results and as people call them. */
public enum JobKind {
    INGEST("tables"),
    LOAD("targets"),
    VERIFY("tables"),
    EXPORT("tables"),
    MAINTAIN("tables"),
    RECONCILE("tables");

    private final String counted;

    JobKind(String counted) {
        this.counted = counted;
    }

    /** The result's range key: {@code ingest}, {@code load}, {@code verify}, {@code export}, {@code maintain} or {@code reconcile}. */
    public String entry() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the job counts. */
    String counted() {
        return counted;
    }
}
