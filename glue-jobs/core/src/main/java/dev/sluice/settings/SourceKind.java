package dev.sluice.settings;

/** The kinds of system a source item can describe. */
public enum SourceKind {
    POSTGRESQL,
    /** MySQL and Aurora MySQL. */
    MYSQL,
    MARIADB
}
