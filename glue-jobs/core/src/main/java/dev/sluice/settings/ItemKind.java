package dev.sluice.settings;

/** The kinds of settings item. */
public enum ItemKind {
    /** Describes a system: no {@code table} key, or {@code table: "*"} as the settings store keeps it. */
    SOURCE,
    /** Registers one table of a source. */
    TABLE,
    /** Defines a view: has a {@code view} key. */
    VIEW
}
