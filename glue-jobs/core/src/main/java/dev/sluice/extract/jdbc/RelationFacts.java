package dev.sluice.extract.jdbc;

import dev.sluice.extract.SourceColumn;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the catalog says of a relation.
 *
 * @param id the server's own id of it; 0 where it has none
 * @param kind what it is
 * @param access whether the role may read the table as a whole, system columns included, or single columns only
 * @param columns those the role may read, in order
 * @param primaryKey column names in the key's order
 * @param leading columns that lead a complete ordered index
 * @param serverVersion as the server's kind counts it
 * @param engine the storage engine, where the kind of server has several and the catalog names one
 */
record RelationFacts(
        long id,
        Kind kind,
        Access access,
        List<ColumnFacts> columns,
        List<String> primaryKey,
        Set<String> leading,
        int serverVersion,
        Optional<String> engine) {

    /** What a relation is. */
    enum Kind {
        /** Rows of its own, partitioned or not. */
        TABLE,
        /** A view that keeps its rows. */
        STORED_VIEW,
        /** A view, or rows of another server. */
        VIEW,
        QUERY
    }

    /** How much of a relation a role may read. */
    enum Access {
        WHOLE,
        COLUMNS
    }

    /**
     * A column of the catalog.
     *
     * @param declared its type as a person declared it
     * @param mapping how its values travel
     * @param order what it orders rows by as a bookmark; empty where its values do not order changes
     */
    record ColumnFacts(
            String name,
            SourceColumn.Nullability nullability,
            String declared,
            TypeMapping mapping,
            Optional<BookmarkColumns.Kind> order) {}

    boolean isTable() {
        return kind == Kind.TABLE;
    }

    /** Whether a person can create an index on it. */
    boolean isIndexable() {
        return kind == Kind.TABLE || kind == Kind.STORED_VIEW;
    }
}
