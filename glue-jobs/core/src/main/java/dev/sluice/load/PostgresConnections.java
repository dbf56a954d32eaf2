package dev.sluice.load;

import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import java.io.Serializable;
import java.sql.Connection;
import java.util.Optional;

/**
 * Opens connections to one target. It goes to the executors inside a task's closure, so the password enters neither
 * Spark's configuration nor its logs.
 */
final class PostgresConnections implements Serializable {

    private static final long serialVersionUID = 1;

    private final String url;
    private final String user;
    private final String password;

    PostgresConnections(JdbcEndpoint endpoint) {
        this.url = endpoint.url();
        this.user = endpoint.user().orElse(null);
        this.password = endpoint.password().orElse(null);
    }

    /** A session in auto-commit mode; the caller closes it. */
    Connection open() {
        JdbcEndpoint endpoint = new JdbcEndpoint(url, Optional.ofNullable(user), Optional.ofNullable(password));
        return Databases.open(endpoint, Databases.Purpose.LOAD);
    }
}
