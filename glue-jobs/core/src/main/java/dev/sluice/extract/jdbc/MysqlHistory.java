package dev.sluice.extract.jdbc;

import dev.sluice.database.DatabaseKind;
import dev.sluice.settings.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the catalog of MySQL or MariaDB knows of how a table's columns get their values. */
final class MysqlHistory {

    private static final long NOT_CACHED = 1;

    private MysqlHistory() {}

    static ColumnHistory read(Connection connection, Relation.Table relation) throws SQLException {
        String schema = DatabaseKind.MYSQL.literal(relation.schema());
        String name = DatabaseKind.MYSQL.literal(relation.name());
        Map<String, String> defaults = new LinkedHashMap<>();
        Map<String, Long> generated = new LinkedHashMap<>();
        Set<String> updated = new HashSet<>();
        List<String> triggers = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT column_name, column_default, extra FROM information_schema.columns WHERE table_schema = "
                            + schema + " AND table_name = " + name)) {
                while (rows.next()) {
                    String extra = rows.getString(3).toLowerCase(Locale.ROOT);
                    if (rows.getString(2) != null) {
                        defaults.put(rows.getString(1), rows.getString(2));
                    }
                    if (extra.contains("auto_increment")) {
                        generated.put(rows.getString(1), NOT_CACHED);
                    }
                    if (extra.contains("on update current_timestamp")) {
                        updated.add(rows.getString(1));
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT action_statement FROM information_schema.triggers WHERE event_object_schema = " + schema
                            + " AND event_object_table = " + name
                            + " AND action_timing = 'BEFORE' AND event_manipulation = 'UPDATE'")) {
                while (rows.next()) {
                    triggers.add(rows.getString(1).replace("`", ""));
                }
            }
        }
        // The server counts no rows that change.
        return new ColumnHistory(defaults, generated, updated, triggers, ColumnHistory.Habit.CHANGES);
    }
}
