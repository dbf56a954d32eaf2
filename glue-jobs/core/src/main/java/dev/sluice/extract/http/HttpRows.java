package dev.sluice.extract.http;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.SparkNames;
import dev.sluice.extract.Requeue;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.files.AnswerFiles;
import dev.sluice.raw.Intake;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Answers as raw rows: every column is text but the bookmark, which is what the item declares it to be. */
public final class HttpRows {

    private HttpRows() {}

    static Optional<Pull.Bookmark> watermark(TableSettings settings, ZoneId zone) {
        HttpSettings http = ((Relation.Http) settings.extract().relation()).settings();
        return settings.extract().bookmark().map(bookmark -> {
            String name = bookmark.columns().get(0);
            boolean number = settings.schema().columns().stream()
                    .filter(column -> column.sourceName().equals(name)
                            && column.expression().isEmpty())
                    .anyMatch(column -> column.type().ddl().equals("bigint"));
            return new Pull.Bookmark(
                    name, new Watermark(number ? Watermark.Kind.NUMBER : Watermark.Kind.TIME, http.timeFormat(), zone));
        });
    }

    static SourceTable table(List<String> names, Optional<Pull.Bookmark> watermark) {
        List<SourceColumn> columns = new ArrayList<>();
        for (String name : names) {
            boolean typed =
                    watermark.filter(known -> known.column().equals(name)).isPresent();
            columns.add(
                    typed
                            ? column(
                                    name,
                                    watermark.get().watermark().kind() == Watermark.Kind.NUMBER
                                            ? "bigint"
                                            : "timestamp")
                            : column(name, "string"));
        }
        columns.add(column(FileColumns.FILE, "string"));
        columns.add(column(FileColumns.LINE, "bigint"));
        columns.add(column(FileColumns.RECORD, "bigint"));
        columns.add(column(FileColumns.MODIFIED, "timestamp"));
        return new SourceTable(columns, List.of());
    }

    private static SourceColumn column(String name, String type) {
        return new SourceColumn(
                name,
                type.equals("string") ? "text" : type,
                ColumnType.of(type),
                ColumnType.of(type),
                SourceColumn.Nullability.NULLABLE,
                Optional.empty());
    }

    /**
     * The rows of a pull that raw keeps.
     *
     * @param found the columns that the answers name
     * @param table the columns that are wanted of them
     */
    static Dataset<Row> read(
            SparkSession spark,
            ZoneFiles raw,
            AnswerFiles files,
            Intake intake,
            List<String> found,
            SourceTable table,
            Optional<Pull.Bookmark> watermark) {
        List<String> wanted = AnswerFiles.named(table.columns());
        Dataset<Row> rows = files.rows(spark, raw, intake, AnswerFiles.union(wanted, found));
        if (watermark.isPresent()) {
            Pull.Bookmark bookmark = watermark.get();
            Watermark values = bookmark.watermark();
            Column text = SparkNames.column(bookmark.column());
            Column number = udf(
                            (UDF1<String, Long>) value -> values.parse(value).orElse(null), DataTypes.LongType)
                    .apply(text);
            Column lost = when(text.isNotNull().and(number.isNull()), to_json(struct(text.as(bookmark.column()))));
            rows = rows.withColumn(Snapshot.UNREPRESENTABLE, coalesce(col(Snapshot.UNREPRESENTABLE), lost))
                    .withColumn(
                            bookmark.column(),
                            values.kind() == Watermark.Kind.NUMBER ? number : timestamp_micros(number));
        }
        List<Column> columns = new ArrayList<>();
        table.columns().forEach(column -> columns.add(SparkNames.column(column.name())));
        columns.add(col(Snapshot.UNREPRESENTABLE));
        return rows.select(columns.toArray(Column[]::new));
    }

    /** The bookmark of a row of {@link #read} as {@link Watermark} counts. */
    static Column number(Pull.Bookmark bookmark) {
        Column value = SparkNames.column(bookmark.column());
        return bookmark.watermark().kind() == Watermark.Kind.NUMBER ? value : unix_micros(value);
    }

    /** Quarantined rows, read anew from the answers: the settings may have said wrongly how those are written. */
    static Requeue requeue(
            SparkSession spark,
            ZoneFiles raw,
            ZoneId zone,
            TableSettings settings,
            Manifest origin,
            Dataset<Row> quarantined) {
        AnswerFiles files = new AnswerFiles(settings);
        Optional<Pull.Bookmark> watermark = watermark(settings, zone);
        Intake intake = intake(new RawZone(raw), origin);
        List<String> found = files.names(spark, raw, intake);
        SourceTable table =
                table(AnswerFiles.union(files.declared(), AnswerFiles.named(origin.columns()), found), watermark);
        Dataset<Row> places = quarantined.select(
                col(FileColumns.FILE).as("q_file"),
                col(FileColumns.LINE).as("q_line"),
                col(FileColumns.RECORD).as("q_record"));
        Dataset<Row> rows = read(spark, raw, files, intake, found, table, watermark);
        return new Requeue(
                table,
                rows.join(
                        places,
                        col(FileColumns.FILE)
                                .equalTo(col("q_file"))
                                .and(col(FileColumns.LINE).equalTo(col("q_line")))
                                .and(col(FileColumns.RECORD).equalTo(col("q_record"))),
                        "left_semi"));
    }

    /** What has the answers that a batch's rows came in: of a replay, that of the batch which its rows were quarantined under. */
    private static Intake intake(RawZone raw, Manifest batch) {
        return batch.intake().orElseGet(() -> batch.replays().stream()
                .findFirst()
                .flatMap(replayed -> raw.findManifest(batch.table(), replayed))
                .map(replayed -> intake(raw, replayed))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.RAW_CORRUPT,
                        "Cannot replay batch " + batch.batch() + " of table " + batch.table()
                                + ": no manifest in raw says which answers its rows came in. Restore it from the"
                                + " bucket's versions")));
    }
}
