package dev.sluice.extract;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import java.util.List;
import java.util.Optional;

/**
 * A table opened in its source. The order of calls carries the protocol's promise: first {@link #fixBound}, and only then
 * {@link #hasNews} or {@link #openSnapshot}, so that whatever commits below the bound is in what is read.
 */
public interface Extraction extends AutoCloseable {

    /** What the source's catalog says of the relation. Throws {@code RELATION_MISSING}. */
    SourceTable describe();

    /** Which guarantee against late commits the table has, and why; asks the source. */
    Promise promise();

    /** What a person should know of the bookmark columns, a sentence each: no index on them, NULLs in them. */
    List<String> advice();

    /**
     * Fixes the bound: a position below which no transaction can commit any more.
     *
     * @param from the table's bookmark; the bound never lies before it
     * @param observations sequence values of earlier runs, oldest first
     */
    Bound fixBound(Optional<Position> from, List<Observation> observations);

    /** What fixing the bound showed that a person should know besides what holds it, a sentence each. */
    default List<String> notes() {
        return List.of();
    }

    /** Whether the window holds a row now; one statement on an index if the column has one. */
    News hasNews(Window window);

    /** How many rows the window holds, by the source's statistics where they say, else by counting. */
    Estimate estimate(Window window);

    /** Opens the snapshot that everything is then read in. Rows committed later are not in it. */
    Snapshot openSnapshot();

    /** Whether a value other than NULL stands in a column of any row before the position. */
    News hasValues(String column, Optional<Position> before);

    /** Closes the connection. */
    @Override
    void close();

    /** The answer to a question for existence. */
    enum News {
        NONE,
        SOME
    }

    /** A number of rows, and whether it was counted. */
    record Estimate(long rows, Basis basis) {
        /** Where a number comes from. */
        public enum Basis {
            STATISTICS,
            COUNT,
            /** The number of files; rows are not known before they are read. */
            FILES
        }
    }
}
