package dev.sluice.run;

import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.settings.TableName;

/** Told of a run's progress, from many threads at once. */
public interface RunListener extends StepListener {

    /** Listens to nothing. */
    RunListener NONE = new RunListener() {
        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {}
    };

    /** A table's turn has come. */
    void started(TableName table);

    /** A table is done, one way or the other. */
    void ended(TableOutcome outcome);
}
