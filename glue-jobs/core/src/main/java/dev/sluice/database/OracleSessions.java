package dev.sluice.database;

import dev.sluice.database.Databases.Purpose;
import java.util.Properties;

/** Sessions of Oracle, by its thin driver: UTC, and no timeout once connected. */
final class OracleSessions {

    static final BroughtDriver DRIVER =
            new BroughtDriver("oracle.jdbc.OracleDriver", "com.oracle.database.jdbc:ojdbc11");

    private static final int CONNECT_MILLISECONDS = 20_000;

    private OracleSessions() {}

    static Properties properties(Purpose purpose) {
        Properties properties = new Properties();
        properties.setProperty("driver", DRIVER.className());
        properties.setProperty("oracle.net.CONNECT_TIMEOUT", Integer.toString(CONNECT_MILLISECONDS));
        properties.setProperty("oracle.jdbc.timezoneAsRegion", "false");
        properties.setProperty("v$session.program", purpose.applicationName());
        return properties;
    }

    /** The statement every session begins with. */
    static String statement() {
        return "ALTER SESSION SET TIME_ZONE = '+00:00'";
    }
}
