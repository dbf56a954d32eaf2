package dev.sluice.change;

import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import java.util.List;
import java.util.Optional;

/** What decoded rows and curated tables have besides the source's columns. */
public final class ChangeColumns {

    /** The record a decoded row came from, as a struct of {@link Events#SCHEMA}. */
    public static final String EVENT = "_sluice_event";

    /**
     * What the event says of the change, as a struct of {@code operation} (c, u, d, r, t; NULL where unreadable), {@code
     * position} (its place in the database's log, as text in the log's order), {@code time} (when the source made the
     * change), {@code partition}, {@code offset} and {@code unreadable} (why it is no event).
     */
    public static final String CHANGE = "_sluice_change";

    /** In a curated table: the place in the log of the change that left the row as it is. */
    public static final String POSITION = "_sluice_position";

    /** In a curated history: the place in the log of the change that ended the version; NULL in the one that holds. */
    public static final String END_POSITION = "_sluice_end_position";

    /** In a curated table of events. */
    public static final String OPERATION = "_sluice_operation";

    public static final String PARTITION = "_sluice_partition";
    public static final String OFFSET = "_sluice_offset";

    private ChangeColumns() {}

    /** The columns that a curated table of changes has after the declared ones. */
    public static List<ColumnSettings> of(CurateSettings.Mode mode) {
        return mode == CurateSettings.Mode.APPEND
                ? List.of(
                        column(OPERATION, "string", "operation"),
                        column(POSITION, "string", "position"),
                        column(PARTITION, "int", "partition"),
                        column(OFFSET, "bigint", "offset"))
                : List.of(column(POSITION, "string", "position"));
    }

    private static ColumnSettings column(String name, String type, String field) {
        return new ColumnSettings(
                name, ColumnType.of(type), true, name, Optional.empty(), Optional.of(CHANGE + "." + field));
    }
}
