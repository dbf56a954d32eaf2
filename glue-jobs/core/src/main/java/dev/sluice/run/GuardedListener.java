package dev.sluice.run;

import dev.sluice.Step;
import dev.sluice.settings.TableName;

/** Lets no step begin once the lease is known to be lost. */
final class GuardedListener implements RunListener {

    private final RunListener listener;
    private final LeaseKeeper keeper;

    GuardedListener(RunListener listener, LeaseKeeper keeper) {
        this.listener = listener;
        this.keeper = keeper;
    }

    @Override
    public void started(TableName table) {
        listener.started(table);
    }

    @Override
    public void ended(TableOutcome outcome) {
        listener.ended(outcome);
    }

    @Override
    public void before(TableName table, Step step) {
        listener.before(table, step);
        keeper.requireHeld();
    }

    @Override
    public void after(TableName table, Step step) {
        listener.after(table, step);
    }
}
