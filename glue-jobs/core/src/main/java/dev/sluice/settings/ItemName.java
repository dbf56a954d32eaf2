package dev.sluice.settings;

import java.util.Objects;
import java.util.Optional;

/**
 * What an item is registered under.
 *
 * @param source the source's name
 * @param table the table's or view's own name, which are of one kind; empty for a source item
 */
public record ItemName(String source, Optional<String> table) {

    public ItemName {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(table, "table");
    }

    /** The table's or view's name; empty for a source item. */
    public Optional<TableName> tableName() {
        return table.map(name -> new TableName(source, name));
    }

    /** {@code shop} or {@code shop/orders}. */
    @Override
    public String toString() {
        return table.map(name -> source + "/" + name).orElse(source);
    }
}
