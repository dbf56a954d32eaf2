package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Window;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The rows of a relation by Spark's readers, each in a session of its own that begins with the dialect's statements: they
 * join the coordinating connection's snapshot, or take one of their own where a database cannot share it.
 */
final class JdbcSnapshot implements Snapshot {

    /** Spark's own names: source names may differ in case only, or hold any character. */
    private static final String COLUMN = "c";

    private static final String UNREPRESENTABLE_COLUMN = "u";

    private final JdbcExtraction extraction;
    private final JdbcTable table;
    private final JdbcEndpoint endpoint;
    private final String readersBegin;

    JdbcSnapshot(JdbcExtraction extraction, JdbcTable table, JdbcEndpoint endpoint, String readersBegin) {
        this.extraction = extraction;
        this.table = table;
        this.endpoint = endpoint;
        this.readersBegin = readersBegin;
    }

    @Override
    public SourceTable table() {
        return table.description();
    }

    @Override
    public Dataset<Row> read(SparkSession spark, Window window) {
        extraction.refuseRowsWithoutBookmark(window);
        return read(
                spark, table.columns(), table.condition(window), table.dialect().partitions(extraction, table, window));
    }

    @Override
    public Dataset<Row> columns(SparkSession spark, List<String> names, OptionalInt ranges) {
        List<JdbcColumn> columns = table.columns().stream()
                .filter(column -> names.contains(column.column().name()))
                .toList();
        PartitionPlan plan = KeyRanges.of(extraction, table, columns, ranges);
        // A reader takes one range after the other, each in a session of its own.
        return read(spark, columns, table.filter(), plan)
                .coalesce(table.extract().parallelism().orElse(1));
    }

    private Dataset<Row> read(SparkSession spark, List<JdbcColumn> columns, String condition, PartitionPlan plan) {
        List<String> schema = new ArrayList<>();
        List<Column> raw = new ArrayList<>();
        for (JdbcColumn column : columns) {
            String name = COLUMN + schema.size();
            schema.add(name + " " + column.primitive().ddl().toUpperCase(Locale.ROOT));
            raw.add(column.toRaw(functions.col(name)).as(column.column().name()));
        }
        Optional<String> unrepresentable = table.unrepresentable(columns);
        unrepresentable.ifPresent(expression -> schema.add(UNREPRESENTABLE_COLUMN + " STRING"));
        raw.add((unrepresentable.isPresent() ? functions.col(UNREPRESENTABLE_COLUMN) : functions.lit(null))
                .cast("string")
                .as(UNREPRESENTABLE));
        Properties properties = Databases.properties(endpoint, Databases.Purpose.READ);
        properties.setProperty("fetchsize", Integer.toString(table.extract().fetchSize()));
        properties.setProperty("customSchema", String.join(", ", schema));
        properties.setProperty("sessionInitStatement", readersBegin);
        // A filter of Spark's would be decided by the database's collation instead of Spark's.
        properties.setProperty("pushDownPredicate", "false");
        return spark.read()
                .jdbc(
                        Databases.url(endpoint),
                        rows(columns, condition, plan),
                        plan.conditions().toArray(String[]::new),
                        properties)
                .select(raw.toArray(Column[]::new));
    }

    /** The query that Spark puts its own around; Spark quotes the names it finds. */
    String rows(List<JdbcColumn> columns, String condition, PartitionPlan plan) {
        List<String> select = new ArrayList<>();
        for (JdbcColumn column : columns) {
            select.add(column.selectExpression() + " AS " + table.dialect().identifier(COLUMN + select.size()));
        }
        table.unrepresentable(columns)
                .ifPresent(expression ->
                        select.add(expression + " AS " + table.dialect().identifier(UNREPRESENTABLE_COLUMN)));
        plan.extra().ifPresent(select::add);
        return "(SELECT " + String.join(", ", select) + " FROM " + table.from() + " WHERE " + condition
                + ") sluice_rows";
    }

    @Override
    public void close() {
        extraction.endSnapshot();
    }
}
