package dev.sluice.run;

import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What is to be reconciled.
 *
 * @param runId the run's
 * @param tables which tables
 * @param which whether all of them, or those whose {@code reconcile.every} is over
 * @param effect whether anything is changed
 * @param maxShare in the place of each table's {@code reconcile.max-share}; empty for that
 * @param patience how long to wait for a table that another run works on
 */
public record ReconcileRequest(
        String runId, List<TableName> tables, Which which, Effect effect, OptionalDouble maxShare, Duration patience) {

    public ReconcileRequest {
        Objects.requireNonNull(runId, "runId");
        tables = List.copyOf(tables);
        Objects.requireNonNull(which, "which");
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(maxShare, "maxShare");
        Objects.requireNonNull(patience, "patience");
        if (maxShare.isPresent() && !ReconcileSettings.isShare(maxShare.getAsDouble())) {
            throw new IllegalArgumentException("A share is above 0 and at most 1: " + maxShare.getAsDouble());
        }
    }

    /** All of these tables, as their settings say, without waiting. */
    public static ReconcileRequest of(String runId, List<TableName> tables) {
        return new ReconcileRequest(runId, tables, Which.ALL, Effect.COMMIT, OptionalDouble.empty(), Duration.ZERO);
    }

    /** Which of the tables have their turn. */
    public enum Which {
        /** Each. */
        ALL,
        /** Those with {@code reconcile} that were reconciled so long ago, or never; others are passed over. */
        DUE
    }

    /** What becomes of what is found. */
    public enum Effect {
        /** It is committed. */
        COMMIT,
        /** It is counted; nothing is written and no lease taken. */
        DRY_RUN
    }
}
