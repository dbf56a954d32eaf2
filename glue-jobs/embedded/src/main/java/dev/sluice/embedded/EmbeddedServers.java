package dev.sluice.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The daemon's entry point: runs the embedded servers of one home until nobody needs them.
 *
 * <p>Callers use {@link Servers}, which launches this class detached and with the class path it needs; a person may
 * run it in the foreground to watch. It logs to its standard error; {@link Servers} lets that end in
 * {@code HOME/run/servers.log}. SIGTERM stops it cleanly.
 */
public final class EmbeddedServers {
    /** Another daemon has the home; whoever launched this one attaches to that. */
    static final int EXIT_OTHER_DAEMON = 75;

    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    /** A daemon on its way out needs this long to stop PostgreSQL. */
    private static final Duration PREDECESSOR = Duration.ofSeconds(15);

    private EmbeddedServers() {}

    /**
     * Runs the daemon.
     *
     * @param args {@code --home DIR [--postgres] [--dynamodb] [--mariadb] [--grace SECONDS] [--wal-level-logical]
     *     [--dynamodb-in-memory]}; the grace is 30 seconds where it is not given
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        DaemonArguments arguments;
        try {
            arguments = DaemonArguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return EXIT_USAGE;
        }
        RunFolder run = RunFolder.of(arguments.home()).create();
        // Held, and the clients' lock with it, until the process is gone: successors wait for that.
        Optional<FolderLock> lock = daemonLock(run);
        if (lock.isEmpty()) {
            System.err.println("Cannot serve " + run.home() + ": another daemon does");
            return EXIT_OTHER_DAEMON;
        }
        Daemon daemon = new Daemon(run, arguments);
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::stop, "stop"));
        return daemon.serve() ? 0 : EXIT_FAILED;
    }

    private static Optional<FolderLock> daemonLock(RunFolder run) {
        Deadline deadline = Deadline.in(PREDECESSOR);
        while (true) {
            Optional<FolderLock> lock = FolderLock.tryAcquire(run.daemonLock(), FolderLock.Mode.EXCLUSIVE);
            if (lock.isPresent() || deadline.passed() || run.running().isPresent()) {
                return lock;
            }
            deadline.poll();
        }
    }
}
