package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Opens PostgreSQL sessions. Each has the same text forms of values (ISO dates and intervals, hexadecimal bytes, UTC),
 * whatever the server, the role or the machine have as their defaults, and no timeout that ends it while it waits for
 * Spark.
 */
public final class Databases {

    private static final String URL_PREFIX = "jdbc:postgresql:";
    private static final int CONNECT_SECONDS = 10;
    private static final int LOGIN_SECONDS = 20;

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

        /** The name the session has in {@code pg_stat_activity}. */
        public String applicationName() {
            return applicationName;
        }
    }

    /**
     * Opens a session in auto-commit mode at READ COMMITTED; the caller closes it. Throws {@code SOURCE_UNREACHABLE},
     * {@code CREDENTIALS_REJECTED}, or {@code SETTINGS_INVALID} for a URL of another kind of database.
     */
    public static Connection open(JdbcEndpoint endpoint, Purpose purpose) {
        Connection connection;
        try {
            connection = DriverManager.getConnection(checkedUrl(endpoint), properties(endpoint, purpose));
        } catch (SQLException failure) {
            throw SqlFailures.connecting(endpoint, failure);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sessionStatements(purpose));
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

    /** The driver's properties for a session, credentials included: for Spark's JDBC source, never for a message. */
    public static Properties properties(JdbcEndpoint endpoint, Purpose purpose) {
        Properties properties = new Properties();
        properties.setProperty("driver", "org.postgresql.Driver");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", purpose.applicationName());
        endpoint.user().ifPresent(user -> properties.setProperty("user", user));
        endpoint.password().ifPresent(password -> properties.setProperty("password", password));
        return properties;
    }

    /**
     * The statements every session begins with, joined by semicolons. The name is set here as well because a parameter
     * in the URL would win over the driver's property.
     */
    public static String sessionStatements(Purpose purpose) {
        return String.join(
                "; ",
                "SET application_name = " + SqlText.literal(purpose.applicationName()),
                "SET DateStyle = 'ISO, YMD'",
                "SET IntervalStyle = 'iso_8601'",
                "SET TimeZone = 'UTC'",
                "SET bytea_output = 'hex'",
                "SET extra_float_digits = 1",
                "SET idle_in_transaction_session_timeout = 0",
                "SET statement_timeout = 0");
    }

    private static String checkedUrl(JdbcEndpoint endpoint) {
        if (!endpoint.url().startsWith(URL_PREFIX) || Driver.parseURL(endpoint.url(), null) == null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot open database: " + endpoint.display()
                            + ". It is no PostgreSQL URL. Give connection.jdbc-url the form jdbc:postgresql://host:port/database");
        }
        return endpoint.url();
    }
}
