package dev.sluice.verify;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.DatabaseKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A relation of a database as one transaction sees it. */
final class DatabaseSide implements Side {

    /** Characters of a text that are fetched. */
    static final int LONGEST_TEXT = 200;

    private final SparkSession spark;
    private final DatabaseView view;
    private final Texts texts;
    private final Rows rows;
    private final List<ComparedColumn> columns;
    private final List<Integer> key;

    /**
     * The rows to compare, as SQL.
     *
     * @param from what stands behind FROM
     * @param condition what stands behind WHERE
     * @param pending the condition that the next run reads a row
     */
    record Rows(String from, String condition, String pending) {}

    DatabaseSide(SparkSession spark, DatabaseView view, Rows rows, List<ComparedColumn> columns, List<Integer> key) {
        this.spark = spark;
        this.view = view;
        this.texts = Texts.of(DatabaseKind.of(view.endpoint()));
        this.rows = rows;
        this.columns = columns;
        this.key = key;
    }

    @Override
    public Map<Long, Bucket> buckets() {
        Map<Long, Bucket> buckets = new HashMap<>();
        view.query(
                        "SELECT kh >> " + Hashes.BUCKET_SHIFT + ", count(*), " + checksum() + " FROM " + hashed("")
                                + " GROUP BY 1",
                        this::bucket)
                .forEach(bucket -> buckets.put(bucket.getKey(), bucket.getValue()));
        return buckets;
    }

    @Override
    public Dataset<Row> keys(Collection<Long> buckets) {
        String sql = "(SELECT kh, count(*) AS n, " + checksum() + " AS s, " + texts.any("pending") + " AS pending FROM "
                + hashed("") + " WHERE kh >> " + Hashes.BUCKET_SHIFT + " IN (" + numbers(buckets)
                + ") GROUP BY kh) AS sluice_keys";
        return view.keys(spark, sql);
    }

    @Override
    public List<Found> rows(Collection<Long> keys, int limit) {
        String shown = places().map(texts::cut).collect(Collectors.joining(", "));
        String carried = places().map(place -> ", " + place).collect(Collectors.joining());
        return view.query(
                "SELECT kh, " + shown + " FROM " + hashed(carried) + " WHERE kh IN (" + numbers(keys) + ") LIMIT "
                        + limit,
                row -> {
                    List<String> values = new ArrayList<>();
                    for (int place = 0; place < columns.size(); place++) {
                        values.add(row.getString(2 + place));
                    }
                    return new Found(row.getLong(1), values);
                });
    }

    private Map.Entry<Long, Bucket> bucket(ResultSet row) throws SQLException {
        long bucket = row.getLong(1);
        if (row.wasNull()) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot compare " + rows.from() + " in its database: " + row.getLong(2)
                            + " rows are too long for it to hash. Raise max_allowed_packet");
        }
        return Map.entry(bucket, new Bucket(row.getLong(2), row.getLong(3)));
    }

    private String hashed(String carried) {
        List<String> values = new ArrayList<>();
        for (int place = 0; place < columns.size(); place++) {
            values.add(columns.get(place).sql() + " AS v" + place);
        }
        String from = texts.derived(
                "SELECT " + String.join(", ", values) + ", (" + rows.pending() + ") IS TRUE AS pending FROM "
                        + rows.from() + " WHERE " + rows.condition(),
                "sluice_values");
        List<String> all = places().toList();
        String hash = texts.hash(all);
        String keyHash =
                key.isEmpty() ? hash : texts.hash(key.stream().map(all::get).toList());
        return texts.derived(
                "SELECT " + keyHash + " AS kh, " + (key.isEmpty() ? texts.noNumber() : hash) + " AS rh, pending"
                        + carried + " FROM " + from,
                "sluice_hashes");
    }

    private String checksum() {
        return texts.checksum(key.isEmpty() ? "kh" : "rh");
    }

    private java.util.stream.Stream<String> places() {
        return java.util.stream.IntStream.range(0, columns.size()).mapToObj(place -> "v" + place);
    }

    private static String numbers(Collection<Long> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
