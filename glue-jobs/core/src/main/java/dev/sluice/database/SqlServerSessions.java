package dev.sluice.database;

import dev.sluice.database.Databases.Purpose;
import java.util.Properties;

/** Sessions of SQL Server and Azure SQL, by Microsoft's driver. It streams rows: its buffering is adaptive by default. */
final class SqlServerSessions {

    static final BroughtDriver DRIVER =
            new BroughtDriver("com.microsoft.sqlserver.jdbc.SQLServerDriver", "com.microsoft.sqlserver:mssql-jdbc");

    private static final int LOGIN_SECONDS = 20;

    private SqlServerSessions() {}

    static Properties properties(Purpose purpose) {
        Properties properties = new Properties();
        properties.setProperty("driver", DRIVER.className());
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        properties.setProperty("applicationName", purpose.applicationName());
        properties.setProperty("responseBuffering", "adaptive");
        if (purpose == Purpose.READ) {
            // A group of replicas may send the session to one that is read; which it is, the look at transactions
            // tells.
            properties.setProperty("applicationIntent", "ReadOnly");
        }
        return properties;
    }
}
