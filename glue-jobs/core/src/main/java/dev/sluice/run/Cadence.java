package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Runs again and again in one session, so that a table follows its source closely without a start of Spark each time. Each
 * run is a run like any other: it may be killed, and the next finishes it.
 *
 * @param every from the beginning of one run to that of the next; a run that takes longer is followed at once
 * @param during how long runs begin; empty for ever
 */
public record Cadence(Duration every, Optional<Duration> during) {

    public Cadence {
        Objects.requireNonNull(every, "every");
        Objects.requireNonNull(during, "during");
    }

    /** The cadence that two ISO-8601 durations name; throws {@code REQUEST_INVALID}. */
    public static Cadence parse(String every, Optional<String> during) {
        return new Cadence(positive("every", every), during.map(text -> positive("during", text)));
    }

    private static Duration positive(String option, String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.isNegative() || duration.isZero()) {
                throw new DateTimeParseException("Not above zero", text, 0);
            }
            return duration;
        } catch (DateTimeParseException unreadable) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use --" + option + ": " + text + ". Write a duration above zero, like PT30S or PT6H",
                    unreadable);
        }
    }

    /**
     * Repeats a run, at least once.
     *
     * @param run told its number, 1 for the first
     * @param goesOn whether to go on after what a run came to
     * @return what the last run came to
     */
    public <T> T repeat(IntFunction<T> run, Predicate<T> goesOn) {
        long begin = System.nanoTime();
        for (int number = 1; ; number++) {
            long began = System.nanoTime();
            T result = run.apply(number);
            long next = Math.max(System.nanoTime(), began + every.toNanos());
            boolean over =
                    during.filter(total -> next - begin >= total.toNanos()).isPresent();
            if (over || !goesOn.test(result)) {
                return result;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return result;
            }
        }
    }
}
