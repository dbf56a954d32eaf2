package dev.sluice.verify;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A curated table at one version. */
final class LakeSide implements Side {

    static final String HASH = "rh";
    private static final String TEXTS = "texts";
    private static final String BUCKET = "bucket";

    private final Dataset<Row> hashed;

    /**
     * @param rows the table's rows
     * @param key the places of the key's columns; empty where there is no key
     */
    LakeSide(Dataset<Row> rows, List<ComparedColumn> columns, List<Integer> key) {
        this.hashed = hashed(rows, columns.stream().map(ComparedColumn::lake).toList(), key);
    }

    /** Rows with their hashes ({@code kh}, {@code rh}) and their texts, in an array. */
    static Dataset<Row> hashed(Dataset<Row> rows, List<Column> texts, List<Integer> key) {
        Dataset<Row> named = rows.select(array(texts.toArray(Column[]::new)).as(TEXTS));
        List<Column> parts = new ArrayList<>();
        for (int place = 0; place < texts.size(); place++) {
            parts.add(col(TEXTS).getItem(place));
        }
        Column row = Hashes.lake(parts);
        return named.select(
                (key.isEmpty() ? row : Hashes.lake(key.stream().map(parts::get).toList())).as(KEY),
                row.as(HASH),
                col(TEXTS));
    }

    @Override
    public Map<Long, Bucket> buckets() {
        Map<Long, Bucket> buckets = new HashMap<>();
        for (Row row : hashed.groupBy(bucket().as(BUCKET))
                .agg(count(lit(1)), checksum())
                .collectAsList()) {
            buckets.put(row.getLong(0), new Bucket(row.getLong(1), row.getLong(2)));
        }
        return buckets;
    }

    @Override
    public Dataset<Row> keys(Collection<Long> buckets) {
        return hashed.filter(bucket().isInCollection(buckets))
                .groupBy(KEY)
                .agg(count(lit(1)).as(ROWS), checksum().as(SUM))
                .withColumn(PENDING, lit(false));
    }

    @Override
    public List<Found> rows(Collection<Long> keys, int limit) {
        List<Found> found = new ArrayList<>();
        for (Row row : hashed.filter(col(KEY).isInCollection(keys))
                .selectExpr(
                        KEY,
                        "transform(" + TEXTS + ", v -> CASE WHEN length(v) > " + DatabaseSide.LONGEST_TEXT
                                + " THEN concat(substring(v, 1, " + DatabaseSide.LONGEST_TEXT
                                + "), '… (', length(v), ' characters, MD5 ', md5(cast(v AS binary)), ')') ELSE v END)")
                .limit(limit)
                .collectAsList()) {
            found.add(new Found(row.getLong(0), row.getList(1)));
        }
        return found;
    }

    private static Column bucket() {
        return shiftright(col(KEY), Hashes.BUCKET_SHIFT);
    }

    /** A sum of bigint wraps at 2^64 outside ANSI mode, of which 2^60 is a divisor. */
    private static Column checksum() {
        return sum(col(HASH)).bitwiseAND(Hashes.MODULUS - 1);
    }
}
