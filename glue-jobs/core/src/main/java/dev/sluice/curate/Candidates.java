package dev.sluice.curate;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.columns;
import static org.apache.spark.sql.functions.col;

import dev.sluice.extract.SourceColumn;
import dev.sluice.quality.Projection;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.FileColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/** The rows of a batch that may come to curated, and which of several under one key does. */
public final class Candidates {

    static final String ARRIVAL = "_sluice_arrival";
    static final String DELETES = Projection.DELETES;
    static final String PASSES = "_sluice_passes";

    private static final String RANK = "_sluice_rank";

    private Candidates() {}

    /** Two rows of one key in a batch would make a merge ambiguous; the later in the settings' order wins. */
    static Dataset<Row> latestPerKey(Dataset<Row> rows, CurateSettings curate) {
        Column[] key = columns(curate.primaryKey());
        Column[] order = Stream.concat(
                        curate.orderBy().stream().map(name -> column(name).desc_nulls_last()),
                        Stream.of(col(PASSES).desc(), col(ARRIVAL).desc()))
                .toArray(Column[]::new);
        return rows.withColumn(
                        RANK,
                        functions.row_number().over(Window.partitionBy(key).orderBy(order)))
                .filter(col(RANK).equalTo(1))
                .drop(RANK, ARRIVAL);
    }

    /**
     * The rows a table of files would have if all of these came in one batch: those that pass, and of a keyed table the
     * last of each key, as single batches leave it.
     */
    public static Dataset<Row> anew(
            Dataset<Row> projected, List<ColumnSettings> columns, List<SourceColumn> raw, CurateSettings curate) {
        Dataset<Row> rows = of(projected, columns, raw, curate);
        return passing(curate.mode() == CurateSettings.Mode.MERGE ? latestPerKey(rows, curate) : rows);
    }

    /**
     * The target's columns, whether a row passes, and its place among rows that nothing else puts in order: a file's rows
     * come after those of the files before it, and a page's after those of the pages before it. One of a file that does not
     * pass leaves to others of its key what a table read in full keeps for it: a file's row may be followed by one of
     * another file.
     */
    static Dataset<Row> of(
            Dataset<Row> projected, List<ColumnSettings> columns, List<SourceColumn> raw, CurateSettings curate) {
        List<String> names = raw.stream().map(SourceColumn::name).toList();
        boolean placed = names.contains(FileColumns.FILE);
        boolean files = names.contains(FileColumns.BATCH);
        List<Column> selected = new ArrayList<>();
        columns.forEach(column -> selected.add(column(column.name())));
        selected.add(Projection.passes().as(PASSES));
        selected.add((curate.deleteWhen().isPresent() ? col(Projection.DELETES) : functions.lit(false)).as(DELETES));
        selected.add((placed
                        ? functions.struct(Stream.of(
                                        FileColumns.BATCH,
                                        FileColumns.MODIFIED,
                                        FileColumns.FILE,
                                        FileColumns.ENTRY,
                                        FileColumns.LINE,
                                        FileColumns.RECORD)
                                .filter(names::contains)
                                .map(name -> col(Projection.RAW + "." + name))
                                .toArray(Column[]::new))
                        : functions.lit(0))
                .as(ARRIVAL));
        Dataset<Row> rows = projected.select(selected.toArray(Column[]::new));
        return files ? rows.filter(col(PASSES)) : rows;
    }

    static Dataset<Row> passing(Dataset<Row> rows) {
        return rows.filter(col(PASSES).and(functions.not(col(DELETES)))).drop(PASSES, DELETES, ARRIVAL);
    }
}
