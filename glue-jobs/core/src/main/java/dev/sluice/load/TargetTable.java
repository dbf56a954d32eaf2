package dev.sluice.load;

import dev.sluice.database.SqlText;
import dev.sluice.settings.LoadSettings;

/** A table in a target database by schema and name, as the database's catalog spells them. */
record TargetTable(String schema, String table) {

    static TargetTable of(LoadSettings load) {
        return new TargetTable(load.schema(), load.table());
    }

    /** The name as SQL text. */
    String sql() {
        return SqlText.identifier(schema, table);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
