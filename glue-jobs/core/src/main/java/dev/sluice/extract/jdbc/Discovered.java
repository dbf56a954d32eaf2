package dev.sluice.extract.jdbc;

import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Objects;

/**
 * A table that was found in a source, as a table item that can be registered.
 *
 * @param relation where it is in the source
 * @param settings the item; a person should review it
 * @param reason why it is read the way the item says, in one sentence
 * @param warnings what a person should decide or repair, most important first
 */
public record Discovered(Relation.Table relation, TableSettings settings, String reason, List<String> warnings) {
    public Discovered {
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(reason, "reason");
        warnings = List.copyOf(warnings);
    }
}
