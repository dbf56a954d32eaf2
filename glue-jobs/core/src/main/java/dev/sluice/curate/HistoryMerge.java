package dev.sluice.curate;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.columns;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.SparkNames;
import dev.sluice.raw.Manifest;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.HistoryColumns;
import io.delta.tables.DeltaTable;
import java.util.ArrayList;
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
 * Puts a batch into a history: of each key that the batch touches, the versions curated has and those of the batch are laid
 * out on one time line, and what that changes is merged. A version holds until the next one begins or the row is found
 * deleted. The outcome depends on the rows alone, not on the order in which batches brought them, except where a later
 * batch reads a version of the same beginning again: the last read wins.
 */
final class HistoryMerge {

    private static final String AT = "_sluice_at";
    private static final String CONTENT = "_sluice_content";
    private static final String RECORDED = "_sluice_recorded";
    /** What curated has under this key and beginning: content, end and the time it was recorded. */
    private static final String OLD = "_sluice_old";
    /** Whether the event ends a version without beginning one. */
    private static final String DELETED = "_sluice_deleted";

    private static final String FROM_BATCH = "_sluice_from_batch";
    private static final String SAME = "_sluice_same";
    private static final String END = "_sluice_end";
    private static final String OPERATION = "_sluice_operation";
    private static final String RANK = "_sluice_rank";
    private static final String LAST = "_sluice_last";
    private static final String REJECTED = "_sluice_rejected";
    private static final String REFUTED = "_sluice_refuted";

    private final CurateSettings curate;
    private final EffectiveSchema schema;
    private final Manifest manifest;
    private final List<String> names;
    private final Column[] key;
    private final String passes;
    private final String[] onKey;
    private final Column readPoint;

    /** @param passes the boolean column of the batch's rows that tells which pass */
    HistoryMerge(CurateSettings curate, EffectiveSchema schema, Manifest manifest, String passes) {
        this.curate = curate;
        this.schema = schema;
        this.manifest = manifest;
        this.passes = passes;
        this.names = schema.columns().stream().map(ColumnSettings::name).toList();
        this.key = columns(curate.primaryKey());
        this.onKey = curate.primaryKey().toArray(String[]::new);
        this.readPoint = lit(manifest.readPoint());
    }

    /** The table that the batch alone makes. */
    Dataset<Row> fresh(Dataset<Row> batch) {
        Dataset<Row> versions = timeline(located(versions(batch)).withColumn(OLD, noOld(batch)))
                .filter(not(col(DELETED)).and(not(col(SAME))));
        return versions.select(Stream.concat(
                        names.stream().map(name -> content(name).as(name)),
                        Stream.of(
                                col(AT).as(HistoryColumns.VALID_FROM),
                                col(END).as(HistoryColumns.VALID_TO),
                                col(END).isNull().as(HistoryColumns.IS_CURRENT),
                                col(RECORDED).as(HistoryColumns.RECORDED_AT)))
                .toArray(Column[]::new));
    }

    /**
     * Merges the batch into the table.
     *
     * @param version curated's version; nothing but this batch changes its rows after it
     * @param whole whether the batch is all that the source has, so that what it lacks was deleted
     */
    void merge(SparkSession spark, Dataset<Row> batch, String location, long version, boolean whole) {
        Dataset<Row> curated =
                spark.read().format("delta").option("versionAsOf", version).load(location);
        Dataset<Row> touched = batch.select(key).distinct();
        Dataset<Row> present = whole ? curated : curated.join(touched, onKey, "left_semi");
        Dataset<Row> known = present.select(Stream.concat(
                        Stream.of(key),
                        Stream.of(
                                struct(columns(names)).as(CONTENT),
                                column(HistoryColumns.VALID_FROM),
                                column(HistoryColumns.VALID_TO),
                                column(HistoryColumns.RECORDED_AT)))
                .toArray(Column[]::new));
        Dataset<Row> events = existing(known).unionByName(existingEnds(known), true);
        if (whole) {
            Dataset<Row> last = known.groupBy(key)
                    .agg(max_by(struct(col("*")), col(HistoryColumns.VALID_FROM))
                            .as(LAST));
            events = events.unionByName(located(settled(versions(batch), batch, last)), true)
                    .unionByName(vanished(touched, last), true);
        } else {
            events = unrefuted(events.unionByName(located(versions(batch)), true));
        }
        // Rows of the batch and of curated are read for the change alone, which is small, and never twice.
        spark.conf().set("spark.databricks.delta.merge.materializeSource", "all");
        apply(spark, changes(timeline(events)), location);
    }

    /** The batch's passing rows, of those with one key and beginning the last in the settings' order. */
    private Dataset<Row> versions(Dataset<Row> batch) {
        Column at = curate.validTime().map(SparkNames::column).orElse(readPoint);
        List<Column> order = new ArrayList<>();
        curate.orderBy().forEach(name -> order.add(column(name).desc_nulls_last()));
        // Rows that tie in that order too are told apart by what they hold, so that every try picks the same.
        order.add(xxhash64(columns(names)).desc());
        WindowSpec sameBeginning = Window.partitionBy(
                        Stream.concat(Stream.of(key), Stream.of(col(AT))).toArray(Column[]::new))
                .orderBy(order.toArray(Column[]::new));
        return batch.filter(col(passes))
                .withColumn(AT, at)
                .withColumn(RANK, row_number().over(sameBeginning))
                .filter(col(RANK).equalTo(1));
    }

    /** The batch's versions as events. */
    private Dataset<Row> located(Dataset<Row> versions) {
        return versions.select(Stream.concat(
                        Stream.of(key),
                        Stream.of(
                                col(AT),
                                struct(columns(names)).as(CONTENT),
                                readPoint.as(RECORDED),
                                lit(false).as(DELETED),
                                lit(true).as(FROM_BATCH)))
                .toArray(Column[]::new));
    }

    /**
     * Of a read of everything, the latest row of a key is what the source has now, whatever its stamp says. Where curated has
     * the same it stays where it is; where the stamp lies before what is known of the key already, as after a restored
     * backup or a row that came back, it holds since it was read. A key of which a row is in quarantine is not judged.
     */
    private Dataset<Row> settled(Dataset<Row> versions, Dataset<Row> batch, Dataset<Row> last) {
        Dataset<Row> rejected =
                batch.filter(not(col(passes))).select(key).distinct().withColumn(REJECTED, lit(true));
        WindowSpec ofKey = Window.partitionBy(key).orderBy(col(AT).desc());
        Dataset<Row> ranked = versions.withColumn(RANK, row_number().over(ofKey))
                .join(last, onKey, "left")
                .join(rejected, onKey, "left");
        Column from = col(LAST + "." + HistoryColumns.VALID_FROM);
        Column to = col(LAST + "." + HistoryColumns.VALID_TO);
        Column unchanged = names.stream()
                .filter(name -> !schema.gained().contains(name))
                .map(name -> column(name).eqNullSafe(col(LAST + "." + CONTENT + "." + quoted(name))))
                .reduce(lit(true), Column::and);
        Column stamped = curate.validTime().isPresent() ? col(AT) : lit(null).cast("timestamp");
        Column at = when(col(RANK).notEqual(1).or(col(REJECTED).isNotNull()).or(from.isNull()), col(AT))
                .when(to.isNull().and(unchanged), from)
                .when(to.isNull().and(stamped.geq(from)).or(stamped.gt(to)), stamped)
                .otherwise(greatest(readPoint, after(greatest(from, to))));
        return ranked.withColumn(AT, at).drop(RANK, LAST, REJECTED);
    }

    /** Keys that a read of everything did not bring: their version ends where the read found it gone. */
    private Dataset<Row> vanished(Dataset<Row> touched, Dataset<Row> last) {
        Column from = col(LAST + "." + HistoryColumns.VALID_FROM);
        return last.filter(col(LAST + "." + HistoryColumns.VALID_TO).isNull())
                .join(touched, onKey, "left_anti")
                .select(Stream.concat(
                                Stream.of(key),
                                Stream.of(
                                        // A version that is stamped after the read ends right after its beginning.
                                        greatest(readPoint, after(from)).as(AT),
                                        lit(true).as(DELETED),
                                        lit(true).as(FROM_BATCH)))
                        .toArray(Column[]::new));
    }

    private Dataset<Row> existing(Dataset<Row> known) {
        return known.select(Stream.concat(
                        Stream.of(key),
                        Stream.of(
                                col(HistoryColumns.VALID_FROM).as(AT),
                                col(CONTENT),
                                col(HistoryColumns.RECORDED_AT).as(RECORDED),
                                lit(false).as(DELETED),
                                lit(false).as(FROM_BATCH),
                                struct(
                                                col(CONTENT),
                                                col(HistoryColumns.VALID_TO).as(END),
                                                col(HistoryColumns.RECORDED_AT).as(RECORDED))
                                        .as(OLD)))
                .toArray(Column[]::new));
    }

    /** Where versions end; where another begins there, that is the event. */
    private Dataset<Row> existingEnds(Dataset<Row> known) {
        return known.filter(col(HistoryColumns.VALID_TO).isNotNull())
                .select(Stream.concat(
                                Stream.of(key),
                                Stream.of(
                                        col(HistoryColumns.VALID_TO).as(AT),
                                        lit(true).as(DELETED),
                                        lit(false).as(FROM_BATCH)))
                        .toArray(Column[]::new));
    }

    /**
     * Without the ends that the batch refutes: a row that was read after its key was found gone, and holds since before, was
     * in a transaction that was still open then, or is stamped by another clock. Only the last end of a key is one; a gap
     * before a later version stays. Rows that are taken in again are as old as the read that brought them first.
     */
    private Dataset<Row> unrefuted(Dataset<Row> events) {
        WindowSpec ofKey = Window.partitionBy(key);
        Column end = col(DELETED).and(not(col(FROM_BATCH)));
        Column beginning = when(not(col(DELETED)), col(AT));
        Column known = max(when(not(col(FROM_BATCH)), beginning)).over(ofKey);
        Column first = min(when(col(FROM_BATCH), beginning)).over(ofKey);
        Column refuted = end.and(col(AT).gt(known)).and(col(AT).gt(first));
        if (!manifest.replays().isEmpty()) {
            refuted = refuted.and(readPoint.gt(col(AT)));
        }
        return events.withColumn(REFUTED, coalesce(refuted, lit(false)))
                .filter(not(col(REFUTED)))
                .drop(REFUTED);
    }

    /** One event per key and time, with where it ends and whether it repeats the one before. */
    private Dataset<Row> timeline(Dataset<Row> events) {
        Column[] keyAndTime = Stream.concat(Stream.of(key), Stream.of(col(AT))).toArray(Column[]::new);
        WindowSpec sameTime = Window.partitionBy(keyAndTime);
        WindowSpec ofKey = Window.partitionBy(key).orderBy(col(AT).asc());
        Dataset<Row> single = events.withColumn(
                        OLD, max_by(col(OLD), col(OLD).isNotNull()).over(sameTime))
                .withColumn(RANK, row_number().over(sameTime.orderBy(preferred())))
                .filter(col(RANK).equalTo(1))
                .drop(RANK);
        Column repeats = names.stream()
                .map(name -> content(name).eqNullSafe(lag(content(name), 1).over(ofKey)))
                .reduce(lit(true), Column::and)
                .and(lag(col(DELETED), 1).over(ofKey).equalTo(false))
                .and(not(col(DELETED)));
        return single.withColumn(SAME, repeats)
                .withColumn(SAME, expr("coalesce(" + SAME + ", false)"))
                .withColumn(
                        END,
                        min(when(not(col(SAME)), col(AT))).over(ofKey.rowsBetween(1, Window.unboundedFollowing())));
    }

    /**
     * Of two versions with one beginning the one that was read last. Rows that are taken in again from quarantine were read
     * before those that curated has; of them only one that is later in the settings' order comes first.
     */
    private Column[] preferred() {
        List<Column> order = new ArrayList<>();
        order.add(col(DELETED).asc());
        if (manifest.replays().isEmpty()) {
            order.add(col(FROM_BATCH).desc());
        } else {
            curate.orderBy().forEach(name -> order.add(content(name).desc_nulls_last()));
            order.add(col(FROM_BATCH).asc());
        }
        return order.toArray(Column[]::new);
    }

    private Dataset<Row> changes(Dataset<Row> timeline) {
        Column same = names.stream()
                .map(name -> content(name).eqNullSafe(col(OLD + "." + CONTENT + "." + quoted(name))))
                .reduce(lit(true), Column::and);
        Column operation = when(col(SAME), when(col(OLD).isNotNull(), "D"))
                .when(col(OLD).isNull(), "I")
                .when(not(same).or(not(col(END).eqNullSafe(col(OLD + "." + END)))), "U");
        return timeline.filter(not(col(DELETED)))
                // A version that is only ended keeps the time at which its content was read.
                .withColumn(
                        RECORDED,
                        when(col(OLD).isNotNull().and(same), col(OLD + "." + RECORDED))
                                .otherwise(col(RECORDED)))
                .withColumn(OPERATION, operation)
                .filter(col(OPERATION).isNotNull())
                .select(Stream.concat(
                                names.stream().map(name -> content(name).as(name)),
                                Stream.of(col(AT), col(END), col(RECORDED), col(OPERATION)))
                        .toArray(Column[]::new));
    }

    private void apply(SparkSession spark, Dataset<Row> changes, String location) {
        Map<String, String> assignments = new LinkedHashMap<>();
        names.forEach(name -> assignments.put(quoted(name), "s." + quoted(name)));
        assignments.put(HistoryColumns.VALID_FROM, "s." + AT);
        assignments.put(HistoryColumns.VALID_TO, "s." + END);
        assignments.put(HistoryColumns.IS_CURRENT, "s." + END + " IS NULL");
        assignments.put(HistoryColumns.RECORDED_AT, "s." + RECORDED);
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

    private Column noOld(Dataset<Row> batch) {
        String fields = names.stream()
                .map(name -> quoted(name) + ": "
                        + batch.schema().apply(name).dataType().sql())
                .collect(Collectors.joining(", "));
        return lit(null)
                .cast("struct<" + CONTENT + ": struct<" + fields + ">, " + END + ": timestamp, " + RECORDED
                        + ": timestamp>");
    }

    /** The least time after another. */
    private static Column after(Column time) {
        return time.plus(expr("INTERVAL '0.000001' SECOND"));
    }

    private Column content(String name) {
        return col(CONTENT + "." + quoted(name));
    }
}
