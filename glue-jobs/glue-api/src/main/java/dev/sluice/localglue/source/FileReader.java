package dev.sluice.localglue.source;

import dev.sluice.localglue.bookmark.BookmarkWindow;
import dev.sluice.localglue.bookmark.Element;
import dev.sluice.localglue.bookmark.JobRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the files of a source that are new after its bookmark, the oldest first where a run is bounded. A file is
 * known by path and last-modified time, so a modified one is read again. Without files the frame has no columns.
 */
final class FileReader implements Supplier<Dataset<Row>> {
    private final SparkSession session;
    private final FileSelection selection;
    private final String context;
    private final FileFormat format;

    FileReader(SparkSession session, FileSelection selection, String context, FileFormat format) {
        this.session = session;
        this.selection = selection;
        this.context = context;
        this.format = format;
    }

    @Override
    public Dataset<Row> get() {
        List<FileSelection.Found> all = selection.list(session.sparkContext().hadoopConfiguration());
        Optional<JobRun> run = JobRun.current();
        Optional<BookmarkWindow> window = run.flatMap(current -> current.window(context));
        if (window.isEmpty()) {
            return read(selection.bounded(all));
        }
        Optional<Element.Files> before = window.orElseThrow().after().map(this::checked);
        List<FileSelection.Found> fresh =
                all.stream().filter(file -> isNew(before, file)).toList();
        if (window.orElseThrow().limit() instanceof BookmarkWindow.UpTo limit) {
            Optional<Element.Files> end = limit.element().map(this::checked);
            return read(fresh.stream().filter(file -> !isNew(end, file)).toList());
        }
        List<FileSelection.Found> taken = selection.bounded(fresh);
        if (!taken.isEmpty()) {
            run.orElseThrow().record(context, "files " + selection.paths(), after(before, taken));
        }
        return read(taken);
    }

    private static boolean isNew(Optional<Element.Files> read, FileSelection.Found file) {
        return read.isEmpty() || read.orElseThrow().isNew(file.path(), file.modified());
    }

    private Element.Files after(Optional<Element.Files> before, List<FileSelection.Found> taken) {
        Map<String, Long> recent =
                new HashMap<>(before.map(Element.Files::recent).orElse(Map.of()));
        taken.forEach(file -> recent.put(file.path(), file.modified()));
        long last = Math.max(
                before.map(Element.Files::lastModified).orElse(Long.MIN_VALUE),
                taken.get(taken.size() - 1).modified());
        recent.values().removeIf(modified -> modified <= last - selection.band());
        return new Element.Files(last, selection.band(), recent);
    }

    private Element.Files checked(Element element) {
        if (element instanceof Element.Files files) {
            return files;
        }
        throw new IllegalArgumentException("Cannot use bookmark of context: " + context
                + "; it was kept for a JDBC source, this one has files; reset the job's bookmark, or use another"
                + " transformation context");
    }

    private Dataset<Row> read(List<FileSelection.Found> files) {
        if (files.isEmpty()) {
            return session.emptyDataFrame();
        }
        Dataset<Row> rows = session.read()
                .format(format.name())
                .options(format.options())
                .load(files.stream().map(FileSelection.Found::path).toArray(String[]::new));
        if (!format.numbersColumns()) {
            return rows;
        }
        String[] names = rows.columns();
        for (int i = 0; i < names.length; i++) {
            names[i] = "col" + i;
        }
        return rows.toDF(names);
    }
}
