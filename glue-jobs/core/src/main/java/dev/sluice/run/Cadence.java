package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;

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
     * Repeats a run, at least once. What a run throws that may pass does not end the repetition; what a person must mend
     * does.
     *
     * @param run told its number, 1 for the first
     * @param goesOn whether to go on after what a run came to
     * @param passing told what a run threw that may pass
     * @return what the last run came to; throws what it threw
     */
    public <T> T repeat(IntFunction<T> run, Predicate<T> goesOn, Consumer<SluiceException> passing) {
        long begin = System.nanoTime();
        for (int number = 1; ; number++) {
            long began = System.nanoTime();
            Supplier<T> result = attempt(run, number, passing);
            long next = Math.max(System.nanoTime(), began + every.toNanos());
            boolean over =
                    during.filter(total -> next - begin >= total.toNanos()).isPresent();
            if (over || result instanceof Came<T> came && !goesOn.test(came.get())) {
                return result.get();
            }
            try {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return result.get();
            }
        }
    }

    private static <T> Supplier<T> attempt(IntFunction<T> run, int number, Consumer<SluiceException> passing) {
        try {
            return new Came<>(run.apply(number));
        } catch (SluiceException failure) {
            if (!failure.code().retryable()) {
                throw failure;
            }
            passing.accept(failure);
            return () -> {
                throw failure;
            };
        }
    }

    /** What a run came to that threw nothing. */
    private record Came<T>(T get) implements Supplier<T> {}
}
