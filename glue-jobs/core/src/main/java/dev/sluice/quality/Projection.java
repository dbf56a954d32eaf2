package dev.sluice.quality;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.SparkNames;
import dev.sluice.change.ChangeColumns;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.files.Malformed;
import dev.sluice.schema.Drift;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.FileColumns;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Turns raw rows into target rows and finds what is wrong with each. One pass, no action: the result has the target's
 * columns, {@link #RAW} (the raw row as a struct) and {@link #REASONS} (an array of rule, column and value, empty in rows
 * that pass).
 */
public final class Projection {

    /** The raw row, as a struct. */
    public static final String RAW = "_sluice_raw";

    /** Why the row does not pass: an array of structs of rule, column and value. */
    public static final String REASONS = "_sluice_reasons";

    /** Whether the row says that its key is deleted; a column of the result where the settings have a condition for it. */
    public static final String DELETES = "_sluice_deletes";

    private static final String CASTS = "_sluice_casts";
    private static final String CHECKED = "_sluice_checked";

    private final List<ColumnSettings> columns;
    private final Map<String, SourceColumn> source;
    private final CurateSettings curate;
    private final ZoneId zone;

    /**
     * @param columns the batch's target schema
     * @param source the raw columns
     * @param zone the zone in which the source's timestamps without time zone were written
     */
    public Projection(List<ColumnSettings> columns, List<SourceColumn> source, CurateSettings curate, ZoneId zone) {
        this.columns = List.copyOf(columns);
        this.source = source.stream().collect(Collectors.toMap(SourceColumn::name, Function.identity()));
        this.curate = curate;
        this.zone = zone;
    }

    /** Whether a row of {@link #project} passes. */
    public static Column passes() {
        return size(col(REASONS)).equalTo(0);
    }

    /** Raw rows as target rows with their reasons. */
    public Dataset<Row> project(Dataset<Row> raw) {
        List<Column> typed = new ArrayList<>();
        List<Column> broken = new ArrayList<>();
        boolean events = List.of(raw.columns()).contains(ChangeColumns.EVENT);
        typed.add((events
                        ? col(ChangeColumns.EVENT)
                        : struct(java.util.Arrays.stream(raw.columns())
                                .map(SparkNames::column)
                                .toArray(Column[]::new)))
                .as(RAW));
        if (events) {
            typed.add(col(ChangeColumns.CHANGE));
        }
        Dataset<Row> asked = withMissing(raw);
        for (ColumnSettings column : columns) {
            column.expression().ifPresent(expression -> requireExpression(asked, column, expression));
            typed.add(value(column, broken).as(column.name()));
        }
        typed.add((broken.isEmpty() ? noReasons() : array_compact(array(broken.toArray(Column[]::new)))).as(CASTS));
        curate.deleteWhen().ifPresent(condition -> {
            requireSql("curate.delete-when", condition, () -> asked.withColumn(CHECKED, not(expr(condition))));
            typed.add(coalesce(expr(condition), lit(false)).as(DELETES));
        });
        Dataset<Row> cast = asked.select(typed.toArray(Column[]::new));
        curate.quality().forEach(rule -> requireCondition(cast, rule));
        Column rules = rules();
        return cast.withColumn(REASONS, events ? ofChange(concat(col(CASTS), rules)) : reasons(judged(rules)))
                .drop(CASTS);
    }

    /** Of a row that deletes, only its key must be sound: sources send no more of it. */
    private Column judged(Column rules) {
        Column all = concat(col(CASTS), rules);
        if (curate.deleteWhen().isEmpty()) {
            return all;
        }
        Object[] key = curate.primaryKey().toArray();
        return when(col(DELETES), filter(all, reason -> reason.getField("column")
                        .isin(key)))
                .otherwise(all);
    }

    /** A record of a file that is malformed has no values, so nothing else is said of it. */
    private Column reasons(Column judged) {
        if (!source.containsKey(FileColumns.LINE)) {
            return judged;
        }
        Column malformed = get_json_object(col(RAW + "." + Snapshot.UNREPRESENTABLE), "$." + Malformed.REASON);
        Column place = when(col(RAW + "." + FileColumns.LINE).isNull(), lit("the whole of "))
                .otherwise(
                        concat(lit("line "), col(RAW + "." + FileColumns.LINE).cast("string"), lit(" of ")));
        return when(
                        malformed.isNotNull(),
                        array(struct(
                                lit("well-formed").as("rule"),
                                concat(place, col(RAW + "." + FileColumns.FILE)).as("column"),
                                malformed.as("value"))))
                .otherwise(judged);
    }

    /** With NULL for what expressions ask for and the source does not have; the policy for missing columns allowed it. */
    private Dataset<Row> withMissing(Dataset<Row> raw) {
        Dataset<Row> asked = raw;
        Set<String> missing = new TreeSet<>();
        columns.forEach(column -> column.expression()
                .ifPresent(expression -> missing.addAll(Drift.missingIn(expression, source.values()))));
        for (String name : missing) {
            asked = asked.withColumn(name, lit(null));
        }
        return asked;
    }

    /** A record that is no event has no values to judge; of a deletion only its key is. */
    private Column ofChange(Column reasons) {
        Column unreadable = col(ChangeColumns.CHANGE + ".unreadable");
        Column operation = col(ChangeColumns.CHANGE + ".operation");
        Object[] key = curate.primaryKey().toArray();
        return when(unreadable.isNotNull(), array(reason("readable as a change event", "", unreadable)))
                .when(operation.equalTo("t"), noReasons())
                .when(operation.equalTo("d"), filter(reasons, reason -> reason.getField("column")
                        .isin(key)))
                .otherwise(reasons);
    }

    private static void requireExpression(Dataset<Row> raw, ColumnSettings column, String expression) {
        requireSql(
                "schema.columns[" + column.name() + "].expression",
                expression,
                () -> raw.withColumn(
                        CHECKED, expr(expression).cast(column.type().ddl())));
    }

    private static void requireCondition(Dataset<Row> cast, CurateSettings.QualityRule rule) {
        requireSql(
                "curate.quality[" + rule.name() + "].condition",
                rule.condition(),
                () -> cast.withColumn(CHECKED, not(coalesce(expr(rule.condition()), lit(true)))));
    }

    /** Lets Spark analyse a piece of the settings' SQL by itself, so that what it refuses can be named. */
    private static void requireSql(String key, String sql, Callable<Dataset<Row>> analysis) {
        try {
            analysis.call();
        } catch (RuntimeException failure) {
            throw failure instanceof SparkThrowable ? refused(key, sql, failure) : failure;
        } catch (Exception failure) {
            // Spark's AnalysisException is a checked one that no signature declares.
            throw refused(key, sql, failure);
        }
    }

    private static SluiceException refused(String key, String sql, Exception failure) {
        String said = String.valueOf(failure.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("");
        return new SluiceException(
                ErrorCode.SETTINGS_INVALID,
                "Cannot evaluate " + key + ": " + sql + ". Spark says: " + said.strip() + ". Correct " + key,
                failure);
    }

    private Column value(ColumnSettings column, List<Column> broken) {
        String type = column.type().ddl();
        if (column.expression().isPresent()) {
            Column computed = expr(column.expression().get());
            return withDefault(computed.cast(type), column);
        }
        SourceColumn from = source.get(column.sourceName());
        if (from == null) {
            return withDefault(lit(null).cast(type), column);
        }
        Column raw = column(from.name());
        Column lost = get_json_object(
                col(Snapshot.UNREPRESENTABLE), "$['" + from.name().replace("'", "\\'") + "']");
        Casting cast = source.containsKey(FileColumns.LINE)
                ? Casting.ofText(raw, from.rawType(), column.type(), zone)
                : Casting.of(raw, from.rawType(), column.type(), zone);
        Column carried = cast.value();
        if (type.equals("string")) {
            carried = coalesce(carried, lost);
        } else {
            broken.add(when(lost.isNotNull(), reason("representable as " + type, column.name(), shown(column, lost))));
        }
        cast.failed()
                .ifPresent(failed -> broken.add(
                        when(failed, reason("castable to " + type, column.name(), shown(column, raw.cast("string"))))));
        // A default stands in for NULL in the source; a value that does not fit stays a broken one.
        return column.defaultValue().isPresent()
                ? when(
                                raw.isNull().and(lost.isNull()),
                                lit(column.defaultValue().get()).cast(type))
                        .otherwise(carried)
                : carried;
    }

    private static Column withDefault(Column value, ColumnSettings column) {
        return column.defaultValue()
                .map(text -> coalesce(value, lit(text).cast(column.type().ddl())))
                .orElse(value);
    }

    private Column rules() {
        Set<String> required = new HashSet<>(curate.primaryKey());
        curate.validTime().ifPresent(required::add);
        columns.stream().filter(column -> !column.nullable()).forEach(column -> required.add(column.name()));
        List<Column> reasons = new ArrayList<>();
        for (ColumnSettings column : columns) {
            if (required.contains(column.name())) {
                // A cast that failed has its own reason already.
                Column cause = expr("exists(" + CASTS + ", reason -> reason.column = '" + column.name() + "')");
                reasons.add(when(
                        column(column.name()).isNull().and(not(cause)),
                        reason("not null", column.name(), lit(null).cast("string"))));
            }
        }
        for (CurateSettings.QualityRule rule : curate.quality()) {
            // As with a CHECK constraint, NULL does not break a rule: whether NULL is allowed is the column's own
            // matter.
            reasons.add(when(not(coalesce(expr(rule.condition()), lit(true))), judged(rule)));
        }
        return reasons.isEmpty() ? noReasons() : array_compact(array(reasons.toArray(Column[]::new)));
    }

    /** Why a rule was broken: the columns it looks at and what they hold. */
    private Column judged(CurateSettings.QualityRule rule) {
        List<ColumnSettings> named = columns.stream()
                .filter(column -> Pattern.compile("(?i)(?<!\\w)" + Pattern.quote(column.name()) + "(?!\\w)")
                        .matcher(rule.condition())
                        .find())
                .toList();
        List<String> names = named.stream().map(ColumnSettings::name).toList();
        Column[] values = named.stream()
                .map(column -> shown(column, coalesce(column(column.name()).cast("string"), lit("NULL"))))
                .toArray(Column[]::new);
        return reason(rule.name(), String.join(", ", names), concat_ws(", ", values));
    }

    /** A value as a reason may show it. */
    private static Column shown(ColumnSettings column, Column value) {
        return column.masking().isPresent() ? lit(Redaction.MASKED) : value;
    }

    private static Column reason(String rule, String column, Column value) {
        return struct(lit(rule).as("rule"), lit(column).as("column"), value.as("value"));
    }

    private static Column noReasons() {
        return array().cast("array<struct<rule:string,column:string,value:string>>");
    }
}
