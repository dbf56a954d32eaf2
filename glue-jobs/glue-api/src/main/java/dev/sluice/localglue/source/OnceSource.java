package dev.sluice.localglue.source;

import com.amazonaws.services.glue.DataSource;
import com.amazonaws.services.glue.DynamicFrame;
import com.amazonaws.services.glue.GlueContext;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A source whose window is fixed once: every frame it gives is the same one. */
final class OnceSource implements DataSource {
    private final GlueContext context;
    private final Supplier<Dataset<Row>> reader;
    private Dataset<Row> rows;

    OnceSource(GlueContext context, Supplier<Dataset<Row>> reader) {
        this.context = context;
        this.reader = reader;
    }

    @Override
    public DynamicFrame getDynamicFrame() {
        return DynamicFrame.apply(getDataFrame(), context);
    }

    @Override
    public synchronized Dataset<Row> getDataFrame() {
        if (rows == null) {
            rows = reader.get();
        }
        return rows;
    }
}
