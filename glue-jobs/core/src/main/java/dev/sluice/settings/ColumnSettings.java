package dev.sluice.settings;

import java.util.Objects;
import java.util.Optional;

/**
 * One column of the target schema.
 *
 * @param name its name in curated and in the target database
 * @param type its type there
 * @param nullable whether NULL is allowed; a row with NULL in a column that forbids it is quarantined
 * @param sourceName the source's column it comes from
 * @param defaultValue taken where the source's value is NULL or the column is missing, as text castable to the type
 * @param expression a Spark SQL expression over the source's columns, in place of {@code sourceName}
 * @param masking what becomes of personal data from curated on; empty takes it as it is
 */
public record ColumnSettings(
        String name,
        ColumnType type,
        boolean nullable,
        String sourceName,
        Optional<String> defaultValue,
        Optional<String> expression,
        Optional<Masking> masking) {

    public ColumnSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(sourceName, "sourceName");
        Objects.requireNonNull(defaultValue, "defaultValue");
        Objects.requireNonNull(expression, "expression");
        Objects.requireNonNull(masking, "masking");
    }

    /** A column that is not masked. */
    public ColumnSettings(
            String name,
            ColumnType type,
            boolean nullable,
            String sourceName,
            Optional<String> defaultValue,
            Optional<String> expression) {
        this(name, type, nullable, sourceName, defaultValue, expression, Optional.empty());
    }

    /** The same column, masked. */
    public ColumnSettings masked(Masking by) {
        return new ColumnSettings(name, type, nullable, sourceName, defaultValue, expression, Optional.of(by));
    }

    /** A nullable column taken as it is from the source's column of the same name. */
    public static ColumnSettings plain(String name, ColumnType type) {
        return new ColumnSettings(name, type, true, name, Optional.empty(), Optional.empty());
    }

    /** The same column, without NULL. */
    ColumnSettings required() {
        return new ColumnSettings(name, type, false, sourceName, defaultValue, expression, masking);
    }
}
