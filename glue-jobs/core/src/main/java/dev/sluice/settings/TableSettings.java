package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A table item: everything Sluice needs to bring one table from its source to raw, curated and the targets.
 *
 * @param name source and table
 * @param version the version of the item's shape
 * @param extract what is read
 * @param schema what it becomes
 * @param curate how it is put into curated
 * @param reconcile how rows that the source deletes are found; empty where they are not looked for
 * @param maintain how it is kept in good order
 * @param loads where it goes from there; may be empty
 * @param freshness how late it may be
 */
public record TableSettings(
        TableName name,
        int version,
        ExtractSettings extract,
        SchemaSettings schema,
        CurateSettings curate,
        Optional<ReconcileSettings> reconcile,
        MaintenanceSettings maintain,
        List<LoadSettings> loads,
        FreshnessSettings freshness) {

    public TableSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(extract, "extract");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(curate, "curate");
        Objects.requireNonNull(reconcile, "reconcile");
        Objects.requireNonNull(maintain, "maintain");
        loads = List.copyOf(loads);
        Objects.requireNonNull(freshness, "freshness");
    }

    /** An item that says nothing of reconciliation and maintenance. */
    public TableSettings(
            TableName name,
            int version,
            ExtractSettings extract,
            SchemaSettings schema,
            CurateSettings curate,
            List<LoadSettings> loads,
            FreshnessSettings freshness) {
        this(name, version, extract, schema, curate, Optional.empty(), MaintenanceSettings.DEFAULT, loads, freshness);
    }

    /** The column of curated that says when a row was found deleted; empty where none does. */
    public Optional<String> markColumn() {
        return reconcile.flatMap(ReconcileSettings::markColumn);
    }

    /** How long a file that curated no longer needs is kept at least. */
    public Duration vacuumAfter() {
        return maintain.vacuumAfter().or(curate::retention).orElse(MaintenanceSettings.DELTA_RETENTION);
    }

    /** The command that has curated built anew, for messages; of a history it says that versions are given up. */
    public String rebuildCommand() {
        return "sluice bookmark rewind " + name + " --to-start"
                + (curate.mode() == CurateSettings.Mode.HISTORY ? " --discard-history" : "");
    }
}
