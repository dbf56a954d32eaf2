package dev.sluice.extract.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of files in raw: the columns as text, then those of {@link dev.sluice.settings.FileColumns}, then what cannot be
 * represented. A malformed record is a row without values that says why and keeps its text, a malformed file one row without
 * a line.
 */
final class FileRows implements FlatMapFunction<Iterator<FileRows.Task>, Row> {

    private static final long serialVersionUID = 1;
    private static final int OWN_COLUMNS = 7;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SerializableConfiguration configuration;
    private final Reading reading;
    private final String[] columns;
    private final HashMap<String, Integer> places = new HashMap<>();

    /** Rows with these columns of the files' own; names that differ in letter case only are one column. */
    FileRows(SerializableConfiguration configuration, Reading reading, List<String> columns) {
        this.configuration = configuration;
        this.reading = reading;
        this.columns = columns.toArray(String[]::new);
        for (int place = 0; place < this.columns.length; place++) {
            places.put(this.columns[place].toLowerCase(Locale.ROOT), place);
        }
    }

    /**
     * A file to read.
     *
     * @param malformed why it is not read; NULL where it is
     */
    record Task(String key, String copy, Instant modified, long batch, String malformed) implements Serializable {}

    @Override
    public Iterator<Row> call(Iterator<Task> tasks) {
        return new Rows(tasks);
    }

    private Row row(Task task, String entry, FileRecord record, long ofLine) {
        Object[] values = new Object[columns.length + OWN_COLUMNS];
        String malformed = record.malformed();
        for (Map.Entry<String, String> value : record.values().entrySet()) {
            Integer place = places.get(value.getKey().toLowerCase(Locale.ROOT));
            if (place == null) {
                throw new IllegalStateException("A column was not seen when the file was taken");
            }
            if (values[place] != null) {
                malformed = "names column " + columns[place] + " twice, in other letter case";
            }
            values[place] = value.getValue();
        }
        int own = columns.length;
        values[own] = task.key();
        values[own + 1] = entry;
        values[own + 2] = record.line() == 0 ? null : record.line();
        values[own + 3] = record.line() == 0 ? null : ofLine;
        values[own + 4] = Timestamp.from(task.modified());
        values[own + 5] = task.batch();
        if (malformed != null) {
            java.util.Arrays.fill(values, 0, columns.length, null);
            ObjectNode why = JSON.createObjectNode().put(Malformed.REASON, malformed);
            values[own + 6] = why.put(
                            Malformed.TEXT,
                            record.text() == null ? record.values().toString() : record.text())
                    .toString();
        }
        return RowFactory.create(values);
    }

    /** Opens one file after another; the open one is closed when the task ends, however it ends. */
    private final class Rows implements Iterator<Row> {

        private final Storage storage = new Storage(configuration);
        private final Iterator<Task> tasks;
        private Task task;
        private OpenFile text;
        private Row next;
        private String lastEntry;
        private long lastLine;
        private long ofLine;

        Rows(Iterator<Task> tasks) {
            this.tasks = tasks;
            if (TaskContext.get() != null) {
                TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> closeQuietly());
            }
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Row next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Row row = next;
            advance();
            return row;
        }

        private void advance() {
            try {
                next = null;
                while (next == null) {
                    if (text != null) {
                        FileRecord record = text.next();
                        if (record != null) {
                            next = row(task, text.entry(), record, ofLine(text.entry(), record.line()));
                            return;
                        }
                        text.close();
                        text = null;
                    }
                    if (!tasks.hasNext()) {
                        return;
                    }
                    task = tasks.next();
                    if (task.malformed() != null) {
                        next = row(task, null, FileRecord.malformed(0, task.malformed(), ""), 1);
                    } else {
                        text = OpenFile.of(storage, task.copy(), reading);
                        lastLine = 0;
                    }
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (MalformedFileException failure) {
                throw new IllegalStateException(
                        "File " + task.key() + " could be read when it was taken: " + failure.getMessage(), failure);
            }
        }

        /** Which the record is of those that begin at the line. */
        private long ofLine(String entry, long line) {
            ofLine = line == lastLine && Objects.equals(entry, lastEntry) ? ofLine + 1 : 1;
            lastEntry = entry;
            lastLine = line;
            return ofLine;
        }

        private void closeQuietly() {
            if (text == null) {
                return;
            }
            try {
                text.close();
            } catch (IOException failure) {
                System.getLogger(FileRows.class.getName())
                        .log(System.Logger.Level.DEBUG, () -> "Could not close " + task.copy(), failure);
            }
        }
    }
}
