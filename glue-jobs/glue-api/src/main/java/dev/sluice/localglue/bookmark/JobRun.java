package dev.sluice.localglue.bookmark;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/**
 * The run this process is in: which bookmarks its sources start from, and the new ones until they are committed. Safe
 * for use by many threads, since a job may read many sources at once.
 */
public final class JobRun {
    private static volatile JobRun current;

    private enum Mode {
        ENABLE,
        DISABLE,
        PAUSE
    }

    private record Pending(String source, Element element) {}

    private final String jobName;
    private final String runId;
    private final Mode mode;
    private final BookmarkFiles files;
    private final Optional<Map<String, Element>> limit;
    private final Map<String, Pending> pending = new HashMap<>();
    private Map<String, Element> base;
    private long version;

    private JobRun(
            String jobName,
            String runId,
            Mode mode,
            BookmarkFiles files,
            Map<String, Element> base,
            Optional<Map<String, Element>> limit,
            long version) {
        this.jobName = jobName;
        this.runId = runId;
        this.mode = mode;
        this.files = files;
        this.base = base;
        this.limit = limit;
        this.version = version;
    }

    /** Starts a run and makes it this process's current one; see {@code Job.init} for the arguments. */
    public static void start(String jobName, SparkSession session, Map<String, String> args) {
        if (jobName == null || jobName.isBlank()) {
            throw new IllegalArgumentException("Cannot start job: " + jobName + "; a job needs a name");
        }
        Map<String, String> named = new LinkedHashMap<>();
        args.forEach((name, value) -> named.put(plain(name), value));
        Mode mode = mode(named.get("job-bookmark-option"));
        Optional<String> from = Optional.ofNullable(named.get("job-bookmark-from"));
        Optional<String> to = Optional.ofNullable(named.get("job-bookmark-to"));
        if (mode != Mode.PAUSE && (from.isPresent() || to.isPresent())) {
            throw new IllegalArgumentException("Cannot start job: " + jobName
                    + "; job-bookmark-from and job-bookmark-to are valid with job-bookmark-pause only");
        }
        if (from.isPresent() != to.isPresent()) {
            throw new IllegalArgumentException(
                    "Cannot start job: " + jobName + "; give both or neither of job-bookmark-from and job-bookmark-to");
        }
        String runId = Optional.ofNullable(named.get("job-run-id"))
                .orElseGet(() -> "jr_" + UUID.randomUUID().toString().replace("-", ""));
        BookmarkFiles files = BookmarkFiles.of(session);
        JobRun run = started(jobName, runId, mode, files, from, to);
        session.conf().set("spark.glue.JOB_NAME", jobName);
        session.conf().set("spark.glue.JOB_RUN_ID", runId);
        current = run;
    }

    private static JobRun started(
            String jobName, String runId, Mode mode, BookmarkFiles files, Optional<String> from, Optional<String> to) {
        if (mode == Mode.DISABLE) {
            return new JobRun(jobName, runId, mode, files, Map.of(), Optional.empty(), 0);
        }
        if (mode == Mode.ENABLE) {
            JobState state = files.start(jobName, runId);
            return new JobRun(jobName, runId, mode, files, state.elements(), Optional.empty(), state.version());
        }
        JobState state = files.load(jobName);
        Map<String, Element> base = from.map(id -> state.asOf(jobName, id)).orElse(state.elements());
        Optional<Map<String, Element>> limit = to.map(id -> state.asOf(jobName, id));
        if (from.isPresent() && state.indexOf(from.orElseThrow()) > state.indexOf(to.orElseThrow())) {
            throw new IllegalArgumentException("Cannot start job: " + jobName + "; job-bookmark-from "
                    + from.orElseThrow() + " is a later run than job-bookmark-to " + to.orElseThrow());
        }
        return new JobRun(jobName, runId, mode, files, base, limit, state.version());
    }

    /** The run this process is in. */
    public static Optional<JobRun> current() {
        return Optional.ofNullable(current);
    }

    /** Gives up the run this process is in. */
    public static void forget() {
        current = null;
    }

    /** The run's id. */
    public String runId() {
        return runId;
    }

    /** What to read of the source with this context; empty if it has no bookmark and is to be read whole. */
    public synchronized Optional<BookmarkWindow> window(String context) {
        if (mode == Mode.DISABLE || context == null || context.isBlank()) {
            return Optional.empty();
        }
        BookmarkWindow.Limit end = limit.<BookmarkWindow.Limit>map(
                        elements -> new BookmarkWindow.UpTo(Optional.ofNullable(elements.get(context))))
                .orElseGet(BookmarkWindow.Open::new);
        return Optional.of(new BookmarkWindow(Optional.ofNullable(base.get(context)), end));
    }

    /**
     * Notes what the source with this context has read, for the commit; reading the same source again replaces it.
     *
     * @param source names the source, without secrets
     * @throws IllegalStateException if another source of this run uses the context
     */
    public synchronized void record(String context, String source, Element element) {
        Pending earlier = pending.get(context);
        if (earlier != null && !earlier.source().equals(source)) {
            throw new IllegalStateException("Cannot use transformation context for two sources: " + context + "; "
                    + earlier.source() + " and " + source + "; give each source a context of its own");
        }
        pending.put(context, new Pending(source, Objects.requireNonNull(element, "element")));
    }

    /** Saves all noted bookmarks, or none; does nothing unless bookmarks are enabled. See {@code Job.commit}. */
    public synchronized void commit() {
        if (mode != Mode.ENABLE) {
            return;
        }
        Map<String, Element> read = new LinkedHashMap<>();
        pending.forEach((context, entry) -> read.put(context, entry.element()));
        JobState state = files.commit(jobName, runId, version, read);
        base = state.elements();
        version = state.version();
        pending.clear();
    }

    private static String plain(String name) {
        return (name.startsWith("--") ? name.substring(2) : name)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }

    private static Mode mode(String option) {
        if (option == null) {
            return Mode.DISABLE;
        }
        return switch (option) {
            case "job-bookmark-enable" -> Mode.ENABLE;
            case "job-bookmark-disable" -> Mode.DISABLE;
            case "job-bookmark-pause" -> Mode.PAUSE;
            default -> throw new IllegalArgumentException("Cannot use job-bookmark-option: " + option
                    + "; choose one of job-bookmark-enable, job-bookmark-disable, job-bookmark-pause");
        };
    }
}
