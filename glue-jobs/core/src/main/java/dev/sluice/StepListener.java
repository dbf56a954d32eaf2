package dev.sluice;

import dev.sluice.settings.TableName;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/** Told of each step of the protocol before it begins and after it is durable. An exception thrown here ends the table's run. */
public interface StepListener {

    /** Listens to nothing. */
    StepListener NONE = new StepListener() {
        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {}
    };

    /** The step is about to begin; nothing of it has happened. */
    void before(TableName table, Step step);

    /** The step has happened as a whole. */
    void after(TableName table, Step step);

    /** Takes a step between the two calls; wraps what is checked of the action's exceptions in a {@link CompletionException}. */
    default <T> T step(TableName table, Step step, Callable<T> action) {
        before(table, step);
        T result;
        try {
            result = action.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            // Spark throws checked exceptions that no signature declares. Their meaning is for the run to tell.
            throw new CompletionException(failure);
        }
        after(table, step);
        return result;
    }

    /** Takes a step that has no result between the two calls. */
    default void step(TableName table, Step step, Runnable action) {
        before(table, step);
        action.run();
        after(table, step);
    }
}
