package dev.sluice.verify;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.conv;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.md5;
import static org.apache.spark.sql.functions.substring;

import java.util.List;
import org.apache.spark.sql.Column;

/**
 * The checksum of a row: of all its texts, each with its length before it so that no two rows run together, the first 60
 * bits of the MD5. Sums of them are taken modulo 2^60, which is the same whether a side sums exactly or wraps.
 */
final class Hashes {

    /** 2^60. */
    static final long MODULUS = 1L << 60;
    /** How far a hash is shifted to give its bucket. */
    static final int BUCKET_SHIFT = 48;

    static final int HEX_DIGITS = 15;

    private Hashes() {}

    /** The hash in Spark, as bigint, of columns that hold text. */
    static Column lake(List<Column> texts) {
        Column row = concat(texts.stream()
                .map(text -> coalesce(concat(length(text).cast("string"), lit(":"), text), lit("-")))
                .toArray(Column[]::new));
        return conv(substring(md5(row.cast("binary")), 1, HEX_DIGITS), 16, 10).cast("bigint");
    }
}
