package dev.sluice.run;

import dev.sluice.bookmark.Failure;
import dev.sluice.settings.TableName;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of one view that a run changed in the catalog, or could not.
 *
 * @param view the view
 * @param status what was done
 * @param failure why nothing was; empty otherwise
 */
public record ViewOutcome(TableName view, Status status, Optional<Failure> failure) {
    public ViewOutcome {
        Objects.requireNonNull(view, "view");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(failure, "failure");
    }

    /** What was done. */
    public enum Status {
        /** The catalog has it as it is registered now. */
        PUBLISHED,
        /** It is no longer registered, and the catalog has it no longer. */
        REMOVED,
        /** The catalog has what it had before. */
        FAILED
    }
}
