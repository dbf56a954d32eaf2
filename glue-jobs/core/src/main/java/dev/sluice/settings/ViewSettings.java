package dev.sluice.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A view item: one SELECT over curated tables and other views, for people who ask the lake by SQL.
 *
 * @param name the source, in whose catalog database it stands, and its name there, which no table of the source has
 * @param version the version of the item's shape
 * @param description what a person who finds it in the catalog should know
 * @param sql the SELECT, without a semicolon; a table is written {@code source.table}, dashes as underscores
 * @param columns what it shows, in order; its result is cast to these types
 * @param tables the tables and views that the SELECT reads
 */
public record ViewSettings(
        TableName name,
        int version,
        Optional<String> description,
        String sql,
        List<ViewColumn> columns,
        List<TableName> tables) {

    public ViewSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(sql, "sql");
        columns = List.copyOf(columns);
        tables = List.copyOf(tables);
    }
}
