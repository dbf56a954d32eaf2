package dev.sluice.settings;

import java.util.Objects;

/**
 * One target database a curated table is loaded into.
 *
 * @param target the source item that describes the database
 * @param schema the target table's schema
 * @param table the target table's name
 * @param mode upsert, append or replace
 */
public record LoadSettings(String target, String schema, String table, Mode mode) {

    public LoadSettings {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(mode, "mode");
    }

    /** How changed rows reach the target table. */
    public enum Mode {
        /** Insert, update and delete by primary key. */
        UPSERT,
        /** Insert each row once. */
        APPEND,
        /** Put curated's content in the place of everything, in one transaction. */
        REPLACE
    }
}
