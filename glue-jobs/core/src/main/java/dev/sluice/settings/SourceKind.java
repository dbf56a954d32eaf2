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
    /** Files on S3 or on a disk. */
    FILES,
    /** Topics with change events of tables. */
    KAFKA,
    /** Endpoints that answer in pages. */
    HTTP;

    /** Whether it is reached by JDBC. */
    public boolean isDatabase() {
        return this != FILES && this != KAFKA && this != HTTP;
    }
}
