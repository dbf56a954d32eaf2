package dev.sluice.extract.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.SizeEstimator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One task over very many small files: what it holds of them, and what it gives back to the driver. */
class ManyFilesTest {

    private static final int COUNT = 2_000;
    private static final int COLUMNS = 50;

    @TempDir
    private static Path folder;

    private static List<String> columns;
    private static String copy;

    @BeforeAll
    static void write() throws IOException {
        columns =
                IntStream.range(0, COLUMNS).mapToObj("a_column_%03d"::formatted).toList();
        String record = columns.stream().map(column -> "1").collect(Collectors.joining(","));
        Path file = Files.writeString(
                folder.resolve("small.csv"), String.join(",", columns) + "\n" + record + "\n" + record + "\n");
        copy = file.toUri().toString();
    }

    private static SerializableConfiguration configuration() {
        return new SerializableConfiguration(new Configuration(false));
    }

    /** Names of columns are most of what a file of two rows says, and the same in each. */
    @Test
    void whatTheDriverIsToldOfAFileDoesNotGrowWithItsColumns() throws Exception {
        Iterator<TakeFiles.Task> tasks = IntStream.range(0, COUNT)
                .mapToObj(number -> new TakeFiles.Task(number, null, copy, 1))
                .iterator();
        List<TakeFiles.Result> results = new ArrayList<>();
        new TakeFiles(configuration(), FileTextTest.reading("format: csv"))
                .call(tasks)
                .forEachRemaining(results::add);
        assertThat(results).hasSize(COUNT).allSatisfy(result -> assertThat(result.names())
                .isEqualTo(columns));
        Object told = sent(results.toArray());
        assertThat(SizeEstimator.estimate(told) / COUNT)
                .as("bytes for each file")
                .isBetween(50L, 400L);
    }

    @Test
    void ofTheFilesThatATaskReadsOneIsOpenAndOneRowIsHeld() throws IOException {
        List<WeakReference<Object>> given = new ArrayList<>();
        IntFunction<FileRows.Task> task = number -> {
            FileRows.Task next = new FileRows.Task("orders/" + number, copy, Instant.EPOCH, 1, null);
            given.add(new WeakReference<>(next));
            return next;
        };
        Iterator<Row> rows = new FileRows(configuration(), FileTextTest.reading("format: csv"), columns)
                .call(IntStream.range(0, COUNT).mapToObj(task).iterator());
        for (int read = 0; read < COUNT; read++) {
            Row row = rows.next();
            assertThat(row.<String>getAs(COLUMNS)).isEqualTo("orders/" + read / 2);
            given.add(new WeakReference<>(row));
        }
        System.gc();
        assertThat(given).hasSizeBetween(COUNT + COUNT / 2, COUNT + COUNT / 2 + 2);
        assertThat(given.stream().filter(reference -> reference.get() != null))
                .as("tasks and rows that are held")
                .hasSizeLessThan(10);
        assertThat(open()).as("files that are open").isEqualTo(1);
        rows.forEachRemaining(row -> {});
        assertThat(given).hasSize(COUNT + COUNT);
        assertThat(open()).as("files that are open at the end").isZero();
        Reference.reachabilityFence(rows);
    }

    /** As a task's result comes to the driver. */
    private static Object sent(Object result) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(result);
        }
        return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    /** How often this process has the file open. */
    private static long open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).equals(Path.of(java.net.URI.create(copy)));
                        } catch (IOException closed) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
