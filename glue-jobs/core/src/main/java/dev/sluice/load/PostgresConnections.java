package dev.sluice.load;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections to one target. It goes to the executors inside a task's closure, so the password enters neither
 * Spark's configuration nor its logs.
 */
final class PostgresConnections implements Serializable {

    private static final long serialVersionUID = 1;
    private static final String CONNECTION_REFUSED = "08001";

    private final String url;
    private final String user;
    private final String password;

    PostgresConnections(dev.sluice.database.JdbcEndpoint endpoint) {
        this.url = endpoint.url();
        this.user = endpoint.user().orElse("");
        this.password = endpoint.password().orElse("");
    }

    Connection open() throws SQLException {
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            PGProperty.USER.set(properties, user);
        }
        if (!password.isEmpty()) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "sluice-loader");
        // The driver's connection idles while executors copy; a gateway forgets idle connections without this.
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.CONNECT_TIMEOUT.set(properties, 20);
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("The JDBC URL is not one of PostgreSQL", CONNECTION_REFUSED);
        }
        return connection;
    }
}
