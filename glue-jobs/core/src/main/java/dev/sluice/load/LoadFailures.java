package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.sql.SQLException;
import java.util.Optional;

/** What the failures of one load mean: each names the table, the target and the remedy. */
record LoadFailures(TableSettings table, LoadSettings load, JdbcEndpoint endpoint, String curatedPath) {

    /** The table and where it goes, as failures name them. */
    static String described(TableSettings table, LoadSettings load, JdbcEndpoint endpoint) {
        return table.name() + " into " + load.target() + ":" + TargetTable.of(load) + " at " + endpoint.display();
    }

    /** The first sentence of each, without its full stop. */
    String undone() {
        return "Cannot load table " + described(table, load, endpoint);
    }

    /** A load that must not be made, with the sentences that say why, and what to do. */
    SluiceException refused(String why) {
        return new SluiceException(ErrorCode.REQUEST_INVALID, undone() + ". " + why);
    }

    /** The database's. */
    SluiceException explained(SQLException failure) {
        return PostgresErrors.explained(undone(), failure);
    }

    /** A failed commit's: a lost connection leaves open whether the database had got it. */
    SluiceException ofCommit(SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        if (state.startsWith("08") || state.startsWith("57P")) {
            return new SluiceException(
                    ErrorCode.OUTCOME_UNKNOWN,
                    undone() + ". The connection was lost while the transaction committed: " + failure.getMessage()
                            + ". Load again: the load bookmark in the target tells what happened.",
                    failure);
        }
        return explained(failure);
    }

    /** One of reading curated. */
    SluiceException corrupt(Exception failure) {
        return new SluiceException(
                ErrorCode.CURATED_CORRUPT,
                undone() + ". The curated table at " + curatedPath + " cannot be read: "
                        + String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")
                        + ". Restore its folder from the bucket's versions, or move it away and build it anew with"
                        + " 'sluice bookmark rewind " + table.name() + " --to-start' and 'sluice run " + table.name()
                        + "'.",
                failure);
    }

    /** Any other. */
    SluiceException of(Exception failure) {
        return SqlFailures.of("load table " + described(table, load, endpoint), endpoint, failure);
    }

    /** Throws what is behind a failure of Spark where that is known already, or the database's. */
    void throwIfDatabaseFailed(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException known) {
                throw known;
            }
        }
        Optional<SQLException> database = SqlFailures.findSqlException(failure);
        if (database.isPresent()) {
            throw explained(database.get());
        }
    }
}
