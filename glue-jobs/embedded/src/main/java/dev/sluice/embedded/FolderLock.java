package dev.sluice.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A lock on one of the run folder's files, which the operating system frees when the process dies.
 *
 * <p>On POSIX systems a process loses its locks on a file as soon as it closes any descriptor of that file. So no
 * file is opened a second time while this process has it open: whoever comes second finds the lock busy.
 */
final class FolderLock implements AutoCloseable {
    /** Also keeps the channels reachable: a collected one would be closed and free its lock. */
    private static final Map<Path, FileChannel> OPEN = new HashMap<>();

    private final Path file;
    private final FileChannel channel;

    /** Who else may hold the lock at the same time; within one process nobody may. */
    enum Mode {
        SHARED,
        EXCLUSIVE
    }

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock if nobody stands in the way now. */
    static Optional<FolderLock> tryAcquire(Path file, Mode mode) {
        synchronized (OPEN) {
            if (OPEN.containsKey(file)) {
                return Optional.empty();
            }
            try {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                if (lock(channel, mode)) {
                    OPEN.put(file, channel);
                    return Optional.of(new FolderLock(file, channel));
                }
                return Optional.empty();
            } catch (IOException e) {
                throw new ServersException("Cannot lock " + file + ": " + e + "; check that the home is writable", e);
            }
        }
    }

    /** Locks the whole file, or closes the channel. */
    private static boolean lock(FileChannel channel, Mode mode) throws IOException {
        FileLock lock = null;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, mode == Mode.SHARED);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            throw new IOException(
                    "another class loader of this JVM holds it; load sluice-embedded by one class loader", e);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    /** Takes the lock, waiting for it; throws {@link ServersException} when the deadline passes first. */
    static FolderLock acquire(Path file, Mode mode, Deadline deadline) {
        while (true) {
            Optional<FolderLock> lock = tryAcquire(file, mode);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (deadline.passed()) {
                throw new ServersException(
                        "Cannot lock " + file + ": somebody else holds it; wait for that process, or end it");
            }
            deadline.poll();
        }
    }

    /** Frees the lock. */
    @Override
    public void close() {
        synchronized (OPEN) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new ServersException("Cannot free the lock on " + file + ": " + e, e);
            } finally {
                OPEN.remove(file);
            }
        }
    }
}
