package dev.sluice.extract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A relation as its source's catalog describes it.
 *
 * @param columns in the source's order
 * @param primaryKey column names; empty where there is none or the relation is a query
 */
public record SourceTable(List<SourceColumn> columns, List<String> primaryKey) {

    public SourceTable {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
    }

    /** The column of that name, as the source spells it. */
    public Optional<SourceColumn> find(String name) {
        Objects.requireNonNull(name, "name");
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
