package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Databases.Purpose;
import java.util.Properties;
import org.postgresql.Driver;

/** Sessions of PostgreSQL: ISO dates and intervals, hexadecimal bytes, UTC, and no timeout. */
final class PostgresSessions {

    private static final int CONNECT_SECONDS = 10;
    private static final int LOGIN_SECONDS = 20;

    private PostgresSessions() {}

    static String url(JdbcEndpoint endpoint) {
        if (Driver.parseURL(endpoint.url(), null) == null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot open database: " + endpoint.display()
                            + ". It is no PostgreSQL URL. Give connection.jdbc-url the form jdbc:postgresql://host:port/database");
        }
        return endpoint.url();
    }

    static Properties properties(Purpose purpose) {
        Properties properties = new Properties();
        properties.setProperty("driver", "org.postgresql.Driver");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", purpose.applicationName());
        return properties;
    }

    /** The name is set here as well because a parameter in the URL would win over the driver's property. */
    static String statements(Purpose purpose) {
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
}
