package dev.sluice.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The target schema and what to do when the source's columns are others than declared.
 *
 * @param columns in the order curated and the target database have them
 * @param newColumns for columns the source has and the schema does not
 * @param missingColumns for columns the schema takes from the source and the source lacks
 * @param changedColumns for columns whose type in the source no longer maps to the declared one
 * @param maskingSecret names the secret that holds the key of hashed columns
 */
public record SchemaSettings(
        List<ColumnSettings> columns,
        NewColumns newColumns,
        Drift missingColumns,
        Drift changedColumns,
        Optional<String> maskingSecret) {

    public static final NewColumns DEFAULT_NEW_COLUMNS = NewColumns.REPORT;
    public static final Drift DEFAULT_DRIFT = Drift.FAIL;

    public SchemaSettings {
        columns = List.copyOf(columns);
        Objects.requireNonNull(newColumns, "newColumns");
        Objects.requireNonNull(missingColumns, "missingColumns");
        Objects.requireNonNull(changedColumns, "changedColumns");
        Objects.requireNonNull(maskingSecret, "maskingSecret");
    }

    /** A schema without hashed columns. */
    public SchemaSettings(
            List<ColumnSettings> columns, NewColumns newColumns, Drift missingColumns, Drift changedColumns) {
        this(columns, newColumns, missingColumns, changedColumns, Optional.empty());
    }

    /** The policy for columns the source has gained. */
    public enum NewColumns {
        /** Keep them in raw, name them in the run's report. */
        REPORT,
        /** Add them to curated and to the targets, filled for every row. */
        ADD,
        /** Refuse the table until the settings declare them. */
        FAIL
    }

    /** The policy for columns that are gone or have another type. */
    public enum Drift {
        /** Go on (missing: default or NULL; changed: cast, rows that do not fit are quarantined) and say so. */
        REPORT,
        /** Refuse the table until the settings are changed. */
        FAIL
    }
}
