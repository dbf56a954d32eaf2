package dev.sluice.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A relation of PostgreSQL as one transaction sees it; Spark's reader joins that transaction's snapshot. */
final class DatabaseSide implements Side {

    /** Characters of a text that are fetched. */
    static final int LONGEST_TEXT = 200;

    private final SparkSession spark;
    private final DatabaseView view;
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
                        row -> Map.entry(row.getLong(1), new Bucket(row.getLong(2), row.getLong(3))))
                .forEach(bucket -> buckets.put(bucket.getKey(), bucket.getValue()));
        return buckets;
    }

    @Override
    public Dataset<Row> keys(Collection<Long> buckets) {
        String sql = "(SELECT kh, count(*) AS n, " + checksum() + " AS s, bool_or(pending) AS pending FROM "
                + hashed("") + " WHERE kh >> " + Hashes.BUCKET_SHIFT + " IN (" + numbers(buckets)
                + ") GROUP BY kh) AS sluice_keys";
        return view.read(spark, sql).toDF(KEY, ROWS, SUM, PENDING);
    }

    @Override
    public List<Found> rows(Collection<Long> keys, int limit) {
        String texts = places().map(place -> "CASE WHEN char_length(" + place + ") > " + LONGEST_TEXT + " THEN left("
                        + place + ", "
                        + LONGEST_TEXT + ") || '… (' || char_length(" + place
                        + ") || ' characters, MD5 ' || md5(convert_to(" + place + ", 'UTF8')) || ')' ELSE " + place
                        + " END")
                .collect(Collectors.joining(", "));
        String carried = places().map(place -> ", " + place).collect(Collectors.joining());
        return view.query(
                "SELECT kh, " + texts + " FROM " + hashed(carried) + " WHERE kh IN (" + numbers(keys) + ") LIMIT "
                        + limit,
                row -> {
                    List<String> values = new ArrayList<>();
                    for (int place = 0; place < columns.size(); place++) {
                        values.add(row.getString(2 + place));
                    }
                    return new Found(row.getLong(1), values);
                });
    }

    /** OFFSET 0 keeps the planner from computing each text once per mention. */
    private String hashed(String carried) {
        List<String> texts = new ArrayList<>();
        for (int place = 0; place < columns.size(); place++) {
            texts.add(columns.get(place).sql() + " AS v" + place);
        }
        String values = "(SELECT " + String.join(", ", texts) + ", (" + rows.pending() + ") IS TRUE AS pending FROM "
                + rows.from() + " WHERE " + rows.condition() + " OFFSET 0) AS sluice_values";
        List<String> all = places().toList();
        String hash = Hashes.sql(all);
        String keyHash =
                key.isEmpty() ? hash : Hashes.sql(key.stream().map(all::get).toList());
        return "(SELECT " + keyHash + " AS kh, " + (key.isEmpty() ? "NULL::bigint" : hash) + " AS rh, pending" + carried
                + " FROM " + values + " OFFSET 0) AS sluice_hashes";
    }

    private String checksum() {
        return "(sum(" + (key.isEmpty() ? "kh" : "rh") + ") % " + Hashes.MODULUS + ")::bigint";
    }

    private java.util.stream.Stream<String> places() {
        return java.util.stream.IntStream.range(0, columns.size()).mapToObj(place -> "v" + place);
    }

    private static String numbers(Collection<Long> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
