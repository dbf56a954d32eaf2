package dev.sluice.infrastructure;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/**
 * The programs a test needs. One that is missing skips the test, visibly and with the way to install it, on a person's
 * machine; it fails the test where SLUICE_REQUIRE_INFRASTRUCTURE is {@code true}.
 */
final class Required {

    private static final String STRICT = "SLUICE_REQUIRE_INFRASTRUCTURE";
    private static final Set<Tool> TOLD = Collections.synchronizedSet(new HashSet<>());

    private Required() {}

    /** The project's folder. */
    static Path repository() {
        return Path.of(System.getProperty("sluice.repository")).toAbsolutePath().normalize();
    }

    static void tools(Tool... tools) {
        List<Tool> missing = Arrays.stream(tools)
                .filter(tool -> tool.find(System.getenv()).isEmpty())
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        String message = String.join(
                "; ",
                missing.stream()
                        .map(tool -> tool.title() + " is missing, install it: " + tool.installation())
                        .toList());
        if ("true".equals(System.getenv(STRICT))) {
            throw new AssertionError(message);
        }
        if (TOLD.addAll(missing)) {
            System.err.println("SKIPPED: " + message);
        }
        throw new TestAbortedException(message);
    }
}
