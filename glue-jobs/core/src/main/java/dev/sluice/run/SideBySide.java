package dev.sluice.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks side by side, a bounded number at a time, and waits for all. */
final class SideBySide {

    private SideBySide() {}

    /** The results in the order of the tasks. A task is expected to turn its own failures into results. */
    static <T> List<T> run(List<Callable<T>> tasks, int atOnce) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, Math.min(atOnce, tasks.size())));
        try {
            List<Future<T>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(threads.submit(task)));
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The run was interrupted", interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException("A table's run ended outside its own handling", failure.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
