package dev.sluice.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Opens sessions of source and target databases. Each has the same text forms of values and the time zone UTC, whatever
 * the server, the role or the machine have as their defaults, and no timeout that ends it while it waits for Spark.
 */
public final class Databases {

    private Databases() {}

    /** What a session is for; open transactions of readers hold no bound back. */
    public enum Purpose {
        /** Read-only sessions, those of Spark's readers included. */
        READ("sluice-reader"),
        /** Sessions that change a target database. */
        LOAD("sluice-loader");

        private final String applicationName;

        Purpose(String applicationName) {
            this.applicationName = applicationName;
        }

        /** The name by which the server lists the session. */
        public String applicationName() {
            return applicationName;
        }
    }

    /**
     * Opens a session in auto-commit mode at READ COMMITTED; the caller closes it. Throws {@code SOURCE_UNREACHABLE},
     * {@code CREDENTIALS_REJECTED}, or {@code SETTINGS_INVALID} for a URL of no kind of database.
     */
    public static Connection open(JdbcEndpoint endpoint, Purpose purpose) {
        Connection connection;
        try {
            connection = connect(endpoint, properties(endpoint, purpose));
        } catch (SQLException failure) {
            throw SqlFailures.connecting(endpoint, failure);
        }
        try (Statement statement = connection.createStatement()) {
            if (DatabaseKind.of(endpoint) == DatabaseKind.POSTGRESQL) {
                statement.execute(sessionStatements(purpose));
            } else if (DatabaseKind.of(endpoint) == DatabaseKind.ORACLE) {
                statement.execute(oracleSessionStatement());
            }
            if (purpose == Purpose.READ) {
                connection.setReadOnly(true);
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            return connection;
        } catch (SQLException failure) {
            try {
                connection.close();
            } catch (SQLException second) {
                failure.addSuppressed(second);
            }
            throw SqlFailures.connecting(endpoint, failure);
        }
    }

    private static Connection connect(JdbcEndpoint endpoint, Properties properties) throws SQLException {
        return switch (DatabaseKind.of(endpoint)) {
            case POSTGRESQL -> DriverManager.getConnection(url(endpoint), properties);
            case MYSQL -> MysqlSessions.connect(endpoint, properties);
            case SQLSERVER -> SqlServerSessions.DRIVER.connect(endpoint, properties);
            case ORACLE -> OracleSessions.DRIVER.connect(endpoint, properties);
        };
    }

    /** The URL that the driver and Spark take; throws {@code SETTINGS_INVALID} for one no driver knows. */
    public static String url(JdbcEndpoint endpoint) {
        return switch (DatabaseKind.of(endpoint)) {
            case POSTGRESQL -> PostgresSessions.url(endpoint);
            case MYSQL -> MysqlSessions.url(endpoint);
            case SQLSERVER, ORACLE -> endpoint.url();
        };
    }

    /** The driver's properties for a session, credentials included: for Spark's JDBC source, never for a message. */
    public static Properties properties(JdbcEndpoint endpoint, Purpose purpose) {
        Properties properties =
                switch (DatabaseKind.of(endpoint)) {
                    case POSTGRESQL -> PostgresSessions.properties(purpose);
                    case MYSQL -> MysqlSessions.properties(purpose);
                    case SQLSERVER -> SqlServerSessions.properties(purpose);
                    case ORACLE -> OracleSessions.properties(purpose);
                };
        endpoint.user().ifPresent(user -> properties.setProperty("user", user));
        endpoint.password().ifPresent(password -> properties.setProperty("password", password));
        return properties;
    }

    /** The statement every session of Oracle begins with. */
    public static String oracleSessionStatement() {
        return OracleSessions.statement();
    }

    /** The statements every session of PostgreSQL begins with, joined by semicolons. */
    public static String sessionStatements(Purpose purpose) {
        return PostgresSessions.statements(purpose);
    }
}
