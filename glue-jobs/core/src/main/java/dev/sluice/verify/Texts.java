package dev.sluice.verify;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.DatabaseKind;
import java.util.List;

/** How one kind of database writes what a comparison computes in it: texts, hashes and sums. */
interface Texts {

    static Texts of(DatabaseKind kind) {
        return switch (kind) {
            case POSTGRESQL -> new PostgresTexts();
            case MYSQL -> new MysqlTexts();
            case SQLSERVER, ORACLE -> throw unsupported(kind);
        };
    }

    /** What a comparison with a database that computes none means. */
    static SluiceException unsupported(DatabaseKind kind) {
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                "Cannot verify against " + kind.words()
                        + ": its checksums are not known to Sluice. Verify the loads with --scope targets, and count"
                        + " rows by hand");
    }

    /** The form that values of a form are compared in: itself, or a wider one where the database cannot write it. */
    Form compared(Form form);

    /**
     * The text of a form.
     *
     * @param value SQL of a boolean, a whole number, a number, a float, text or bytes; of a date its days, of a timestamp
     *     its microseconds
     */
    String text(Form form, String value);

    /** A text or whole number as it is. */
    String plain(String value);

    /** The text of a date, of its days since 1970-01-01. */
    String date(String days);

    /** The hash, as a whole number, of expressions that yield text: see {@link Hashes}. */
    String hash(List<String> texts);

    /** The sum of hashes modulo 2^60. */
    String checksum(String hash);

    /** Whether a condition holds in any row of a group. */
    String any(String condition);

    /** A text, cut where it is longer than {@link DatabaseSide#LONGEST_TEXT}. */
    String cut(String text);

    /** NULL as a whole number. */
    String noNumber();

    /** A query as a relation. */
    String derived(String query, String name);
}
