package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Databases.Purpose;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Properties;
import java.util.regex.Pattern;
import org.mariadb.jdbc.Driver;

/**
 * Sessions of MySQL and MariaDB, both by MariaDB's driver: UTC, utf8mb4, and no timeout. The SQL mode stays the server's,
 * for SQL of settings is to mean what it means elsewhere, except for modes that change how values read.
 */
final class MysqlSessions {

    private static final Pattern SCHEME = Pattern.compile("^jdbc:(mysql|mariadb):");
    private static final int CONNECT_MILLISECONDS = 10_000;

    /** A reader waits for Spark, and Spark for storage: no server may take that for a dead client. */
    private static final int PATIENCE_SECONDS = 28_800;

    private static final String MODE =
            "sql_mode=REPLACE(REPLACE(REPLACE(@@sql_mode,'PAD_CHAR_TO_FULL_LENGTH',''),'NO_ZERO_IN_DATE',''),'NO_ZERO_DATE','')";

    private MysqlSessions() {}

    /** Spark knows how this kind quotes names by the scheme mysql, and the driver wants to be told that it may take it. */
    static String url(JdbcEndpoint endpoint) {
        String url = SCHEME.matcher(endpoint.url()).replaceFirst("jdbc:mysql:");
        return url.contains("permitMysqlScheme") ? url : url + (url.contains("?") ? "&" : "?") + "permitMysqlScheme";
    }

    /** Asks the driver itself: it comes with the job, where the manager of drivers may not look for any. */
    static Connection connect(JdbcEndpoint endpoint, Properties properties) throws SQLException {
        Connection connection = new Driver().connect(url(endpoint), properties);
        if (connection == null) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot open database: " + endpoint.display()
                            + ". It is no MySQL URL. Give connection.jdbc-url the form jdbc:mysql://host:port/database");
        }
        return connection;
    }

    static Properties properties(Purpose purpose) {
        Properties properties = new Properties();
        properties.setProperty("driver", "org.mariadb.jdbc.Driver");
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_MILLISECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectionAttributes", "program_name:" + purpose.applicationName());
        // A row that a server sends is a row that was stored: tinyint(1) and year stay numbers.
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("yearIsDateType", "false");
        properties.setProperty("initSql", "SET " + variables());
        properties.setProperty("assureReadOnly", "true");
        return properties;
    }

    /** {@code _utf8mb4 0x…}. */
    static String hexadecimal(String value) {
        return "_utf8mb4 0x" + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String variables() {
        return String.join(
                ", ",
                "time_zone='+00:00'",
                "net_write_timeout=" + PATIENCE_SECONDS,
                "net_read_timeout=" + PATIENCE_SECONDS,
                "wait_timeout=" + PATIENCE_SECONDS,
                MODE);
    }
}
