package dev.sluice.raw;

import static dev.sluice.SparkNames.column;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.SparkNames;
import dev.sluice.bookmark.Position;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Writes a batch's rows to raw in one Spark job, and measures in that same job what was written: the source is read once
 * and nothing is counted apart.
 */
public final class RawWriter {

    private static final String ROWS = "rows";
    private static final String CHECKSUM = "checksum";
    private static final String REJECTED = "rejected";
    private static final String MIN = "min";
    private static final String MAX = "max";

    private RawWriter() {}

    /**
     * What was written.
     *
     * @param rows their number
     * @param rejected how many of them the predicate rejected
     * @param checksum the sum of their hashes
     * @param min the least bookmark position
     * @param max the greatest
     */
    public record Written(long rows, long rejected, String checksum, Optional<Position> min, Optional<Position> max) {}

    /**
     * Writes the rows below a folder as Parquet.
     *
     * @param marked the raw columns, and {@code rejected}: a boolean column that is left out of what is written
     * @param bookmark the bookmark columns; empty for full reads
     */
    public static Written write(
            Dataset<Row> marked, String rejected, SourceTable table, List<String> bookmark, String folder) {
        Column[] raw = Arrays.stream(marked.columns())
                .filter(name -> !name.equals(rejected))
                .map(SparkNames::column)
                .toArray(Column[]::new);
        Column position = position(table, bookmark);
        Observation observed = new Observation();
        marked.observe(
                        observed,
                        count(lit(1)).as(ROWS),
                        checksum(raw),
                        coalesce(sum(col(rejected).cast("bigint")), lit(0L)).as(REJECTED),
                        min(position).as(MIN),
                        max(position).as(MAX))
                .select(raw)
                .write()
                .mode(SaveMode.Overwrite)
                .parquet(folder);
        Map<String, Object> metrics = metrics(observed);
        Optional<SourceColumn> column = bookmark.stream().findFirst().flatMap(table::find);
        return new Written(
                (Long) metrics.get(ROWS),
                (Long) metrics.get(REJECTED),
                (String) metrics.get(CHECKSUM),
                column.flatMap(kind -> position(kind, (Long) metrics.get(MIN))),
                column.flatMap(kind -> position(kind, (Long) metrics.get(MAX))));
    }

    /** The rows and checksum of a batch's files as they are now, to be held against its manifest. */
    public static Written measure(Dataset<Row> raw) {
        Column[] columns = Arrays.stream(raw.columns()).map(SparkNames::column).toArray(Column[]::new);
        Row measured = raw.select(count(lit(1)).as(ROWS), checksum(columns)).first();
        return new Written(measured.getLong(0), 0, measured.getString(1), Optional.empty(), Optional.empty());
    }

    /** Hashes are summed as decimals: a sum does not depend on the order of rows and does not wrap. */
    private static Column checksum(Column[] columns) {
        return coalesce(sum(xxhash64(columns).cast("decimal(38,0)")), lit(0).cast("decimal(38,0)"))
                .cast("string")
                .as(CHECKSUM);
    }

    private static Map<String, Object> metrics(Observation observed) {
        try {
            return observed.getAsJava();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SluiceException(
                    ErrorCode.FAILED, "Cannot measure what was written to raw: the run was interrupted", interrupted);
        }
    }

    private static Column position(SourceTable table, List<String> bookmark) {
        List<Column> columns = bookmark.stream()
                .map(name -> {
                    Column value = column(name);
                    String type = table.find(name).orElseThrow().rawType().ddl();
                    return switch (type) {
                        case "timestamp" -> org.apache.spark.sql.functions.unix_micros(value);
                        case "timestamp_ntz" -> org.apache.spark.sql.functions.unix_micros(value.cast("timestamp"));
                        case "date" -> org.apache
                                .spark
                                .sql
                                .functions
                                .unix_date(value)
                                .cast("bigint");
                        default -> value.cast("bigint");
                    };
                })
                .toList();
        return switch (columns.size()) {
            case 0 -> lit(null).cast("bigint");
            case 1 -> columns.get(0);
            default -> greatest(columns.toArray(Column[]::new));
        };
    }

    private static Optional<Position> position(SourceColumn column, Long value) {
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (column.rawType().ddl()) {
                    case "timestamp" -> new Position.At(instant(value));
                    case "timestamp_ntz" -> new Position.WallClock(
                            LocalDateTime.ofInstant(instant(value), ZoneOffset.UTC));
                    case "date" -> new Position.Day(LocalDate.ofEpochDay(value));
                    default -> new Position.Sequence(value);
                });
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
