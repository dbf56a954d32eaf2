package dev.sluice.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One key that the two sides do not agree on; in a table without primary key, one row.
 *
 * @param kind how they disagree
 * @param key the key's columns and values as text, in the key's order; empty in a table without primary key
 * @param rows how many rows are missing or too many under the key; 1 for rows that differ
 * @param columns what differs: of a row that is {@code DIFFERENT} the columns with both values; of one without key all
 *     columns; else empty. Also empty for a key that has several rows
 * @param explanation why the difference is to be expected; empty where nothing explains it
 */
public record Difference(
        Kind kind, Map<String, String> key, long rows, List<Values> columns, Optional<Explanation> explanation) {

    public Difference {
        Objects.requireNonNull(kind, "kind");
        key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
        columns = List.copyOf(columns);
        Objects.requireNonNull(explanation, "explanation");
    }

    /** How the two sides disagree on a key. */
    public enum Kind {
        /** The copy lacks it, or has it fewer times. */
        MISSING,
        /** The copy alone has it, or has it more times. */
        EXTRA,
        /** Both have it, with other values. */
        DIFFERENT
    }

    /** Why a difference is to be expected. */
    public enum Explanation {
        /** The row, as the source still has it, lies in quarantine. */
        QUARANTINED,
        /** The row's bookmark lies at or after the table's, or is NULL: it may have changed since, and the next run reads it. */
        NEXT_RUN
    }

    /**
     * A column's values on both sides, as text; empty for NULL, and on a side that does not have the row. A long text is
     * cut, and ends with its length and MD5.
     */
    public record Values(String column, Optional<String> left, Optional<String> right) {
        public Values {
            Objects.requireNonNull(column, "column");
            Objects.requireNonNull(left, "left");
            Objects.requireNonNull(right, "right");
        }
    }
}
