package dev.sluice.schema;

import dev.sluice.settings.ColumnSettings;
import java.util.List;
import java.util.Objects;

/**
 * The target schema of one batch: the declared columns and those the policy adds.
 *
 * @param columns in the order curated gets them
 * @param gained the names of columns that curated does not have yet; empty for a table without batches
 * @param notes what a person should know of the drift
 */
public record EffectiveSchema(List<ColumnSettings> columns, List<String> gained, List<String> notes) {
    public EffectiveSchema {
        columns = List.copyOf(columns);
        gained = List.copyOf(gained);
        notes = List.copyOf(notes);
        Objects.requireNonNull(columns, "columns");
    }
}
