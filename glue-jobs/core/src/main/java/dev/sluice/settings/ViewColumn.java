package dev.sluice.settings;

import java.util.Objects;

/** A column that a view shows, in the type every engine gives it. */
public record ViewColumn(String name, ColumnType type) {

    public ViewColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }
}
