package dev.sluice.localglue.bookmark;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a bookmark remembers of one source, kept under the source's transformation context. */
public sealed interface Element permits Element.Keys, Element.Files {

    /** In which direction a source's keys grow. */
    enum Order {
        /** Later rows have greater keys. */
        ASC,
        /** Later rows have smaller keys. */
        DESC
    }

    /**
     * The last row read of a JDBC source.
     *
     * @param columns the key columns, the most significant first
     * @param values the last row's values in the database's own text form, as many as columns
     */
    record Keys(List<String> columns, Order order, List<String> values) implements Element {
        public Keys {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
            Objects.requireNonNull(order, "order");
            if (columns.isEmpty() || columns.size() != values.size()) {
                throw new IllegalArgumentException("Cannot keep bookmark: " + columns.size() + " key columns, "
                        + values.size() + " values; as many as columns and at least one are needed");
            }
        }
    }

    /**
     * The files read of a file source. A file is new if it was modified within the band before {@code lastModified}, or
     * later, and is not among {@code recent} with the same time.
     *
     * @param lastModified the greatest modification time read, milliseconds since 1970
     * @param band the width of the band, milliseconds
     * @param recent path and modification time of the files read whose time lies within the band
     */
    record Files(long lastModified, long band, Map<String, Long> recent) implements Element {
        public Files {
            recent = Map.copyOf(recent);
        }

        /** Whether the file was not read yet in this version. */
        public boolean isNew(String path, long modified) {
            return modified > lastModified - band && !Objects.equals(recent.get(path), modified);
        }
    }
}
