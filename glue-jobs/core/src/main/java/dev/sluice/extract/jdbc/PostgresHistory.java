package dev.sluice.extract.jdbc;

import static dev.sluice.database.SqlText.literal;

import dev.sluice.extract.jdbc.ColumnHistory.Habit;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What PostgreSQL's catalog knows of how a table's columns get their values. */
final class PostgresHistory {

    private PostgresHistory() {}

    static ColumnHistory read(Connection connection, RelationFacts facts) throws SQLException {
        Map<String, String> defaults = new LinkedHashMap<>();
        Map<String, Long> generated = new LinkedHashMap<>();
        List<String> triggers = new ArrayList<>();
        String oid = literal(Long.toString(facts.id())) + "::oid";
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    """
                    SELECT a.attname::text, pg_get_expr(d.adbin, d.adrelid), s.seqcache
                    FROM pg_attribute a
                    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                    LEFT JOIN pg_depend o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
                      AND o.refobjsubid = a.attnum AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
                      AND EXISTS (SELECT 1 FROM pg_sequence q WHERE q.seqrelid = o.objid)
                    LEFT JOIN pg_sequence s ON s.seqrelid = o.objid
                    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped"""
                            .formatted(oid))) {
                while (rows.next()) {
                    if (rows.getString(2) != null) {
                        defaults.put(rows.getString(1), rows.getString(2));
                    }
                    long cache = rows.getLong(3);
                    if (!rows.wasNull()) {
                        generated.put(rows.getString(1), cache);
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = " + oid
                            + " AND NOT t.tgisinternal AND t.tgtype & 19 = 19")) {
                while (rows.next()) {
                    triggers.add(rows.getString(1));
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT n_tup_ins > 0 AND n_tup_upd = 0 AND n_tup_del = 0 FROM pg_stat_all_tables WHERE relid = "
                            + oid)) {
                Habit habit = rows.next() && rows.getBoolean(1) ? Habit.INSERTS_ONLY : Habit.CHANGES;
                return new ColumnHistory(defaults, generated, Set.of(), triggers, habit);
            }
        }
    }
}
