package dev.sluice.extract.files;

/** What the rows of malformed records and files hold in place of values, among what cannot be represented. */
public final class Malformed {

    /** Why the record, or the file where the row has no line, cannot be read. */
    public static final String REASON = "_sluice_malformed";

    /** The record as it stands in the file. */
    public static final String TEXT = "_sluice_text";

    private Malformed() {}
}
