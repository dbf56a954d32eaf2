package dev.sluice.extract;

import dev.sluice.settings.ColumnType;
import java.util.Objects;
import java.util.Optional;

/**
 * A source's column and how it is carried.
 *
 * @param name as the source spells it
 * @param sourceType as the source names it, for people
 * @param rawType the type raw keeps it in
 * @param naturalType the type a table item declares for it unless someone knows better
 * @param nullability whether the source allows NULL
 * @param note what a person should know of the mapping; empty where it is exact and plain
 */
public record SourceColumn(
        String name,
        String sourceType,
        ColumnType rawType,
        ColumnType naturalType,
        Nullability nullability,
        Optional<String> note) {

    public SourceColumn {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sourceType, "sourceType");
        Objects.requireNonNull(rawType, "rawType");
        Objects.requireNonNull(naturalType, "naturalType");
        Objects.requireNonNull(nullability, "nullability");
        Objects.requireNonNull(note, "note");
    }

    /** Whether a column may hold NULL. */
    public enum Nullability {
        NULLABLE,
        NOT_NULL
    }
}
