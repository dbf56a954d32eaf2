package dev.sluice.extract.files;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A file that was taken, as the ledger keeps it.
 *
 * @param key its place below the source's path
 * @param etag the ETag it had in the listing
 * @param bytes its length
 * @param modified when it was last written
 * @param sha256 of its content, in hexadecimal digits; empty text where raw has no copy
 * @param batch the batch that took it
 * @param copy where raw keeps it, relative to the raw zone; empty text where it does not
 * @param outcome what became of it
 * @param reason why it was not read; empty where it was
 */
record Original(
        String key,
        String etag,
        long bytes,
        Instant modified,
        String sha256,
        long batch,
        String copy,
        Outcome outcome,
        Optional<String> reason) {

    Original {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(etag, "etag");
        Objects.requireNonNull(modified, "modified");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(copy, "copy");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(reason, "reason");
    }

    /** What becomes of a file. */
    enum Outcome {
        /** Its records are rows of the batch. */
        READ,
        /** It was delivered again with the content it had; it is kept and not read. */
        UNCHANGED,
        /** Another file with its content is read; it is kept and not read. */
        DUPLICATE,
        /** It cannot be read to its end, so none of it was; it is one row of the quarantine. */
        MALFORMED,
        /** It cannot be opened by its key, so raw has no copy of it; it is one row of the quarantine. */
        UNNAMEABLE
    }

    static Original unnameable(SourceFile file, long batch) {
        return new Original(
                file.key(),
                file.etag(),
                file.bytes(),
                file.modified(),
                "",
                batch,
                "",
                Outcome.UNNAMEABLE,
                Optional.of("it cannot be opened by its name, a part of which is empty, . or ..; give it another"));
    }

    /** Whether raw's copy is read again where its batch is. */
    boolean isReadAgain() {
        return switch (outcome) {
            case READ, MALFORMED -> true;
            case UNCHANGED, DUPLICATE, UNNAMEABLE -> false;
        };
    }

    /** Throws {@code RAW_CORRUPT} where the copy in raw has another content than the file had. */
    void requireIntact(TableName table, String digest) {
        if (!sha256.equals(digest)) {
            throw new SluiceException(
                    ErrorCode.RAW_CORRUPT,
                    "Cannot read file " + key + " of table " + table + " again: raw's copy " + copy
                            + " has SHA-256 " + digest + ", the file had " + sha256
                            + ". Restore the copy from the bucket's versions");
        }
    }

    /** The same file after another look at its content; NULL where it can be read. */
    Original judged(String malformed) {
        return with(malformed == null ? Outcome.READ : Outcome.MALFORMED, malformed);
    }

    /** The same file delivered again; one that was passed over still is. */
    Original unchanged(Original before) {
        return before.outcome == Outcome.DUPLICATE
                ? with(before.outcome, before.reason.orElseThrow())
                : with(Outcome.UNCHANGED, "it had this content before");
    }

    Original duplicateOf(String reader) {
        return with(Outcome.DUPLICATE, "its content is that of " + reader);
    }

    /** The same file as one that this batch reads. */
    Original in(long later) {
        return new Original(key, etag, bytes, modified, sha256, later, copy, Outcome.READ, Optional.empty());
    }

    private Original with(Outcome other, String why) {
        return new Original(key, etag, bytes, modified, sha256, batch, copy, other, Optional.ofNullable(why));
    }

    boolean is(SourceFile file) {
        return key.equals(file.key()) && etag.equals(file.etag()) && bytes == file.bytes();
    }
}
