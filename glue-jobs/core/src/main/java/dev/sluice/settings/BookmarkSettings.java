package dev.sluice.settings;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How an incremental table tells new rows from old ones.
 *
 * @param columns the bookmark columns as the source names them, all of one type; of several, a row's bookmark is the
 *     greatest that is not NULL
 * @param engine who keeps the position
 * @param clock who stamps the column
 * @param lookback how far below the bookmark each run reads again; keyed tables only
 * @param settle how far behind the source's clock the bound stays where open transactions cannot be seen or a client
 *     stamps the column
 */
public record BookmarkSettings(
        List<String> columns, Engine engine, StampedBy clock, Duration lookback, Duration settle) {

    public static final Duration DEFAULT_SETTLE = Duration.ofMinutes(5);

    /** That of files: the number of the batch that took a file. */
    public static final BookmarkSettings OF_FILES = new BookmarkSettings(
            List.of(FileColumns.BATCH), Engine.SLUICE, StampedBy.SERVER, Duration.ZERO, Duration.ZERO);

    public BookmarkSettings {
        columns = List.copyOf(columns);
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(lookback, "lookback");
        Objects.requireNonNull(settle, "settle");
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("A bookmark needs at least one column");
        }
    }

    /** Who keeps the position. */
    public enum Engine {
        /** Sluice's ledger: one entry per table, taken by conditional write. */
        SLUICE,
        /** Glue's own job bookmarks: one state for the whole job. */
        GLUE
    }

    /** Whose clock stamps the bookmark column. */
    public enum StampedBy {
        /** The database server, at or after the start of the transaction. */
        SERVER,
        /** The application; its clock may lag, so only {@code settle} and {@code lookback} protect late rows. */
        CLIENT
    }
}
