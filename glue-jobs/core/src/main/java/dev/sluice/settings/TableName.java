package dev.sluice.settings;

import java.util.Objects;

/** A table's name in Sluice: the source it is registered under and its own name there, written {@code shop/orders}. */
public record TableName(String source, String table) implements Comparable<TableName> {

    public TableName {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(table, "table");
        if (source.isEmpty() || table.isEmpty() || source.contains("/") || table.contains("/")) {
            throw new IllegalArgumentException("A table's name has the form source/table: " + source + "/" + table);
        }
    }

    /** Reads {@code source/table}. */
    public static TableName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("A table's name has the form source/table: " + text);
        }
        return new TableName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public int compareTo(TableName other) {
        int bySource = source.compareTo(other.source);
        return bySource != 0 ? bySource : table.compareTo(other.table);
    }

    @Override
    public String toString() {
        return source + "/" + table;
    }
}
