package dev.sluice.settings;

import java.util.Objects;
import java.util.Optional;

/**
 * What an item is registered under.
 *
 * @param source the source's name
 * @param table the table's own name; empty for a source item
 */
public record ItemName(String source, Optional<String> table) {

    public ItemName {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(table, "table");
    }

    /** Whether this names a source item or a table item. */
    public ItemKind kind() {
        return table.isPresent() ? ItemKind.TABLE : ItemKind.SOURCE;
    }

    /** The table's name; empty for a source item. */
    public Optional<TableName> tableName() {
        return table.map(name -> new TableName(source, name));
    }

    /** {@code shop} or {@code shop/orders}. */
    @Override
    public String toString() {
        return table.map(name -> source + "/" + name).orElse(source);
    }
}
