package dev.sluice.catalog;

import dev.sluice.bookmark.Column;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewSettings;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Makes curated tables and views over them known to a data catalog. */
public interface CatalogPublisher {

    /** Creates or updates the table's entry; done twice it changes nothing more. */
    void publish(CuratedTable table);

    /** Whether the catalog shows a view as it is defined here. */
    boolean shows(ViewSettings view);

    /** Creates or updates a view's entry; done twice it changes nothing more. */
    void publish(ViewSettings view);

    /**
     * Removes the entries of a source's views that were published here and are none of these; whatever else is in the
     * database stays. Returns what was removed, sorted; done twice it removes nothing more.
     */
    List<TableName> removeViewsExcept(String source, Set<TableName> kept);

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
