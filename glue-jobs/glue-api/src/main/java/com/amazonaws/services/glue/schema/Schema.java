package com.amazonaws.services.glue.schema;

import java.util.Objects;
import org.apache.spark.sql.types.StructType;

/**
 * The shape of a {@link com.amazonaws.services.glue.DynamicFrame}. Only its text forms are offered; a job that needs
 * more takes the schema of the data frame.
 */
public final class Schema {
    private final StructType type;

    /** Wraps the shape of a data frame. */
    public Schema(StructType type) {
        this.type = Objects.requireNonNull(type, "type");
    }

    /** The shape as an indented tree, one line per field. */
    public String treeString() {
        return type.treeString();
    }

    /** The shape as Spark's JSON. */
    @Override
    public String toString() {
        return type.json();
    }
}
