package dev.sluice.localglue.sink;

import com.amazonaws.services.glue.DataSink;
import com.amazonaws.services.glue.GlueContext;
import dev.sluice.localglue.Options;
import dev.sluice.localglue.source.FileFormat;
import java.util.Set;

/** Makes the sinks that a {@link GlueContext} hands out. */
public final class Sinks {
    private Sinks() {}

    /** A sink of files that appends to {@code path}; the format may be chosen later, by {@code setFormat}. */
    public static DataSink files(GlueContext context, Options options, String format, Options formatOptions) {
        options.allowOnly("file sink", Set.of("path", "partitionKeys"));
        FileSink sink = new FileSink(context, options.required("path"), options.list("partitionKeys"));
        if (format != null) {
            sink.format(FileFormat.of(format, formatOptions));
        }
        return sink;
    }

    /** A sink that appends to a table, which is made if it does not exist. */
    public static DataSink jdbc(GlueContext context, Options options) {
        return new JdbcSink(
                context,
                options.required("url"),
                options.required("dbtable"),
                options.scalarsExcept(Set.of("url", "dbtable", "database", "redshiftTmpDir", "connectionName")));
    }
}
