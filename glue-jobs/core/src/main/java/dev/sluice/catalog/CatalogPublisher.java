package dev.sluice.catalog;

import dev.sluice.bookmark.Column;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Objects;

/** Makes a curated table known to a data catalog. */
public interface CatalogPublisher {

    /** Creates or updates the table's entry; done twice it changes nothing more. */
    void publish(CuratedTable table);

    /**
     * A curated table as a catalog needs it.
     *
     * @param name source and table: the database and the table in the catalog, dashes as underscores
     * @param location the Delta table's root
     * @param columns in order
     * @param partitionBy column names
     */
    record CuratedTable(TableName name, String location, List<Column> columns, List<String> partitionBy) {
        public CuratedTable {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(location, "location");
            columns = List.copyOf(columns);
            partitionBy = List.copyOf(partitionBy);
        }
    }
}
