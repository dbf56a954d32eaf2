package dev.sluice.settings;

import java.util.List;

/**
 * The columns that each row of a file has beside the file's own. A table item keeps one by naming it as a column's {@code
 * source}.
 */
public final class FileColumns {

    /** The file's key below the source's path. */
    public static final String FILE = "_sluice_file";

    /** The name of the entry in a zip; NULL elsewhere. */
    public static final String ENTRY = "_sluice_entry";

    /** The line a record begins at, from 1, or the record's number where a format has no lines. */
    public static final String LINE = "_sluice_line";

    /** Which it is of the records that begin at its line, from 1; NULL where a whole file is malformed. */
    public static final String RECORD = "_sluice_record";

    /** When the file was last modified. */
    public static final String MODIFIED = "_sluice_modified";

    /** The number of the batch that took the file. */
    public static final String BATCH = "_sluice_batch";

    /** All of them, in the order rows have them. */
    public static final List<String> ALL = List.of(FILE, ENTRY, LINE, RECORD, MODIFIED, BATCH);

    private FileColumns() {}

    /** Whether a column of curated is the file's key as it is. */
    public static boolean keepsFile(ColumnSettings column) {
        return column.sourceName().equals(FILE)
                && column.expression().isEmpty()
                && column.defaultValue().isEmpty()
                && column.type().ddl().equals("string");
    }
}
