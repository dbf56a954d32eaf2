package dev.sluice.curate;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.columns;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.change.ChangeColumns;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.HistoryColumns;
import io.delta.tables.DeltaTable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Puts a batch of changes into a history. The place in the database's log orders the versions of a key; the time of the change
 * says when one began, and where the log has several changes at one time, or a time before that of the change before, a
 * version begins a microsecond after the one before it. Curated keeps the places at which a version began and ended, so a
 * change that comes again, or late, lands where it would have landed in time.
 */
final class ChangeHistory {

    private static final String KNOWN = "_sluice_known";
    private static final String TIME = "_sluice_time";
    private static final String CONTENT = "_sluice_content";
    private static final String RECORDED = "_sluice_recorded";
    private static final String DELETED = "_sluice_deleted";
    /** Of several events at one place, the least is the one that counts. */
    private static final String PREFERENCE = "_sluice_preference";

    private static final String PLACE = "_sluice_place";
    private static final String TURN = "_sluice_turn";
    private static final String AT = "_sluice_at";
    private static final String SAME = "_sluice_same";
    private static final String END = "_sluice_end";
    private static final String END_PLACE = "_sluice_end_place";
    private static final String OPERATION = "_sluice_operation";

    private final CurateSettings curate;
    private final EventBasis basis;
    private final Column readPoint;
    private final List<String> names;
    /** What makes two versions different: where in the log they stand does not. */
    private final List<String> values;

    private final Column[] key;
    private final String[] onKey;

    ChangeHistory(CurateSettings curate, List<ColumnSettings> columns, Manifest manifest) {
        this.curate = curate;
        this.basis = manifest.events().orElseThrow();
        this.readPoint = lit(manifest.readPoint());
        this.names = columns.stream().map(ColumnSettings::name).toList();
        this.values = names.stream()
                .filter(name -> !name.equals(ChangeColumns.POSITION))
                .toList();
        this.key = columns(curate.primaryKey());
        this.onKey = curate.primaryKey().toArray(String[]::new);
    }

    /** The table that the batch alone makes, of the rows that pass. */
    Dataset<Row> fresh(Dataset<Row> rows) {
        return versions(withLate(events(rows).unionByName(marks(rows, rows.select(key)), true), rows))
                .select(Stream.concat(
                                names.stream().map(name -> content(name).as(name)),
                                Stream.of(
                                        col(AT).as(HistoryColumns.VALID_FROM),
                                        col(END).as(HistoryColumns.VALID_TO),
                                        col(END).isNull().as(HistoryColumns.IS_CURRENT),
                                        col(RECORDED).as(HistoryColumns.RECORDED_AT),
                                        col(END_PLACE).as(ChangeColumns.END_POSITION)))
                        .toArray(Column[]::new));
    }

    /**
     * Merges the rows that pass into the table.
     *
     * @param version curated's version; nothing but this batch changes its rows after it
     */
    void merge(SparkSession spark, Dataset<Row> rows, String location, long version) {
        Dataset<Row> curated =
                spark.read().format("delta").option("versionAsOf", version).load(location);
        Dataset<Row> touched = rows.filter(operation().notEqual("t")).select(key);
        Dataset<Row> keys = basis.cleared().isPresent()
                ? touched.union(curated.filter(col(HistoryColumns.IS_CURRENT)).select(key))
                : touched;
        Dataset<Row> known = curated.join(keys.distinct(), onKey, "left_semi");
        Dataset<Row> events = beginnings(known)
                .unionByName(ends(known), true)
                .unionByName(events(rows), true)
                .unionByName(marks(rows, keys), true);
        // Rows of the batch and of curated are read for the change alone, which is small, and never twice.
        spark.conf().set("spark.databricks.delta.merge.materializeSource", "all");
        apply(spark, changes(versions(withLate(events, rows)), known), location);
    }

    /** The batch's changes of rows. */
    private Dataset<Row> events(Dataset<Row> rows) {
        WindowSpec samePlace = Window.partitionBy(Stream.concat(Stream.of(key), Stream.of(col(ChangeColumns.POSITION)))
                        .toArray(Column[]::new))
                .orderBy(
                        col(ChangeColumns.CHANGE + ".partition").desc(),
                        col(ChangeColumns.CHANGE + ".offset").desc());
        return rows.filter(operation().notEqual("t"))
                .withColumn(TURN, row_number().over(samePlace))
                .filter(col(TURN).equalTo(1))
                .select(Stream.concat(
                                Stream.of(key),
                                Stream.of(
                                        col(ChangeColumns.POSITION).as(PLACE),
                                        time().as(TIME),
                                        row().as(CONTENT),
                                        readPoint.as(RECORDED),
                                        operation().equalTo("d").as(DELETED),
                                        lit(2).as(PREFERENCE)))
                        .toArray(Column[]::new));
    }

    /**
     * Truncations, and the beginning of a snapshot, each as the deletion of every key that it may have ended. A snapshot's
     * rows stand at one place, the deletion too: a row that the snapshot brings goes on.
     */
    private Dataset<Row> marks(Dataset<Row> rows, Dataset<Row> keys) {
        Column cleared = basis.cleared()
                .map(place -> col(ChangeColumns.POSITION).startsWith(place))
                .orElse(lit(false));
        Dataset<Row> marks = rows.filter(operation().equalTo("t").or(cleared))
                .groupBy(col(ChangeColumns.POSITION).as(PLACE))
                .agg(min(time()).as(TIME));
        return whole(keys).crossJoin(marks).withColumn(DELETED, lit(true)).withColumn(PREFERENCE, lit(3));
    }

    /** Beside the events the last truncation of the batches before, for the keys of changes that it ended before they came. */
    private Dataset<Row> withLate(Dataset<Row> events, Dataset<Row> rows) {
        return basis.truncation()
                .map(last -> events.unionByName(
                        whole(rows.filter(operation()
                                                .notEqual("t")
                                                .and(col(ChangeColumns.POSITION).lt(last.place())))
                                        .select(key))
                                .withColumn(PLACE, lit(last.place()))
                                .withColumn(
                                        TIME,
                                        last.millis()
                                                .map(millis -> lit(Instant.ofEpochMilli(millis)))
                                                .orElse(readPoint))
                                .withColumn(DELETED, lit(true))
                                .withColumn(PREFERENCE, lit(3)),
                        true))
                .orElse(events);
    }

    private Dataset<Row> whole(Dataset<Row> keys) {
        return keys.filter(Stream.of(key).map(Column::isNotNull).reduce(lit(true), Column::and))
                .distinct();
    }

    private Dataset<Row> beginnings(Dataset<Row> known) {
        return known.select(Stream.concat(
                        Stream.of(key),
                        Stream.of(
                                column(ChangeColumns.POSITION).as(PLACE),
                                column(HistoryColumns.VALID_FROM).as(TIME),
                                row().as(CONTENT),
                                column(HistoryColumns.RECORDED_AT).as(RECORDED),
                                lit(false).as(DELETED),
                                lit(0).as(PREFERENCE)))
                .toArray(Column[]::new));
    }

    /** Where versions end; where another begins there, that is the event. */
    private Dataset<Row> ends(Dataset<Row> known) {
        return known.filter(column(HistoryColumns.VALID_TO).isNotNull())
                .select(Stream.concat(
                                Stream.of(key),
                                Stream.of(
                                        column(ChangeColumns.END_POSITION).as(PLACE),
                                        column(HistoryColumns.VALID_TO).as(TIME),
                                        lit(true).as(DELETED),
                                        lit(1).as(PREFERENCE)))
                        .toArray(Column[]::new));
    }

    /** The versions that the events make, each with its beginning and its end. */
    private Dataset<Row> versions(Dataset<Row> events) {
        WindowSpec samePlace = Window.partitionBy(
                        Stream.concat(Stream.of(key), Stream.of(col(PLACE))).toArray(Column[]::new))
                .orderBy(col(PREFERENCE));
        WindowSpec ofKey = Window.partitionBy(key).orderBy(col(PLACE));
        Column turn = row_number().over(ofKey);
        Column repeats = values.stream()
                .map(name -> content(name).eqNullSafe(lag(content(name), 1).over(ofKey)))
                .reduce(lit(true), Column::and)
                .and(lag(col(DELETED), 1).over(ofKey).equalTo(false))
                .and(not(col(DELETED)));
        Column next = when(not(col(SAME)), col(AT));
        Column nextPlace = when(not(col(SAME)), col(PLACE));
        WindowSpec following = ofKey.rowsBetween(1, Window.unboundedFollowing());
        return events.withColumn(TURN, row_number().over(samePlace))
                .filter(col(TURN).equalTo(1))
                .withColumn(TURN, turn)
                // The greatest time so far, and one microsecond more for each event that has none of its own.
                .withColumn(
                        AT,
                        timestamp_micros(max(unix_micros(col(TIME)).minus(col(TURN)))
                                .over(ofKey.rowsBetween(Window.unboundedPreceding(), Window.currentRow()))
                                .plus(col(TURN))))
                .withColumn(SAME, coalesce(repeats, lit(false)))
                .withColumn(END, first(next, true).over(following))
                .withColumn(END_PLACE, first(nextPlace, true).over(following))
                .filter(not(col(DELETED)).and(not(col(SAME))));
    }

    private Dataset<Row> changes(Dataset<Row> versions, Dataset<Row> known) {
        Dataset<Row> old = known.select(Stream.concat(
                        Stream.of(key),
                        Stream.of(
                                column(HistoryColumns.VALID_FROM).as(AT),
                                struct(
                                                row().as(CONTENT),
                                                column(HistoryColumns.VALID_TO).as(END),
                                                column(ChangeColumns.END_POSITION)
                                                        .as(END_PLACE))
                                        .as(KNOWN)))
                .toArray(Column[]::new));
        Column same = Stream.concat(
                        names.stream()
                                .map(name -> content(name).eqNullSafe(col(KNOWN + "." + CONTENT + "." + quoted(name)))),
                        Stream.of(
                                col(END).eqNullSafe(col(KNOWN + "." + END)),
                                col(END_PLACE).eqNullSafe(col(KNOWN + "." + END_PLACE))))
                .reduce(lit(true), Column::and);
        Column operation =
                when(col(CONTENT).isNull(), "D").when(col(KNOWN).isNull(), "I").when(not(same), "U");
        String[] keyAndBeginning =
                Stream.concat(Stream.of(onKey), Stream.of(AT)).toArray(String[]::new);
        return versions.join(old, keyAndBeginning, "full_outer")
                .withColumn(OPERATION, operation)
                .filter(col(OPERATION).isNotNull());
    }

    private void apply(SparkSession spark, Dataset<Row> changes, String location) {
        Map<String, String> assignments = new LinkedHashMap<>();
        // Of a version that is gone the key alone is there.
        names.forEach(name -> assignments.put(
                quoted(name),
                curate.primaryKey().contains(name) ? "s." + quoted(name) : "s." + CONTENT + "." + quoted(name)));
        assignments.put(HistoryColumns.VALID_FROM, "s." + AT);
        assignments.put(HistoryColumns.VALID_TO, "s." + END);
        assignments.put(HistoryColumns.IS_CURRENT, "s." + END + " IS NULL");
        assignments.put(HistoryColumns.RECORDED_AT, "s." + RECORDED);
        assignments.put(ChangeColumns.END_POSITION, "s." + END_PLACE);
        String version = curate.primaryKey().stream()
                .map(name -> "t." + quoted(name) + " = s." + quoted(name))
                .collect(Collectors.joining(" AND ", "", " AND t." + HistoryColumns.VALID_FROM + " = s." + AT));
        DeltaTable.forPath(spark, location)
                .as("t")
                .merge(changes.as("s"), version)
                .whenMatched(expr("s." + OPERATION + " = 'D'"))
                .delete()
                .whenMatched(expr("s." + OPERATION + " = 'U'"))
                .updateExpr(assignments)
                .whenNotMatched(expr("s." + OPERATION + " = 'I'"))
                .insertExpr(assignments)
                .execute();
    }

    private Column time() {
        return coalesce(col(ChangeColumns.CHANGE + ".time"), readPoint);
    }

    private Column row() {
        return struct(columns(names));
    }

    private static Column operation() {
        return col(ChangeColumns.CHANGE + ".operation");
    }

    private static Column content(String name) {
        return col(CONTENT + "." + quoted(name));
    }
}
