package com.amazonaws.services.glue;

import com.amazonaws.services.glue.util.JsonOptions;
import dev.sluice.localglue.Options;
import dev.sluice.localglue.sink.Sinks;
import dev.sluice.localglue.source.Connections;
import dev.sluice.localglue.source.Sources;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;

/**
 * A job's way to its sources and sinks. Sources are read on one machine by Spark; {@code transformationContext} is the
 * key of the source's bookmark, and an empty one means that the source has none.
 */
public class GlueContext extends SQLContext {
    private static final long serialVersionUID = 1L;
    private static final Set<String> JDBC = Set.of("jdbc", "postgresql", "mysql");
    private static final Set<String> FILES = Set.of("s3", "file");
    private static final String WHAT_WORKS =
            "; what works on one machine: getSource and getSink with jdbc, postgresql or mysql, getJDBCSink,"
                    + " getSourceWithFormat and getSinkWithFormat with s3 or file";

    /** A context over the session of the Spark context. */
    public GlueContext(SparkContext sparkContext) {
        super(SparkSession.builder().sparkContext(sparkContext).getOrCreate());
    }

    /** As {@link #GlueContext(SparkContext)}; the numbers of partitions steer Glue's reader only and are not used. */
    public GlueContext(SparkContext sparkContext, int minPartitions, int targetPartitions) {
        this(sparkContext);
    }

    /** The session this context reads and writes with. */
    public SparkSession getSparkSession() {
        return sparkSession();
    }

    /**
     * A JDBC source.
     *
     * @param connectionType {@code jdbc}, {@code postgresql} or {@code mysql}
     * @param options {@code url}, {@code user}, {@code password} (or {@code useConnectionProperties} with
     *     {@code connectionName}), {@code dbtable} or {@code query}, bookmark keys and parallelism
     * @param pushDownPredicate a SQL condition in the source's dialect; blank for none
     */
    public DataSource getSource(
            String connectionType, JsonOptions options, String transformationContext, String pushDownPredicate) {
        if (!JDBC.contains(kind(connectionType))) {
            throw unsupported("read source of type", connectionType);
        }
        return Sources.jdbc(this, Options.of(options), transformationContext, pushDownPredicate);
    }

    /**
     * A source of files.
     *
     * @param connectionType {@code s3} or {@code file}
     * @param options {@code paths}, {@code recurse}, {@code exclusions}, {@code boundedFiles} or {@code boundedSize},
     *     {@code maxBand}
     * @param format {@code csv}, {@code json}, {@code parquet} or {@code orc}
     */
    public DataSource getSourceWithFormat(
            String connectionType,
            JsonOptions options,
            String transformationContext,
            String format,
            JsonOptions formatOptions) {
        if (!FILES.contains(kind(connectionType))) {
            throw unsupported("read source of type", connectionType);
        }
        return Sources.files(this, Options.of(options), transformationContext, format, Options.of(formatOptions));
    }

    /** Would read a table of the Glue catalog, which one machine does not have. */
    public DataSource getCatalogSource(
            String database,
            String tableName,
            String redshiftTmpDir,
            String transformationContext,
            String pushDownPredicate,
            JsonOptions additionalOptions,
            String catalogId) {
        throw unsupported("read catalog table", database + "." + tableName);
    }

    /** A JDBC sink that appends to {@code dbtable}. */
    public DataSink getSink(String connectionType, JsonOptions options, String transformationContext) {
        if (!JDBC.contains(kind(connectionType))) {
            throw unsupported("write sink of type", connectionType);
        }
        return Sinks.jdbc(this, Options.of(options));
    }

    /** A sink of files that appends to {@code path}, with optional {@code partitionKeys}. */
    public DataSink getSinkWithFormat(
            String connectionType,
            JsonOptions options,
            String transformationContext,
            String format,
            JsonOptions formatOptions) {
        if (!FILES.contains(kind(connectionType))) {
            throw unsupported("write sink of type", connectionType);
        }
        return Sinks.files(this, Options.of(options), format, Options.of(formatOptions));
    }

    /** Would write a table of the Glue catalog, which one machine does not have. */
    public DataSink getCatalogSink(
            String database,
            String tableName,
            String redshiftTmpDir,
            String transformationContext,
            JsonOptions additionalOptions,
            String catalogId) {
        throw unsupported("write catalog table", database + "." + tableName);
    }

    /** A JDBC sink that appends to {@code dbtable} over a named connection. */
    public DataSink getJDBCSink(
            String catalogConnection,
            JsonOptions options,
            String redshiftTmpDir,
            String transformationContext,
            String catalogId) {
        return Sinks.jdbc(
                this, Connections.of(getSparkSession()).load(catalogConnection).over(Options.of(options)));
    }

    /**
     * A named connection: {@code vendor}, {@code url} (without the database), {@code fullUrl}, {@code user},
     * {@code password}. Read from the JSON file that the Spark conf {@code spark.glue.local.connections} names.
     */
    public Map<String, String> extractJDBCConf(String connectionName, String catalogId) {
        return Connections.of(getSparkSession()).load(connectionName).asGlueConf();
    }

    private static String kind(String connectionType) {
        return connectionType.toLowerCase(Locale.ROOT);
    }

    private static UnsupportedOperationException unsupported(String verb, String value) {
        return new UnsupportedOperationException("Cannot " + verb + ": " + value + WHAT_WORKS);
    }
}
