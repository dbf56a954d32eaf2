package dev.sluice.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The rows of a table on either side, as sorted lines that can be held against each other. */
public final class RowsOf {

    private RowsOf() {}

    /** A curated table's rows: each column as text, NULL as {@code ∅}. */
    public static List<String> curated(Lake lake, String table, String... columns) {
        return TestSpark.session()
                .read()
                .format("delta")
                .load("file://"
                        + lake.folder().resolve("curated").resolve(table).toAbsolutePath())
                .select(functions
                        .concat_ws(
                                "|",
                                java.util.Arrays.stream(columns)
                                        .map(column -> functions.coalesce(
                                                functions.col(column).cast("string"), functions.lit("∅")))
                                        .toArray(org.apache.spark.sql.Column[]::new))
                        .as("line"))
                .collectAsList()
                .stream()
                .map((Row row) -> row.getString(0))
                .sorted()
                .toList();
    }

    /** A query's rows: each column as text, NULL as {@code ∅}. */
    public static List<String> query(Database database, String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    String value = result.getString(column);
                    values.add(value == null ? "∅" : value);
                }
                lines.add(String.join("|", values));
            }
            lines.sort(String::compareTo);
            return lines;
        } catch (SQLException failure) {
            throw new IllegalStateException("Cannot read: " + sql, failure);
        }
    }
}
