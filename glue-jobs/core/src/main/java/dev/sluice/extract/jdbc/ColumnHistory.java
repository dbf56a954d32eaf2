package dev.sluice.extract.jdbc;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the catalog knows of how a table's columns get their values.
 *
 * @param defaults by column, the default's expression
 * @param generated columns with an identity or a sequence of their own, with the sequence's cache
 * @param updated columns that the server stamps at every update because they are declared so
 * @param triggers the source text of what row triggers run before a change
 * @param habit whether updates or deletes have ever been counted
 */
record ColumnHistory(
        Map<String, String> defaults,
        Map<String, Long> generated,
        Set<String> updated,
        List<String> triggers,
        Habit habit) {

    /** Where nothing is asked of defaults and triggers. */
    static final ColumnHistory UNKNOWN = new ColumnHistory(Map.of(), Map.of(), Set.of(), List.of(), Habit.CHANGES);

    /** What the server's counters say has happened to a table. */
    enum Habit {
        /** Rows were inserted, and none updated or deleted. */
        INSERTS_ONLY,
        /** Rows change, or nothing is known. */
        CHANGES
    }
}
