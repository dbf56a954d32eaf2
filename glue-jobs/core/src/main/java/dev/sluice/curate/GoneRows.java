package dev.sluice.curate;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.columns;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.raw.GoneBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.TableSettings;
import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Curated's rows that the source no longer has: how they are found by its keys, and what a batch of them does. */
public final class GoneRows {

    private GoneRows() {}

    /** The rows of curated that stand for rows of the source: of a history the current versions, and none that is marked. */
    public static Dataset<Row> standing(Dataset<Row> curated, TableSettings settings) {
        Dataset<Row> standing =
                settings.curate().mode() == Mode.HISTORY ? curated.filter(col(HistoryColumns.IS_CURRENT)) : curated;
        List<String> present = Arrays.asList(curated.columns());
        return settings.markColumn().filter(present::contains).isPresent()
                ? standing.filter(column(settings.markColumn().orElseThrow()).isNull())
                : standing;
    }

    /**
     * The keys of standing rows that the source lacks, lazily. Both sides are joined by their sorted keys, so neither needs
     * to fit in memory. A key with NULL in it equals none and is left alone: no source's row can have brought it.
     *
     * @param source the source's keys, of the types and names that curated has them in
     */
    public static Dataset<Row> find(Dataset<Row> standing, Dataset<Row> source, List<String> key) {
        Column[] columns = columns(key);
        Column complete = key.stream()
                .map(name -> column(name).isNotNull())
                .reduce(Column::and)
                .orElseThrow();
        return standing.filter(complete)
                .select(columns)
                .join(source.hint("merge"), key.toArray(String[]::new), "left_anti");
    }

    /** Removes or marks the rows of a batch's keys, or ends their versions, in one commit. */
    static void apply(SparkSession spark, Dataset<Row> keys, Manifest manifest, String location) {
        GoneBasis gone = manifest.gone().orElseThrow();
        String onKey = gone.key().stream()
                .map(column -> "t." + quoted(column.name()) + " = s." + quoted(column.name()))
                .collect(Collectors.joining(" AND "));
        String found = "timestamp'" + manifest.readPoint() + "'";
        DeltaTable table = DeltaTable.forPath(spark, location);
        if (manifest.basis().mode() == Mode.HISTORY) {
            // A version that is stamped after the read ends right after its beginning.
            String end = "greatest(" + found + ", t." + HistoryColumns.VALID_FROM + " + INTERVAL '0.000001' SECOND)";
            table.as("t")
                    .merge(keys.as("s"), onKey + " AND t." + HistoryColumns.IS_CURRENT)
                    .whenMatched()
                    .updateExpr(Map.of(HistoryColumns.VALID_TO, end, HistoryColumns.IS_CURRENT, "false"))
                    .execute();
            return;
        }
        switch (gone.action()) {
            case REMOVE -> table.as("t")
                    .merge(keys.as("s"), onKey)
                    .whenMatched()
                    .delete()
                    .execute();
            case MARK -> {
                String mark = quoted(gone.markColumn().orElseThrow());
                table.as("t")
                        .merge(keys.as("s"), onKey)
                        .whenMatched(expr("t." + mark + " IS NULL"))
                        .updateExpr(Map.of(mark, found))
                        .execute();
            }
        }
    }
}
