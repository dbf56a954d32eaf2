package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A driver that Sluice's jar does not hold, because of its licence: whoever reads from such a database brings it with the job.
 * It is asked itself, since the manager of drivers may not look where it lies.
 *
 * @param className the driver's class
 * @param artifact what Maven Central has it as
 */
record BroughtDriver(String className, String artifact) {

    Connection connect(JdbcEndpoint endpoint, Properties properties) throws SQLException {
        Connection connection = load(endpoint).connect(endpoint.url(), properties);
        if (connection == null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot open database: " + endpoint.display() + ". " + className
                            + " does not take its URL. Correct connection.jdbc-url");
        }
        return connection;
    }

    private Driver load(JdbcEndpoint endpoint) {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try {
            return (Driver) Class.forName(className, true, own == null ? BroughtDriver.class.getClassLoader() : own)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError missing) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot open database: " + endpoint.display() + ". Its driver " + className
                            + " is not on the class path, for Sluice's jar does not hold it. Bring " + artifact
                            + ": on Glue add its jar to --extra-jars, on one machine name it in SLUICE_EXTRA_JARS",
                    missing);
        }
    }
}
