package com.amazonaws.services.glue;

import com.amazonaws.services.glue.schema.Schema;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * A data frame under Glue's name. It has the data frame's one schema: no choice types, no error records, no per-record
 * schema.
 */
public final class DynamicFrame {
    private final Dataset<Row> rows;
    private final GlueContext context;

    private DynamicFrame(Dataset<Row> rows, GlueContext context) {
        this.rows = Objects.requireNonNull(rows, "rows");
        this.context = Objects.requireNonNull(context, "context");
    }

    /** Wraps a data frame. */
    public static DynamicFrame apply(Dataset<Row> rows, GlueContext context) {
        return new DynamicFrame(rows, context);
    }

    /**
     * The data frame within.
     *
     * @throws UnsupportedOperationException if there are specs: a frame of this implementation has no choice to resolve
     */
    public Dataset<Row> toDF(Seq<ResolveSpec> specs) {
        if (!specs.isEmpty()) {
            throw new UnsupportedOperationException(
                    "Cannot resolve choice of column: " + specs.head().path()
                            + "; frames have no choice types on one machine, pass an empty sequence and cast the data frame");
        }
        return rows;
    }

    /** The number of rows; runs a Spark job. */
    public long count() {
        return rows.count();
    }

    /** The frame's shape. */
    public Schema schema() {
        return new Schema(rows.schema());
    }

    /** The context this frame was made in. */
    public GlueContext glueContext() {
        return context;
    }
}
