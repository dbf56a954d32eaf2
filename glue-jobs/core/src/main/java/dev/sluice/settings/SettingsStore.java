package dev.sluice.settings;

import java.util.List;
import java.util.Optional;

/** Where source, table and view items are registered. Reads are consistent: what was registered is seen at once. */
public interface SettingsStore {

    /** The source item of that name. */
    Optional<SourceSettings> findSource(String source);

    /** The table item of that name; throws {@code SETTINGS_INVALID} with all problems where the item cannot be used. */
    Optional<TableSettings> findTable(TableName name);

    /** All source names, sorted. */
    List<String> sources();

    /** The names of a source's tables, sorted. */
    List<TableName> tables(String source);

    /** Registers an item; throws {@code SETTINGS_EXIST} where one of that name is there and may not be replaced. */
    void register(SourceSettings source, Existing existing);

    /**
     * Registers an item; throws {@code SETTINGS_EXIST} where one of that name is there and may not be replaced, or is a
     * view's.
     */
    void register(TableSettings table, Existing existing);

    /** The view item of that name; throws {@code SETTINGS_INVALID} with all problems where the item cannot be used. */
    Optional<ViewSettings> findView(TableName name);

    /** The names of a source's views, sorted. */
    List<TableName> views(String source);

    /**
     * Registers an item; throws {@code SETTINGS_EXIST} where one of that name is there and may not be replaced, or is a
     * table's.
     */
    void register(ViewSettings view, Existing existing);

    /** Removes a view item; throws {@code SETTINGS_MISSING} where there is none. */
    void removeView(TableName name);

    /** What to do with an item that is there already. */
    enum Existing {
        REFUSE,
        REPLACE
    }
}
