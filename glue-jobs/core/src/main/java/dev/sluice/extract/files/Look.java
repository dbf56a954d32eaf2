package dev.sluice.extract.files;

import dev.sluice.settings.FileSettings;
import java.time.Instant;
import java.util.ArrayList;
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
 * @param elsewhere those that are left out for where they lie
 * @param completeAsOf everything that was written before is among what is taken or new; where folders tell the time, a
 *     listing that begins {@code late} before it has all the rest
 */
record Look(
        long batch,
        Takings takings,
        List<SourceFile> fresh,
        long more,
        long incomplete,
        Elsewhere elsewhere,
        Instant completeAsOf) {

    Look {
        fresh = List.copyOf(fresh);
    }

    /** How many files lie in no folder that tells a time, and the first one's key. */
    record Elsewhere(long count, Optional<String> first) {
        static final Elsewhere NOTHING = new Elsewhere(0, Optional.empty());

        Elsewhere and(SourceFile file) {
            return new Elsewhere(count + 1, first.or(() -> Optional.of(file.key())));
        }
    }

    /** What a person should know of the files that it leaves. */
    List<String> notes(FileSettings files) {
        List<String> notes = new ArrayList<>();
        if (incomplete > 0) {
            notes.add(incomplete + (incomplete == 1 ? " file is" : " files are")
                    + " left alone for now: not settled yet, or without marker (extract.files.settle and marker)");
        }
        elsewhere.first().ifPresent(first -> notes.add(elsewhere(first, files)));
        return notes;
    }

    private String elsewhere(String first, FileSettings files) {
        String layout = files.partitions().map(FileSettings.Partitions::layout).orElseThrow();
        boolean nothingFits = takings.isEmpty() && fresh.isEmpty() && incomplete == 0;
        return nothingFits
                ? "extract.files.partitions does not fit: of " + elsewhere.count()
                        + (elsewhere.count() == 1 ? " file" : " files") + " none lies in a folder " + layout
                        + ", and none is read; the first is " + first + ". Correct the layout"
                : elsewhere.count() + (elsewhere.count() == 1 ? " file lies" : " files lie") + " in no folder " + layout
                        + " (extract.files.partitions) and "
                        + (elsewhere.count() == 1 ? "is" : "are") + " left out; the first is " + first;
    }

    /** What a person should know of what holds the bookmark. */
    Optional<String> heldBy() {
        return more == 0
                ? Optional.empty()
                : Optional.of(
                        "the limit of " + fresh.size() + " files a batch: " + more + " more wait for the next run");
    }
}
