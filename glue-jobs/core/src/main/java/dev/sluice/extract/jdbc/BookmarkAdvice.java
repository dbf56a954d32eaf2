package dev.sluice.extract.jdbc;

import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.CurateSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Says what a person should know of a table's bookmark columns: no index on them, and NULLs in them. */
final class BookmarkAdvice {

    private BookmarkAdvice() {}

    static List<String> of(Connection connection, JdbcTable table, CurateSettings.Mode mode) throws SQLException {
        List<String> advice = new ArrayList<>();
        if (table.bookmark().isEmpty()) {
            return advice;
        }
        BookmarkColumns bookmark = table.bookmark().get();
        if (table.facts().isIndexable()) {
            bookmark.columns().stream()
                    .filter(column -> !table.facts().leading().contains(column))
                    .forEach(column -> advice.add("No index begins with " + column
                            + ", so each run scans the whole table. Create one: "
                            + table.dialect().indexStatement(table, column) + "."));
        }
        if (bookmark.nullability() == SourceColumn.Nullability.NULLABLE && hasNulls(connection, table, bookmark)) {
            advice.add("Rows have NULL in " + String.join(" and ", bookmark.columns()) + ". "
                    + (mode.isKeyed()
                            ? "Each run reads all of them again and merges them."
                            : "They have no place in the order, so a run refuses them: fill them, or filter them"
                                    + " out with extract.filter."));
        }
        return advice;
    }

    private static boolean hasNulls(Connection connection, JdbcTable table, BookmarkColumns bookmark)
            throws SQLException {
        return JdbcExtraction.asks(
                connection,
                table,
                "EXISTS (SELECT 1 FROM " + table.from() + " WHERE " + JdbcTable.and(table.filter(), bookmark.isNull())
                        + ")");
    }
}
