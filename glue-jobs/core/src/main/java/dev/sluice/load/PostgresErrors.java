package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
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

    /** The database's error in a failure's causes. */
    static Optional<SQLException> find(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** Explains an error; {@code undone} is the first sentence, "Cannot load table ...". */
    static SluiceException explained(String undone, SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        String said = undone + ". The database says: " + text(failure) + ". ";
        if (state.startsWith("28")) {
            return new SluiceException(
                    ErrorCode.CREDENTIALS_REJECTED,
                    said + "Correct user and password under the secret that connection.secret of the target names.",
                    failure);
        }
        if (state.equals("42501")) {
            return new SluiceException(
                    ErrorCode.CREDENTIALS_REJECTED,
                    said + "Grant the role CREATE on the database and on the target table's schema, and make it the"
                            + " table's owner or grant it SELECT, INSERT, UPDATE and DELETE.",
                    failure);
        }
        if (state.equals("3D000")) {
            return new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    said + "Create the database, or correct the target's connection.url.",
                    failure);
        }
        if (state.startsWith("08") || state.startsWith("57P") || state.equals("53300")) {
            return new SluiceException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    said + "Check that the database runs and that the target's connection.url leads to it.",
                    failure);
        }
        if (state.startsWith("53") || state.equals("58030")) {
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
