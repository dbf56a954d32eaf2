package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
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

    /**
     * The results in the order of the tasks. A task is expected to turn its own failures into results.
     *
     * @param work what the tasks are together, as a message names it
     */
    static <T> List<T> run(String work, List<Callable<T>> tasks, int atOnce) {
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
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot finish " + work + ": this process was told to stop. Its tables stand as their last commits"
                            + " left them; run again, and each goes on from there",
                    interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(
                    "Cannot finish " + work + ": a table's part of it ended outside its own handling",
                    failure.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
