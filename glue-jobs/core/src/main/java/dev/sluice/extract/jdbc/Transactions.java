package dev.sluice.extract.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One look at a server's transactions: its clock first, then the running transactions, then the prepared ones. The order
 * carries the proof: whatever begins after the clock was read is younger than it, and a transaction that is prepared
 * between the last two steps was seen running.
 *
 * @param now the server's clock before anything else was looked at
 * @param sight whether other roles' transactions can be seen
 * @param replayed on a standby, the commit time of the last transaction it has replayed
 * @param top the greatest sequence value, where it was asked for and there is one
 * @param topAt the server's clock after {@code top} was read; {@code now} where it was not asked for
 * @param oldest the running transaction that began first
 * @param startless a transaction that may have begun at any time, such as a prepared one
 */
record Transactions(
        Instant now,
        Sight sight,
        Optional<Instant> replayed,
        Optional<Long> top,
        Instant topAt,
        Optional<Running> oldest,
        Optional<Startless> startless) {

    /** How much of the server's transactions a role sees. */
    enum Sight {
        /** All of them. */
        ALL,
        /** Those of its own role. */
        OWN_ROLE,
        /** The server is a standby; those that matter run elsewhere. */
        STANDBY,
        /** The table's storage engine keeps its transactions to itself. */
        OTHER_ENGINE
    }

    /** A running transaction. */
    record Running(Instant start, long process, String application) {}

    /** A transaction of which nothing tells when it began, and for people, which it is and what ends it. */
    record Startless(String words) {}

    /** What keeps a bound back, in words: one without a known start, or a running one older than a minute. */
    Optional<String> heldBy() {
        if (startless.isPresent()) {
            return startless.map(Startless::words);
        }
        return oldest.filter(held -> held.start().isBefore(now.minus(Duration.ofMinutes(1))))
                .map(held -> "transaction of process " + held.process()
                        + (held.application().isEmpty() ? "" : " (" + held.application() + ")") + ", open for "
                        + Duration.between(held.start(), now).truncatedTo(ChronoUnit.SECONDS));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
