package dev.sluice.extract;

import java.util.List;
import java.util.Set;

/**
 * What the catalog says of a relation.
 *
 * @param oid its id; 0 for a query
 * @param kind {@code pg_class.relkind}, or {@code q} for a query
 * @param access whether the role may read the table as a whole, system columns included, or single columns only
 * @param columns those the role may read, in order
 * @param primaryKey column names in the key's order
 * @param leading columns that lead a complete B-tree index
 * @param serverVersion as {@code server_version_num}
 */
record RelationFacts(
        long oid,
        char kind,
        Access access,
        List<ColumnFacts> columns,
        List<String> primaryKey,
        Set<String> leading,
        int serverVersion) {

    /** How much of a relation a role may read. */
    enum Access {
        WHOLE,
        COLUMNS
    }

    /** A column of the catalog. */
    record ColumnFacts(String name, SourceColumn.Nullability nullability, CatalogType type) {}

    boolean isTable() {
        return kind == 'r' || kind == 'p';
    }

    /** Whether a person can create an index on it. */
    boolean isIndexable() {
        return isTable() || kind == 'm';
    }
}
