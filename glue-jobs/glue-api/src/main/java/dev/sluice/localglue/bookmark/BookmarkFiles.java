package dev.sluice.localglue.bookmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;

/**
 * The bookmarks of all jobs in one directory, a JSON file per job. Every change is made under a lock between processes
 * and replaces the file in one step, so a reader sees the state before or after it and a crash leaves one of both.
 */
public final class BookmarkFiles {
    /** The Spark conf that names the directory. */
    public static final String CONF = "spark.glue.local.bookmarks";

    private static final String DEFAULT = ".glue/bookmarks";
    // A file lock holds between processes only; threads of this one need their own.
    private static final ReentrantLock WITHIN_PROCESS = new ReentrantLock();

    private final Path directory;

    /** Bookmarks in the given directory, which is made when first needed. */
    public BookmarkFiles(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
    }

    /** Bookmarks in the directory of the conf {@link #CONF}, or in {@code .glue/bookmarks} of the working directory. */
    public static BookmarkFiles of(SparkSession session) {
        return new BookmarkFiles(Path.of(session.conf().get(CONF, DEFAULT)));
    }

    /** The job's latest state; {@link JobState#NONE} if it never committed. */
    public JobState load(String jobName) {
        Path file = file(jobName);
        if (!Files.exists(file)) {
            return JobState.NONE;
        }
        try {
            return JobStateJson.read(Files.readAllBytes(file));
        } catch (IOException | RuntimeException failure) {
            throw new IllegalStateException(
                    "Cannot read job bookmark: " + file + "; " + failure.getMessage()
                            + "; repair the file, or remove it to start the job anew",
                    failure);
        }
    }

    /** Clears all contexts of the job: its next run reads everything. A run in progress fails at its commit. */
    public void reset(String jobName) {
        change(jobName, state -> state.withElements(Map.of()));
    }

    /**
     * Takes all contexts of the job back to what they were after the given run, or after the last one before it that
     * committed. A run in progress fails at its commit.
     *
     * @throws IllegalArgumentException if the job does not remember the run
     */
    public void resetTo(String jobName, String runId) {
        change(jobName, state -> state.withElements(state.asOf(jobName, runId)));
    }

    JobState start(String jobName, String runId) {
        return change(jobName, state -> state.withStarted(runId, Instant.now()));
    }

    JobState commit(String jobName, String runId, long expectedVersion, Map<String, Element> read) {
        return change(jobName, state -> {
            if (state.version() != expectedVersion) {
                throw new IllegalStateException("Cannot commit bookmark of job: " + jobName
                        + "; version mismatch: run " + runId + " started at version " + expectedVersion
                        + ", the state is at version " + state.version()
                        + ": another run committed or the bookmark was reset meanwhile; let one run of the job at a"
                        + " time, and run it again");
            }
            return state.withCommitted(runId, read);
        });
    }

    private JobState change(String jobName, UnaryOperator<JobState> change) {
        Path file = file(jobName);
        WITHIN_PROCESS.lock();
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(file.getFileName() + ".lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Objects.requireNonNull(lock, "lock");
                JobState changed = change.apply(load(jobName));
                replace(file, JobStateJson.write(jobName, changed));
                return changed;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot write job bookmark: " + file + "; " + failure.getMessage(), failure);
        } finally {
            WITHIN_PROCESS.unlock();
        }
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String jobName) {
        return directory.resolve(URLEncoder.encode(jobName, StandardCharsets.UTF_8) + ".json");
    }
}
