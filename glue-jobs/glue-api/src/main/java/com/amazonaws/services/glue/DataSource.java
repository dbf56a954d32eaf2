package com.amazonaws.services.glue;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Something a job reads. With a transformation context and bookmarks enabled, the first call fixes what this run reads
 * and notes the new bookmark for {@code Job.commit}; further calls on the same source give the same frame.
 */
public interface DataSource {
    /** What the source holds for this run. */
    DynamicFrame getDynamicFrame();

    /** What the source holds for this run, as Spark's own type. */
    Dataset<Row> getDataFrame();
}
