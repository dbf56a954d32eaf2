package dev.sluice.bookmark;

import dev.sluice.settings.ColumnType;
import java.util.Objects;

/** A column of the curated table as its last commit left it. */
public record Column(String name, ColumnType type) {
    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }
}
