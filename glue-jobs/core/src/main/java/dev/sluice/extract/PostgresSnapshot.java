package dev.sluice.extract;

import dev.sluice.bookmark.Window;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * An exported snapshot. Each of Spark's readers is a session of its own that imports it before its first statement, so
 * all readers and the coordinating connection see the rows of one instant.
 */
final class PostgresSnapshot implements Snapshot {

    /** Spark's own names: source names may differ in case only, or hold any character. */
    private static final String COLUMN = "c";

    private static final String UNREPRESENTABLE_COLUMN = "u";

    private final PostgresExtraction extraction;
    private final PostgresTable table;
    private final JdbcEndpoint endpoint;
    private final String exported;

    PostgresSnapshot(PostgresExtraction extraction, PostgresTable table, JdbcEndpoint endpoint, String exported) {
        this.extraction = extraction;
        this.table = table;
        this.endpoint = endpoint;
        this.exported = exported;
    }

    @Override
    public SourceTable table() {
        return table.description();
    }

    @Override
    public Dataset<Row> read(SparkSession spark, Window window) {
        extraction.refuseRowsWithoutBookmark(window);
        PartitionPlan plan = PartitionPlan.of(extraction, table, window);
        List<String> select = new ArrayList<>();
        List<String> schema = new ArrayList<>();
        List<Column> raw = new ArrayList<>();
        for (PostgresColumn column : table.columns()) {
            String name = COLUMN + select.size();
            select.add(column.selectExpression() + " AS " + name);
            schema.add(name + " " + column.primitive().ddl().toUpperCase(Locale.ROOT));
            raw.add(column.toRaw(functions.col(name)).as(column.column().name()));
        }
        Optional<String> unrepresentable = table.unrepresentable();
        unrepresentable.ifPresent(expression -> {
            select.add(expression + " AS " + UNREPRESENTABLE_COLUMN);
            schema.add(UNREPRESENTABLE_COLUMN + " STRING");
        });
        raw.add((unrepresentable.isPresent() ? functions.col(UNREPRESENTABLE_COLUMN) : functions.lit(null))
                .cast("string")
                .as(UNREPRESENTABLE));
        plan.extra().ifPresent(select::add);
        Properties properties = Databases.properties(endpoint, Databases.Purpose.READ);
        properties.setProperty("fetchsize", Integer.toString(table.extract().fetchSize()));
        properties.setProperty("customSchema", String.join(", ", schema));
        properties.setProperty("sessionInitStatement", joinStatements());
        // A filter of Spark's would be decided by the database's collation instead of Spark's.
        properties.setProperty("pushDownPredicate", "false");
        String rows = "(SELECT " + String.join(", ", select) + " FROM " + table.from() + " WHERE "
                + table.condition(window) + ") AS sluice_rows";
        return spark.read()
                .jdbc(endpoint.url(), rows, plan.conditions().toArray(String[]::new), properties)
                .select(raw.toArray(Column[]::new));
    }

    @Override
    public void close() {
        extraction.endSnapshot();
    }

    /** The isolation level must be set before the import, and both before any query. */
    private String joinStatements() {
        return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT "
                + SqlText.literal(exported) + "; " + Databases.sessionStatements(Databases.Purpose.READ);
    }
}
