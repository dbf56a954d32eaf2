package dev.sluice.localglue.sink;

import com.amazonaws.services.glue.DataSink;
import com.amazonaws.services.glue.DynamicFrame;
import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.errors.CallSite;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import scala.collection.JavaConverters;

/** Appends to a table, each partition in a transaction of its own: a failed write may leave some of the rows. */
final class JdbcSink extends DataSink {
    private final GlueContext context;
    private final String url;
    private final String table;
    private final Map<String, String> options;

    JdbcSink(GlueContext context, String url, String table, Map<String, String> options) {
        this.context = context;
        this.url = url;
        this.table = table;
        this.options = Map.copyOf(options);
    }

    @Override
    public DynamicFrame writeDynamicFrame(DynamicFrame frame, CallSite callSite) {
        Dataset<Row> rows = frame.toDF(JavaConverters.asScalaBuffer(List.of()));
        rows.write().options(options).mode(SaveMode.Append).jdbc(url, table, new Properties());
        return DynamicFrame.apply(rows.limit(0), context);
    }
}
