package dev.sluice.extract.jdbc;

import dev.sluice.bookmark.Position;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How a database writes positions: each a format of the text that it holds; a sequence's is the number.
 *
 * @param dateTime the date and time of the first two, down to microseconds, as a pattern
 * @param instant of the date and time in UTC
 */
record PositionLiterals(DateTimeFormatter dateTime, String instant, String wallClock, String day) {

    PositionLiterals(String dateTime, String instant, String wallClock, String day) {
        this(DateTimeFormatter.ofPattern(dateTime, Locale.ROOT), instant, wallClock, day);
    }

    String of(Position position) {
        if (position instanceof Position.At at) {
            return instant.formatted(dateTime.format(LocalDateTime.ofInstant(at.instant(), ZoneOffset.UTC)));
        }
        if (position instanceof Position.WallClock clock) {
            return wallClock.formatted(dateTime.format(clock.time()));
        }
        if (position instanceof Position.Day date) {
            return day.formatted(date.date());
        }
        return Long.toString(((Position.Sequence) position).value());
    }
}
