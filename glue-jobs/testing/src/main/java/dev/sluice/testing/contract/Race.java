package dev.sluice.testing.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Many threads that do one thing at the same moment. */
public final class Race {

    private Race() {}

    /** Runs {@code contender} once per number below {@code contenders}, released together; the results by number. */
    public static <T> List<T> run(int contenders, IntFunction<T> contender)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(contenders);
        CountDownLatch start = new CountDownLatch(1);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int number = 0; number < contenders; number++) {
                int mine = number;
                futures.add(threads.submit(() -> {
                    start.await();
                    return contender.apply(mine);
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
