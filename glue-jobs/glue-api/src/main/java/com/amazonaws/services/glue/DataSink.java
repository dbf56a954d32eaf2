package com.amazonaws.services.glue;

import com.amazonaws.services.glue.errors.CallSite;
import com.amazonaws.services.glue.util.JsonOptions;

/** Something a job appends to. Bookmarks never clean a target. */
public abstract class DataSink {
    /** For implementations. */
    protected DataSink() {}

    /** Appends the frame and returns the rows that could not be written: none, since a failure fails the write. */
    public abstract DynamicFrame writeDynamicFrame(DynamicFrame frame, CallSite callSite);

    /** Chooses the file format ({@code parquet}, {@code json}, {@code csv}, {@code orc}) and its options. */
    public void setFormat(String format, JsonOptions options) {
        throw new UnsupportedOperationException(
                "Cannot set format of sink: " + format + "; only file sinks (getSinkWithFormat) have one");
    }

    /** Would register the written data in the Glue catalog, which one machine does not have. */
    public void setCatalogInfo(String catalogDatabase, String catalogTableName, String catalogId) {
        throw new UnsupportedOperationException("Cannot set catalog of sink: " + catalogDatabase + "."
                + catalogTableName + "; there is no Glue catalog on one machine, leave the call out locally");
    }
}
