package dev.sluice.cli;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Names runs by the second they began in and a few random digits, so that names sort by time. */
final class RunIds {

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RunIds() {}

    static String next(Clock clock) {
        return SECOND.format(clock.instant()) + String.format("-%04x", new SecureRandom().nextInt(0x10000));
    }
}
