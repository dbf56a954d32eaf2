package dev.sluice.cli;

import java.time.Duration;
import java.util.Locale;

/** Puts numbers, times and names of constants into words for people. */
final class Phrases {

    private Phrases() {}

    /** {@code 1,234}. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 row}, {@code 2 rows}. */
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** {@code 3.2 s} below two minutes, then {@code 5 min}, {@code 4 h}, {@code 3 d}. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 7200) {
            return duration.toMinutes() + " min";
        }
        return seconds < 172_800 ? duration.toHours() + " h" : duration.toDays() + " d";
    }

    /** A constant's name as its key in settings and JSON is spelled: {@code COMMIT_LOAD} as {@code commit-load}. */
    static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The same in words: {@code commit load}. */
    static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
