package dev.sluice.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The daemon's command line, read.
 *
 * @param home the home folder
 * @param parts what to start at once
 * @param grace how long to outlive the last client
 * @param options how to deviate from the defaults
 */
record DaemonArguments(Path home, Set<Part> parts, Duration grace, Set<ServerOption> options) {
    static final String USAGE = "--home DIR [--postgres] [--dynamodb] [--mariadb] [--grace SECONDS]"
            + " [--wal-level-logical] [--dynamodb-in-memory]";

    /** Throws IllegalArgumentException, with the usage, on anything it does not know. */
    static DaemonArguments parse(List<String> arguments) {
        Map<String, Part> parts = new HashMap<>();
        for (Part part : Part.values()) {
            parts.put(part.argument(), part);
        }
        Map<String, ServerOption> options = new HashMap<>();
        for (ServerOption option : ServerOption.values()) {
            options.put(option.argument(), option);
        }
        Path home = null;
        Duration grace = Servers.DEFAULT_GRACE;
        Set<Part> wanted = EnumSet.noneOf(Part.class);
        Set<ServerOption> chosen = EnumSet.noneOf(ServerOption.class);
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            if (parts.containsKey(argument)) {
                wanted.add(parts.get(argument));
            } else if (options.containsKey(argument)) {
                chosen.add(options.get(argument));
            } else if (argument.equals("--home") && rest.hasNext()) {
                home = Path.of(rest.next());
            } else if (argument.equals("--grace") && rest.hasNext()) {
                grace = seconds(rest.next());
            } else {
                throw new IllegalArgumentException("Cannot read argument: " + argument + "; usage: " + USAGE);
            }
        }
        if (home == null) {
            throw new IllegalArgumentException("Cannot start without --home; usage: " + USAGE);
        }
        return new DaemonArguments(home, wanted, grace, chosen);
    }

    private static Duration seconds(String value) {
        try {
            return Duration.ofSeconds(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Cannot read --grace: " + value + "; give whole seconds", e);
        }
    }
}
