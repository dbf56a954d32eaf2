package dev.sluice.localglue.source;

import com.amazonaws.services.glue.DataSource;
import com.amazonaws.services.glue.GlueContext;
import dev.sluice.localglue.Options;

/** Makes the sources that a {@link GlueContext} hands out. */
public final class Sources {
    private Sources() {}

    /** A JDBC source; nothing is read before its frame is asked for. */
    public static DataSource jdbc(
            GlueContext context, Options options, String transformationContext, String predicate) {
        return new OnceSource(
                context,
                new JdbcReader(
                        context.getSparkSession(),
                        JdbcSettings.of(context.getSparkSession(), options),
                        transformationContext,
                        predicate == null ? "" : predicate.strip()));
    }

    /** A source of files; nothing is listed before its frame is asked for. */
    public static DataSource files(
            GlueContext context, Options options, String transformationContext, String format, Options formatOptions) {
        return new OnceSource(
                context,
                new FileReader(
                        context.getSparkSession(),
                        FileSelection.of(options),
                        transformationContext,
                        FileFormat.of(format, formatOptions)));
    }
}
