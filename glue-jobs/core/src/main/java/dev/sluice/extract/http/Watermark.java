package dev.sluice.extract.http;

import dev.sluice.bookmark.Position;
import dev.sluice.settings.HttpSettings.TimeFormat;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A bookmark's values as an endpoint writes them. As a number: itself, or microseconds since 1970, a part of one left out.
 *
 * @param kind what the values are
 * @param format how times are written in queries; records may have them in this form, or as ISO-8601
 * @param zone of times that name none
 */
record Watermark(Kind kind, TimeFormat format, ZoneId zone) implements Serializable {

    private static final long MICROS = 1_000_000;

    /** What a bookmark's values are. */
    enum Kind {
        TIME,
        NUMBER
    }

    /** Empty where the text is no such value. */
    Optional<Long> parse(String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        String value = text.strip();
        try {
            return Optional.of(kind == Kind.NUMBER ? new BigDecimal(value).longValueExact() : micros(value));
        } catch (DateTimeException | ArithmeticException | NumberFormatException none) {
            return Optional.empty();
        }
    }

    private long micros(String value) {
        if (format != TimeFormat.ISO && value.matches("-?\\d+(\\.\\d+)?")) {
            long factor = format == TimeFormat.EPOCH_SECONDS ? MICROS : 1_000;
            return new BigDecimal(value)
                    .multiply(BigDecimal.valueOf(factor))
                    .setScale(0, RoundingMode.FLOOR)
                    .longValueExact();
        }
        String iso = value.replace(' ', 'T');
        if (iso.length() == 10) {
            return micros(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
        }
        return micros(
                iso.matches(".*T.*([zZ]|[+-]\\d\\d(:?\\d\\d)?)")
                        ? OffsetDateTime.parse(iso.replaceFirst("([+-]\\d\\d)(\\d\\d)?$", "$1:$2")
                                        .replaceFirst("([+-]\\d\\d):$", "$1:00")
                                        .replaceFirst("z$", "Z"))
                                .toInstant()
                        : LocalDateTime.parse(iso).atZone(zone).toInstant());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    long number(Position position) {
        return position instanceof Position.At at ? micros(at.instant()) : ((Position.Sequence) position).value();
    }

    Position position(long number) {
        return kind == Kind.NUMBER
                ? new Position.Sequence(number)
                : new Position.At(Instant.EPOCH.plus(number, ChronoUnit.MICROS));
    }

    /**
     * The value that asks for a position and all after it: a step before, for endpoints differ in whether they include the
     * value itself.
     */
    String since(Position position) {
        return kind == Kind.NUMBER
                ? String.valueOf(Math.max(Long.MIN_VALUE + 1, number(position)) - 1)
                : text(((Position.At) position)
                        .instant()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .minusSeconds(1));
    }

    /** The value that asks for all before a position, and maybe for some after it. */
    String until(Position position) {
        return kind == Kind.NUMBER
                ? String.valueOf(number(position))
                : text(((Position.At) position)
                        .instant()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .plusSeconds(1));
    }

    private String text(Instant instant) {
        return switch (format) {
            case ISO -> instant.toString();
            case EPOCH_SECONDS -> String.valueOf(instant.getEpochSecond());
            case EPOCH_MILLIS -> String.valueOf(instant.toEpochMilli());
        };
    }
}
