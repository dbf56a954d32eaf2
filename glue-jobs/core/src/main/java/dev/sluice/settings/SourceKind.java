package dev.sluice.settings;

/** The kinds of system a source item can describe. */
public enum SourceKind {
    POSTGRESQL,
    /** MySQL and Aurora MySQL. */
    MYSQL,
    MARIADB,
    /** SQL Server and Azure SQL. */
    SQLSERVER,
    ORACLE,
    /** Topics with change events of tables. */
    KAFKA;

    /** Whether tables can be loaded into it and it is reached by JDBC. */
    public boolean isDatabase() {
        return this != KAFKA;
    }
}
