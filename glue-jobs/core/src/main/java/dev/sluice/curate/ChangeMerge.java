package dev.sluice.curate;

import static dev.sluice.SparkNames.columns;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import dev.sluice.change.ChangeColumns;
import dev.sluice.raw.EventBasis;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import io.delta.tables.DeltaMergeBuilder;
import io.delta.tables.DeltaTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * Puts a batch of changes into a table that has each key's row as its last change left it. What is last is decided by the
 * place in the database's log, which curated keeps beside each row: an event that comes again, or late, changes nothing.
 */
final class ChangeMerge {

    private static final String RANK = "_sluice_rank";
    private static final String OPERATION = ChangeColumns.CHANGE + ".operation";

    private final CurateSettings curate;
    private final List<String> names;
    private final EventBasis basis;

    ChangeMerge(CurateSettings curate, List<ColumnSettings> columns, EventBasis basis) {
        this.curate = curate;
        this.names = columns.stream().map(ColumnSettings::name).toList();
        this.basis = basis;
    }

    /** The table that the batch alone makes, of the rows that pass. */
    Dataset<Row> fresh(Dataset<Row> rows) {
        return latest(rows).filter(col(OPERATION).notEqual("d")).select(columns(names));
    }

    /** Merges the rows that pass into the table. */
    void merge(SparkSession spark, Dataset<Row> rows, String location) {
        Map<String, String> assignments = new LinkedHashMap<>();
        names.forEach(name -> assignments.put(quoted(name), "s." + quoted(name)));
        String key = curate.primaryKey().stream()
                .map(name -> "t." + quoted(name) + " = s." + quoted(name))
                .collect(Collectors.joining(" AND "));
        String ours = "s." + ChangeColumns.POSITION;
        String theirs = "t." + ChangeColumns.POSITION;
        String differs = names.stream()
                .map(name -> "NOT (t." + quoted(name) + " <=> s." + quoted(name) + ")")
                .collect(Collectors.joining(" OR ", "(", ")"));
        String notOlder = "(" + theirs + " IS NULL OR " + ours + " >= " + theirs + ")";
        String deletes = "s." + OPERATION + " = 'd'";
        DeltaMergeBuilder merge = DeltaTable.forPath(spark, location)
                .as("t")
                .merge(latest(rows).as("s"), key)
                .whenMatched(expr(notOlder + " AND " + deletes))
                .delete()
                .whenMatched(expr(notOlder + " AND NOT " + deletes + " AND " + differs))
                .updateExpr(assignments)
                .whenNotMatched(expr("NOT " + deletes))
                .insertExpr(assignments);
        if (basis.cleared().isPresent()) {
            merge = merge.whenNotMatchedBySource(expr(theirs + " IS NULL OR " + theirs + " < '"
                            + basis.cleared().get() + "'"))
                    .delete();
        }
        merge.execute();
    }

    /** The last change of each key; changes before a truncation or a new snapshot have left nothing. */
    private Dataset<Row> latest(Dataset<Row> rows) {
        Column[] key = columns(curate.primaryKey());
        Column counts = basis.floor()
                .map(place -> col(ChangeColumns.POSITION).geq(place))
                .orElse(lit(true));
        return rows.filter(col(OPERATION).notEqual("t").and(counts))
                .withColumn(
                        RANK,
                        row_number()
                                .over(Window.partitionBy(key)
                                        .orderBy(
                                                col(ChangeColumns.POSITION).desc(),
                                                col(ChangeColumns.CHANGE + ".partition")
                                                        .desc(),
                                                col(ChangeColumns.CHANGE + ".offset")
                                                        .desc())))
                .filter(col(RANK).equalTo(1))
                .drop(RANK);
    }
}
