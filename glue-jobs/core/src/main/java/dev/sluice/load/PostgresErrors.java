package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.SqlFailures;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a target's errors mean for a load, with their remedies. */
final class PostgresErrors {

    private static final Pattern COPIED_COLUMN = Pattern.compile("COPY [^,]+, line \\d+, column ([^:]+)");

    private PostgresErrors() {}

    /** Explains an error; {@code undone} is the first sentence, "Cannot load table ...". */
    static SluiceException explained(String undone, SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        String said = undone + ". The database says: " + text(failure) + ". ";
        if (state.equals("42501")) {
            return new SluiceException(
                    ErrorCode.CREDENTIALS_REJECTED,
                    said + "Grant the role CREATE on the database and on the target table's schema, and make it the"
                            + " table's owner or grant it SELECT, INSERT, UPDATE and DELETE.",
                    failure);
        }
        if (SqlFailures.codeOf(failure) == ErrorCode.SOURCE_UNREACHABLE) {
            return new SluiceException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    said + "Check that the database runs and that the target's connection.jdbc-url leads to it.",
                    failure);
        }
        if (state.equals("53100") || state.equals("58030")) {
            return new SluiceException(ErrorCode.STORAGE_FULL, said + "Give the database more storage.", failure);
        }
        if (state.equals("21000")) {
            return new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    said + "Curated has several rows of one key: correct curate.primary-key, or curate by merge.",
                    failure);
        }
        if (state.startsWith("22") || state.startsWith("23")) {
            return new SluiceException(
                    ErrorCode.TARGET_MISMATCH,
                    said + "Widen the target's column or constraint, or keep such rows out by curate.quality.",
                    failure);
        }
        return new SluiceException(ErrorCode.FAILED, said + "Nothing of the load was committed.", failure);
    }

    private static String text(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException found ? found.getServerErrorMessage() : null;
        if (server == null || server.getMessage() == null) {
            return failure.getMessage();
        }
        String where = Optional.ofNullable(server.getWhere()).orElse("");
        Matcher column = COPIED_COLUMN.matcher(where);
        return column.find() ? server.getMessage() + " (column " + column.group(1) + ")" : server.getMessage();
    }
}
