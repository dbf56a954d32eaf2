package dev.sluice.bookmark;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/** Who holds a lease: the run, and the process that runs it, so that a message can name it. */
public record LeaseHolder(String runId, String host, long pid) {
    public LeaseHolder {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(host, "host");
    }

    /** This process on this host, for a run. */
    public static LeaseHolder ofThisProcess(String runId) {
        return new LeaseHolder(runId, hostName(), ProcessHandle.current().pid());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    @Override
    public String toString() {
        return "run " + runId + " (process " + pid + " on " + host + ")";
    }
}
