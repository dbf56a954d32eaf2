package dev.sluice.localglue.sink;

import com.amazonaws.services.glue.DataSink;
import com.amazonaws.services.glue.DynamicFrame;
import com.amazonaws.services.glue.GlueContext;
import com.amazonaws.services.glue.errors.CallSite;
import com.amazonaws.services.glue.util.JsonOptions;
import dev.sluice.localglue.Options;
import dev.sluice.localglue.source.FileFormat;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import scala.collection.JavaConverters;

/** Appends files to a folder. A frame without columns, as an empty source gives, writes nothing. */
final class FileSink extends DataSink {
    private final GlueContext context;
    private final String path;
    private final List<String> partitionKeys;
    private Optional<FileFormat> format = Optional.empty();

    FileSink(GlueContext context, String path, List<String> partitionKeys) {
        this.context = context;
        this.path = path;
        this.partitionKeys = List.copyOf(partitionKeys);
    }

    void format(FileFormat chosen) {
        format = Optional.of(chosen);
    }

    @Override
    public void setFormat(String name, JsonOptions options) {
        format(FileFormat.of(name, Options.of(options)));
    }

    @Override
    public DynamicFrame writeDynamicFrame(DynamicFrame frame, CallSite callSite) {
        FileFormat chosen = format.orElseThrow(() -> new IllegalStateException(
                "Cannot write file sink: " + path + "; it has no format, call setFormat first"));
        Dataset<Row> rows = frame.toDF(JavaConverters.asScalaBuffer(List.of()));
        if (rows.columns().length > 0) {
            rows.write()
                    .format(chosen.name())
                    .options(chosen.options())
                    .partitionBy(partitionKeys.toArray(String[]::new))
                    .mode(SaveMode.Append)
                    .save(path);
        }
        return DynamicFrame.apply(rows.limit(0), context);
    }
}
