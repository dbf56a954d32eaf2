package dev.sluice.embedded;

import java.time.Duration;

/** A point in time up to which something may be waited for; unmoved by changes of the system clock. */
record Deadline(long nanoTime) {
    private static final long POLL_MILLIS = 25;

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - nanoTime >= 0;
    }

    /** Sleeps for one poll; throws {@link ServersException} when the thread is interrupted. */
    void poll() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServersException("Cannot wait for the embedded servers: the thread was interrupted", e);
        }
    }
}
