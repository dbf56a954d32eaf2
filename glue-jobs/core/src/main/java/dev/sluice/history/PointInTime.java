package dev.sluice.history;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.SparkNames;
import dev.sluice.settings.HistoryColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Joins labels with features as they held at each label's time, so that a training set holds nothing that came to be
 * later. Each label gives exactly one row, with NULL features where none held.
 */
public final class PointInTime {

    private static final String TIME = "_sluice_label_time";
    private static final String ENDS = "_sluice_ends";
    private static final String RECORDED = "_sluice_recorded";

    private PointInTime() {}

    /**
     * The labels with the features beside them, as {@code name_column}, and {@code name_valid_from}: since when they held.
     * Lazy; the inputs are read once each.
     *
     * @param labels any rows with the keys and a time
     * @param time the labels' column of type timestamp; a label without time gets no features
     * @param features what to join, in this order
     */
    public static Dataset<Row> join(Dataset<Row> labels, String time, List<Features> features) {
        Objects.requireNonNull(labels, "labels");
        requireColumns("labels", labels, List.of(time));
        if (!labels.schema().apply(time).dataType().equals(DataTypes.TimestampType)) {
            throw invalid("label column " + time + " is "
                    + labels.schema().apply(time).dataType().simpleString() + ", not timestamp. Cast it");
        }
        Dataset<Row> joined = labels;
        for (Features one : features) {
            joined = join(joined, time, one);
        }
        return joined;
    }

    private static Dataset<Row> join(Dataset<Row> labels, String time, Features features) {
        requireColumns("labels", labels, new ArrayList<>(features.key().keySet()));
        requireColumns(
                "history of features " + features.name(),
                features.history(),
                Stream.of(features.key().values(), features.columns(), HistoryColumns.ALL)
                        .flatMap(names -> names.stream())
                        .toList());
        List<Column> taken = new ArrayList<>();
        List<String> outcome = new ArrayList<>();
        int place = 0;
        Column condition = expr("true");
        for (Map.Entry<String, String> key : features.key().entrySet()) {
            String alias = "_sluice_key_" + place++;
            taken.add(column(key.getValue()).as(alias));
            condition = condition.and(column(key.getKey()).equalTo(col(alias)));
        }
        for (String column : features.columns()) {
            outcome.add(features.name() + "_" + column);
            taken.add(column(column).as(features.name() + "_" + column));
        }
        outcome.add(features.name() + "_valid_from");
        taken.add(col(HistoryColumns.VALID_FROM).as(features.name() + "_valid_from"));
        taken.add(col(HistoryColumns.VALID_TO).as(ENDS));
        taken.add(col(HistoryColumns.RECORDED_AT).as(RECORDED));
        requireNew(labels, outcome);
        Column from = column(features.name() + "_valid_from");
        Column to = col(ENDS);
        // What was available at the label's time is what held so much earlier.
        Column at = col(TIME)
                .minus(expr("INTERVAL '%d.%06d' SECOND"
                        .formatted(
                                features.delay().toSeconds(), features.delay().toNanosPart() / 1000)));
        condition = switch (features.tie()) {
            case EXCLUDED -> condition.and(from.lt(at)).and(to.isNull().or(at.leq(to)));
            case INCLUDED -> condition.and(from.leq(at)).and(to.isNull().or(at.lt(to)));
        };
        condition = switch (features.known()) {
            case BY_VALID_TIME -> condition;
            case BY_RECORDED_TIME -> condition.and(col(RECORDED).leq(col(TIME)));
        };
        Column[] kept = Stream.concat(Arrays.stream(labels.columns()), outcome.stream())
                .map(SparkNames::column)
                .toArray(Column[]::new);
        return labels.withColumn(TIME, column(time))
                .join(features.history().select(taken.toArray(Column[]::new)), condition, "left")
                .select(kept);
    }

    private static void requireColumns(String what, Dataset<Row> rows, List<String> wanted) {
        Set<String> present = Set.of(rows.columns());
        wanted.stream().filter(name -> !present.contains(name)).findFirst().ifPresent(name -> {
            throw invalid(what + " has no column " + name + "; it has " + String.join(", ", rows.columns())
                    + (HistoryColumns.ALL.contains(name) ? ". Give a table of curate.mode history" : ""));
        });
    }

    private static void requireNew(Dataset<Row> labels, List<String> outcome) {
        Set<String> names = new HashSet<>(List.of(labels.columns()));
        outcome.stream().filter(name -> !names.add(name)).findFirst().ifPresent(name -> {
            throw invalid("the outcome would have column " + name + " twice. Give the features another name");
        });
    }

    private static SluiceException invalid(String cause) {
        return new SluiceException(ErrorCode.REQUEST_INVALID, "Cannot join features to labels: " + cause);
    }
}
