package dev.sluice.run;

import java.util.Objects;

/** What a run does with bookmarks: the meaning of {@code --job-bookmark-option}, for both engines. */
public sealed interface JobBookmark {

    /** Read on from the bookmark and advance it. */
    record Enabled() implements JobBookmark {}

    /** Read everything and leave the bookmark as it is. */
    record Disabled() implements JobBookmark {}

    /**
     * Read what came after one run's end up to and including another's, and leave the bookmark as it is.
     *
     * @param fromRun the id of the run whose input, and all before, is passed over
     * @param toRun the id of the last run whose input is read
     */
    record Paused(String fromRun, String toRun) implements JobBookmark {
        public Paused {
            Objects.requireNonNull(fromRun, "fromRun");
            Objects.requireNonNull(toRun, "toRun");
        }
    }
}
