package dev.sluice.verify;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One of two tables held against each other, at one instant. Its rows have a key's hash and a hash of their own; without
 * a key the two are one.
 */
interface Side {

    /** Columns of {@link #keys}: the key's hash, its rows, the sum of their hashes modulo 2^60, and whether one is pending. */
    String KEY = "kh";

    String ROWS = "n";
    String SUM = "s";
    String PENDING = "pending";

    /** Rows and checksum per bucket; buckets without rows are not there. One aggregation. */
    Map<Long, Bucket> buckets();

    /** One row per key hash of these buckets, lazily. */
    Dataset<Row> keys(Collection<Long> buckets);

    /** The rows under these key hashes, at most {@code limit}. */
    List<Found> rows(Collection<Long> keys, int limit);

    /** Rows and checksum of a bucket. */
    record Bucket(long rows, long sum) {}

    /** A row: its key's hash, and the texts of the columns compared, long ones cut; NULL is null. */
    record Found(long key, List<String> texts) {}
}
