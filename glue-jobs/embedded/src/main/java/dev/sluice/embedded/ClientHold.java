package dev.sluice.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's share in keeping a home's daemon alive.
 *
 * <p>All clients of one JVM share one lock on {@code clients.lock}, counted here, since a process can neither lock a
 * file twice nor close one of two descriptors without losing both locks.
 */
final class ClientHold implements AutoCloseable {
    private static final Map<Path, Counted> HELD = new HashMap<>();

    private final Path file;
    private final AtomicBoolean released = new AtomicBoolean();

    private static final class Counted {
        private final FolderLock lock;
        private int count = 1;

        private Counted(FolderLock lock) {
            this.lock = lock;
        }
    }

    private ClientHold(Path file) {
        this.file = file;
    }

    /** Joins the clients of a home, waiting while its daemon is on its way out. */
    static ClientHold acquire(RunFolder run, Deadline deadline) {
        Path file = run.clientsLock();
        while (true) {
            synchronized (HELD) {
                Counted counted = HELD.get(file);
                if (counted != null) {
                    counted.count++;
                    return new ClientHold(file);
                }
                FolderLock lock =
                        FolderLock.tryAcquire(file, FolderLock.Mode.SHARED).orElse(null);
                if (lock != null) {
                    HELD.put(file, new Counted(lock));
                    return new ClientHold(file);
                }
            }
            if (deadline.passed()) {
                throw new ServersException("Cannot join the clients of the embedded servers: " + file
                        + " is locked by a daemon that does not end; stop it, " + run.logTail());
            }
            deadline.poll();
        }
    }

    /** Leaves; the last one of this JVM frees the lock. Leaving twice does nothing. */
    @Override
    public void close() {
        if (!released.compareAndSet(false, true)) {
            return;
        }
        synchronized (HELD) {
            Counted counted = HELD.get(file);
            counted.count--;
            if (counted.count == 0) {
                HELD.remove(file);
                counted.lock.close();
            }
        }
    }
}
