package dev.sluice.cli;

import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the source says of a table's bookmark columns that a person should know: NULLs in them, and no index on them. */
final class BookmarkAdvice {

    private BookmarkAdvice() {}

    /** A sentence for each thing to know; none for tables that are read in full or by a query. */
    static List<String> of(JdbcEndpoint endpoint, TableSettings settings, SourceTable source) throws SQLException {
        if (settings.extract().bookmark().isEmpty()
                || !(settings.extract().relation() instanceof Relation.Table relation)) {
            return List.of();
        }
        BookmarkSettings bookmark = settings.extract().bookmark().get();
        List<String> advice = new ArrayList<>();
        try (Connection connection = Databases.open(endpoint, Databases.Purpose.READ)) {
            Set<String> leading = leading(connection, relation);
            bookmark.columns().stream()
                    .filter(column -> !leading.contains(column))
                    .forEach(column -> advice.add("No index begins with " + column
                            + ", so each run scans the whole table. Create one: CREATE INDEX ON " + relation + " ("
                            + column + ")."));
            boolean nullable = bookmark.columns().stream().allMatch(name -> source.find(name)
                    .filter(column -> column.nullability() == SourceColumn.Nullability.NULLABLE)
                    .isPresent());
            if (nullable && hasNulls(connection, relation, bookmark.columns())) {
                advice.add("Rows have NULL in " + String.join(" and ", bookmark.columns()) + ". "
                        + (settings.curate().mode() == CurateSettings.Mode.MERGE
                                ? "Each run reads all of them again and merges them."
                                : "They have no place in the order, so a run refuses them: fill them, or filter them"
                                        + " out with extract.filter."));
            }
        }
        return advice;
    }

    private static Set<String> leading(Connection connection, Relation.Table relation) throws SQLException {
        Set<String> leading = new HashSet<>();
        try (ResultSet indexes =
                connection.getMetaData().getIndexInfo(null, relation.schema(), relation.name(), false, true)) {
            while (indexes.next()) {
                if (indexes.getInt("ORDINAL_POSITION") == 1 && indexes.getString("FILTER_CONDITION") == null) {
                    leading.add(unquoted(indexes.getString("COLUMN_NAME")));
                }
            }
        }
        return leading;
    }

    /** The driver quotes names that need it. */
    private static String unquoted(String name) {
        return name.startsWith("\"") && name.endsWith("\"") && name.length() > 1
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name;
    }

    private static boolean hasNulls(Connection connection, Relation.Table relation, List<String> columns)
            throws SQLException {
        String sql = "SELECT EXISTS (SELECT 1 FROM " + quoted(relation.schema()) + "." + quoted(relation.name())
                + " WHERE "
                + columns.stream().map(column -> quoted(column) + " IS NULL").collect(Collectors.joining(" AND "))
                + ")";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
