package dev.sluice.run;

import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run would do with a table, had it begun now.
 *
 * @param table the table
 * @param action what the run would do
 * @param strategy how much it reads
 * @param mode how rows reach curated
 * @param window the positions it would read; empty where it reads nothing
 * @param estimate how many rows these are
 * @param guarantee what the bound rests on
 * @param schemaChanges how curated's schema would change
 * @param notes what else a person should know
 */
public record TablePlan(
        TableName table,
        Action action,
        ExtractSettings.Strategy strategy,
        CurateSettings.Mode mode,
        Optional<Window> window,
        Optional<Extraction.Estimate> estimate,
        Bound.Guarantee guarantee,
        List<String> schemaChanges,
        List<String> notes) {
    public TablePlan {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(estimate, "estimate");
        Objects.requireNonNull(guarantee, "guarantee");
        schemaChanges = List.copyOf(schemaChanges);
        notes = List.copyOf(notes);
    }

    /** What a run would do. */
    public enum Action {
        /** Read the whole table for the first time. */
        INITIAL,
        /** Read what is new. */
        INCREMENTAL,
        /** Read the whole table, as every run does. */
        FULL,
        /** Read the whole table once, to fill columns that curated gains. */
        REFILL,
        /** Build curated anew after the bookmark was set back to the beginning. */
        REBUILD,
        /** Commit a batch that an earlier run left in raw, then read on. */
        RESUME,
        /** Nothing: the source has nothing new, or nothing of an append table is settled yet. */
        IDLE,
        /** Nothing: another run holds the lease. */
        WAIT
    }
}
