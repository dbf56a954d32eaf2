package dev.sluice.extract.files;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Copies files to raw as they are and reads each copy to its end once: what cannot be read to its end is known before a row
 * of it counts. One file after another, one record at a time.
 */
final class TakeFiles implements FlatMapFunction<Iterator<TakeFiles.Task>, TakeFiles.Result> {

    private static final long serialVersionUID = 1;
    private static final int MOST_NAMES = 5_000;

    private final SerializableConfiguration configuration;
    private final Reading reading;

    TakeFiles(SerializableConfiguration configuration, Reading reading) {
        this.configuration = configuration;
        this.reading = reading;
    }

    /**
     * A file to take.
     *
     * @param number its place in the list the results are held against
     * @param source where it lies; NULL where raw has it already
     * @param copy where raw has it, or shall
     */
    record Task(int number, String source, String copy, long bytes) implements Serializable {}

    /**
     * What was found.
     *
     * @param state what became of it
     * @param sha256 of the copy
     * @param names of its columns, in its order
     * @param malformed why it cannot be read to its end; NULL where it can
     */
    record Result(int number, State state, String sha256, ArrayList<String> names, String malformed)
            implements Serializable {}

    /** What became of a file between the listing and the copy. */
    enum State {
        TAKEN,
        /** It was written to, so it is left for the next run. */
        CHANGED,
        /** It is not there any more. */
        GONE,
        /** It is there and may not be read. */
        DENIED
    }

    @Override
    public Iterator<Result> call(Iterator<Task> tasks) throws IOException {
        Storage storage = new Storage(configuration);
        List<Result> results = new ArrayList<>();
        // Most files name the same columns; the driver holds the results of all.
        Map<List<String>, ArrayList<String>> known = new HashMap<>();
        while (tasks.hasNext()) {
            Result result = take(storage, tasks.next());
            ArrayList<String> names = known.computeIfAbsent(result.names(), any -> result.names());
            results.add(new Result(result.number(), result.state(), result.sha256(), names, result.malformed()));
        }
        return results.iterator();
    }

    private Result take(Storage storage, Task task) throws IOException {
        String sha256 = null;
        if (task.source() != null) {
            Storage.Copied copied = storage.copy(task.source(), task.copy(), task.bytes());
            if (copied.state() != State.TAKEN) {
                return new Result(task.number(), copied.state(), null, new ArrayList<>(), null);
            }
            sha256 = copied.sha256();
        }
        Set<String> names = new LinkedHashSet<>();
        String malformed = null;
        try (OpenFile text = OpenFile.of(storage, task.copy(), reading)) {
            for (FileRecord record = text.next(); record != null; record = text.next()) {
                names.addAll(record.values().keySet());
                if (names.size() > MOST_NAMES) {
                    throw new MalformedFileException("its records name more than " + MOST_NAMES + " columns", null);
                }
            }
        } catch (MalformedFileException failure) {
            malformed = failure.getMessage();
        }
        if (sha256 == null) {
            sha256 = storage.sha256(task.copy());
        }
        return new Result(
                task.number(),
                State.TAKEN,
                sha256,
                malformed == null ? new ArrayList<>(names) : new ArrayList<>(),
                malformed);
    }
}
