package dev.sluice.settings;

import java.util.List;
import java.util.Optional;

/** Where source items and table items are registered. Reads are consistent: what was registered is seen at once. */
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

    /** Registers an item; throws {@code SETTINGS_EXIST} where one of that name is there and may not be replaced. */
    void register(TableSettings table, Existing existing);

    /** What to do with an item that is there already. */
    enum Existing {
        REFUSE,
        REPLACE
    }
}
