package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a driver's errors mean, as {@link SluiceException}s that name the thing and a remedy and hold no secret. */
public final class SqlFailures {

    private static final String NOT_PERMITTED = "42501";
    private static final String READ_ONLY_TRANSACTION = "25006";
    private static final int MYSQL_PROCEDURE_DENIED = 1370;
    private static final Set<Integer> MYSQL_DENIED = Set.of(1044, 1142, 1143, MYSQL_PROCEDURE_DENIED);

    private SqlFailures() {}

    /**
     * The meaning of a failed statement or Spark job, by the SQLState of the first {@link SQLException} among the causes.
     *
     * @param action what failed, as "read table shop/orders": the words after "Cannot"
     */
    public static SluiceException of(String action, JdbcEndpoint endpoint, Throwable failure) {
        if (failure instanceof SluiceException known) {
            return known;
        }
        Optional<SQLException> found = findSqlException(failure);
        if (found.isEmpty()) {
            return new SluiceException(
                    ErrorCode.FAILED, "Cannot " + action + ": " + firstLine(failure, endpoint), failure);
        }
        SQLException cause = found.get();
        ErrorCode code = codeOf(cause);
        return new SluiceException(
                code, "Cannot " + action + ": " + firstLine(cause, endpoint) + ". " + remedy(code, cause), cause);
    }

    /**
     * The meaning of a failed statement that holds SQL of the settings: where the server refuses the statement itself,
     * the message names the settings key.
     *
     * @param action what failed, as "read table shop/orders"
     * @param key the key whose SQL the statement holds, as "extract.query"
     */
    public static SluiceException ofSettings(String action, String key, JdbcEndpoint endpoint, SQLException failure) {
        String state = stateOf(failure);
        boolean refused = state.startsWith("42")
                || state.startsWith("22")
                || state.startsWith("0A")
                || state.equals(READ_ONLY_TRANSACTION);
        if (!refused) {
            return of(action, endpoint, failure);
        }
        ErrorCode code = codeOf(failure);
        return new SluiceException(
                code == ErrorCode.FAILED ? ErrorCode.SETTINGS_INVALID : code,
                "Cannot " + action + ": the source refuses the SQL of " + key + ": " + firstLine(failure, endpoint)
                        + ". "
                        + (notPermitted(failure) ? remedy(code, failure) : "Correct " + key),
                failure);
    }

    /** The meaning of a failure to connect. */
    static SluiceException connecting(JdbcEndpoint endpoint, SQLException failure) {
        String state = stateOf(failure);
        ErrorCode code = codeOf(failure);
        if (code == ErrorCode.CREDENTIALS_REJECTED) {
            return new SluiceException(
                    code,
                    "Cannot connect to database: " + endpoint.display()
                            + ". It rejects the credentials. Check the secret that connection.secret names",
                    failure);
        }
        if (code == ErrorCode.SOURCE_UNREACHABLE) {
            return new SluiceException(
                    code,
                    "Cannot connect to database: " + endpoint.display()
                            + ". It does not answer. Check connection.jdbc-url, the network and that the server runs",
                    failure);
        }
        return new SluiceException(
                code,
                "Cannot connect to database: " + endpoint.display() + ". The server says: "
                        + firstLine(failure, endpoint) + (state.isEmpty() ? "" : " (SQLState " + state + ")"),
                failure);
    }

    /** The code for an error of the driver or the server. */
    public static ErrorCode codeOf(SQLException failure) {
        String state = stateOf(failure);
        if (state.startsWith("08") || state.startsWith("57P")) {
            return ErrorCode.SOURCE_UNREACHABLE;
        }
        Optional<ErrorCode> brought = codeOfBrought(failure);
        if (brought.isPresent()) {
            return brought.get();
        }
        if (failure.getErrorCode() != 0) {
            return codeOfMysql(failure.getErrorCode(), state);
        }
        return switch (state) {
            case "28P01", "28000" -> ErrorCode.CREDENTIALS_REJECTED;
            case "42P01", "42501", "3F000" -> ErrorCode.RELATION_MISSING;
            case "42703" -> ErrorCode.COLUMN_MISSING;
            case "53100" -> ErrorCode.STORAGE_FULL;
            case "53300" -> ErrorCode.SOURCE_UNREACHABLE;
            default -> ErrorCode.FAILED;
        };
    }

    /** Numbers of SQL Server and Oracle, told by whose driver's class the error is. */
    private static Optional<ErrorCode> codeOfBrought(SQLException failure) {
        String driver = failure.getClass().getName();
        if (driver.startsWith("com.microsoft.sqlserver.")) {
            return Optional.of(
                    switch (failure.getErrorCode()) {
                        case 208, 229, 230, 916, 4060 -> ErrorCode.RELATION_MISSING;
                        case 207 -> ErrorCode.COLUMN_MISSING;
                        case 18456, 18452 -> ErrorCode.CREDENTIALS_REJECTED;
                        case 40613, 10928, 10929, 40501 -> ErrorCode.SOURCE_UNREACHABLE;
                        default -> ErrorCode.FAILED;
                    });
        }
        boolean oracle = driver.startsWith("oracle.")
                || String.valueOf(failure.getMessage()).startsWith("ORA-");
        return oracle
                ? Optional.of(
                        switch (failure.getErrorCode()) {
                            case 942, 1031, 4043 -> ErrorCode.RELATION_MISSING;
                            case 904 -> ErrorCode.COLUMN_MISSING;
                            case 1017, 1045, 28000, 28001 -> ErrorCode.CREDENTIALS_REJECTED;
                            case 1033, 1034, 1089, 3113, 3114, 12154, 12170, 12505, 12514, 12541, 17002 -> ErrorCode
                                    .SOURCE_UNREACHABLE;
                            default -> ErrorCode.FAILED;
                        })
                : Optional.empty();
    }

    /** MySQL's states say little, its numbers tell; PostgreSQL's driver gives no number. */
    private static ErrorCode codeOfMysql(int number, String state) {
        return switch (number) {
            case 1044, 1049, 1142, 1143, 1146, MYSQL_PROCEDURE_DENIED -> ErrorCode.RELATION_MISSING;
            case 1054 -> ErrorCode.COLUMN_MISSING;
            case 1040, 1053, 1203, 1226, 2006, 2013 -> ErrorCode.SOURCE_UNREACHABLE;
            case 1021, 1114 -> ErrorCode.STORAGE_FULL;
            default -> state.equals("28000") ? ErrorCode.CREDENTIALS_REJECTED : ErrorCode.FAILED;
        };
    }

    /** Whether the server refuses for want of a privilege. */
    private static boolean notPermitted(SQLException failure) {
        return stateOf(failure).equals(NOT_PERMITTED) || MYSQL_DENIED.contains(failure.getErrorCode());
    }

    /** The first error of a driver among a failure and its causes. */
    public static Optional<SQLException> findSqlException(Throwable failure) {
        Throwable next = failure;
        for (int depth = 0; next != null && depth < 20; depth++) {
            if (next instanceof SQLException found) {
                return Optional.of(found);
            }
            next = next.getCause();
        }
        return Optional.empty();
    }

    private static String remedy(ErrorCode code, SQLException cause) {
        if (code == ErrorCode.RELATION_MISSING && notPermitted(cause)) {
            return cause.getErrorCode() == 0
                    ? "Grant SELECT on it, and USAGE on its schema, to the role that reads"
                    : "Grant SELECT on it to the role that reads";
        }
        if (code == ErrorCode.RELATION_MISSING) {
            return "Check the relation in the table's settings";
        }
        if (code == ErrorCode.COLUMN_MISSING) {
            return "Check the columns that the table's settings name against the source";
        }
        if (code == ErrorCode.STORAGE_FULL) {
            return "Free space on the database's storage and run again";
        }
        if (code == ErrorCode.SOURCE_UNREACHABLE) {
            return "Run again once the database answers";
        }
        if (stateOf(cause).startsWith("22")) {
            return "Check what extract.query and extract.filter compute against the source's rows";
        }
        return "SQLState " + stateOf(cause);
    }

    private static String firstLine(Throwable failure, JdbcEndpoint endpoint) {
        String message = failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage().lines().findFirst().orElse("");
        for (String secret : new String[] {endpoint.password().orElse(""), endpoint.url()}) {
            if (!secret.isEmpty()) {
                message = message.replace(secret, "(hidden)");
            }
        }
        return message.startsWith("ERROR: ") ? message.substring("ERROR: ".length()) : message;
    }

    private static String stateOf(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState().toUpperCase(Locale.ROOT);
    }
}
