package dev.sluice.load;

import dev.sluice.settings.LoadSettings;

/** A table in a target database by schema and name, as the database's catalog spells them. */
record TargetTable(String schema, String table) {

    static TargetTable of(LoadSettings load) {
        return new TargetTable(load.schema(), load.table());
    }

    /** A name as SQL text, quoted, so that case and odd characters hold. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The name as SQL text. */
    String sql() {
        return quoted(schema) + "." + quoted(table);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
