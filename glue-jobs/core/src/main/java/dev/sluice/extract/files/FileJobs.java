package dev.sluice.extract.files;

import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The Spark jobs over files: a file is one task's work from its first byte to its last. */
final class FileJobs {

    /** What opening a file costs, in bytes read. */
    private static final long OPENING = 1 << 20;

    private final SparkSession spark;
    private final SerializableConfiguration configuration;
    private final Reading reading;
    private final int slices;

    /** At most {@code slices} files are read at a time; 0 leaves it to Spark. */
    FileJobs(SparkSession spark, Reading reading, int slices) {
        this.spark = spark;
        this.configuration = new SerializableConfiguration(spark.sessionState().newHadoopConf());
        this.reading = reading;
        this.slices = slices > 0 ? slices : spark.sparkContext().defaultParallelism();
    }

    List<TakeFiles.Result> take(List<TakeFiles.Task> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        return spread(tasks, TakeFiles.Task::bytes)
                .mapPartitions(new TakeFiles(configuration, reading))
                .collect();
    }

    /** The rows of files, in the raw types of {@code table}; evaluated when they are asked for. */
    Dataset<Row> rows(List<FileRows.Task> tasks, List<Long> sizes, FileTable table) {
        StructType schema = new StructType();
        for (SourceColumn column : table.description().columns()) {
            schema = schema.add(column.name(), DataType.fromDDL(column.rawType().ddl()), true);
        }
        schema = schema.add(Snapshot.UNREPRESENTABLE, DataTypes.StringType, true);
        if (tasks.isEmpty()) {
            return spark.createDataFrame(List.of(), schema);
        }
        List<Sized> sized = new ArrayList<>();
        for (int index = 0; index < tasks.size(); index++) {
            sized.add(new Sized(tasks.get(index), sizes.get(index)));
        }
        JavaRDD<Row> rows = spread(sized, Sized::bytes)
                .map(Sized::task)
                .mapPartitions(new FileRows(configuration, reading, table.names()));
        return spark.createDataFrame(rows, schema);
    }

    private record Sized(FileRows.Task task, long bytes) implements java.io.Serializable {}

    /** Deals the largest out first, each to the slice that has least, so that slices take about as long. */
    private <T> JavaRDD<T> spread(List<T> tasks, ToLongFunction<T> bytes) {
        int count = Math.min(slices, tasks.size());
        List<Slice<T>> dealt = new ArrayList<>();
        for (int slice = 0; slice < count; slice++) {
            dealt.add(new Slice<>(new ArrayList<>(), new long[1]));
        }
        var queue = new java.util.PriorityQueue<>(Comparator.comparingLong((Slice<T> slice) -> slice.load()[0]));
        queue.addAll(dealt);
        tasks.stream().sorted(Comparator.comparingLong(bytes).reversed()).forEach(task -> {
            Slice<T> slice = queue.poll();
            slice.tasks().add(task);
            slice.load()[0] += OPENING + bytes.applyAsLong(task);
            queue.add(slice);
        });
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(dealt.stream().map(Slice::tasks).toList(), count)
                .flatMap(List::iterator);
    }

    private record Slice<T>(ArrayList<T> tasks, long[] load) {}
}
