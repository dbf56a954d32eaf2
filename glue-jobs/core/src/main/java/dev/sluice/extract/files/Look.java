package dev.sluice.extract.files;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a listing showed.
 *
 * @param batch the number of the batch that would take the new files
 * @param takings what the batches before took
 * @param fresh the new files that are complete, sorted by key, at most as many as a batch takes
 * @param more how many more there are
 * @param incomplete how many are left alone because they may still be written to
 * @param completeAsOf everything that was written before is among what is taken or new; where folders tell the time, a
 *     listing that begins {@code late} before it has all the rest
 */
record Look(long batch, Takings takings, List<SourceFile> fresh, long more, long incomplete, Instant completeAsOf) {

    Look {
        fresh = List.copyOf(fresh);
    }

    /** What a person should know of it. */
    Optional<String> heldBy() {
        return more == 0
                ? Optional.empty()
                : Optional.of(
                        "the limit of " + fresh.size() + " files a batch: " + more + " more wait for the next run");
    }
}
