package dev.sluice.extract.jdbc;

import java.util.List;
import java.util.Optional;

/**
 * How a window's rows are divided among readers: conditions over {@link #ROW}, {@link #BOOKMARK} or {@link #KEY} of which each row
 * meets exactly one. Every division lets a reader find its own rows by place or by index; none makes each reader scan the
 * whole table.
 *
 * @param extra a further column of the rows' select list that the conditions use; empty where there is one reader
 * @param conditions one per reader
 */
record PartitionPlan(Optional<String> extra, List<String> conditions) {

    /** The name of the column that holds a row's place. */
    static final String ROW = "sluice_row";

    /** The name of the column that holds a row's bookmark. */
    static final String BOOKMARK = "sluice_bookmark";

    /** The name of the column whose ranges are read one by one. */
    static final String KEY = "sluice_key";

    /** One reader for all. */
    static final PartitionPlan WHOLE = new PartitionPlan(Optional.empty(), List.of("1 = 1"));
}
