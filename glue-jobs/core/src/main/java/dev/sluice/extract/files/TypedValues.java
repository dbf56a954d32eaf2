package dev.sluice.extract.files;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** Values of typed files as the text that Spark's casts read back exactly. */
final class TypedValues {

    private static final long NANOS = 1_000_000_000;

    private TypedValues() {}

    /** Days since 1970-01-01. */
    static String date(long days) {
        return LocalDate.ofEpochDay(days).toString();
    }

    /** Nanoseconds since midnight. */
    static String time(long nanos) {
        return LocalTime.ofNanoOfDay(nanos).toString();
    }

    /** Units since 1970-01-01T00:00Z, of which {@code perSecond} are a second. */
    static String instant(long units, long perSecond) {
        return Instant.ofEpochSecond(
                        Math.floorDiv(units, perSecond), Math.floorMod(units, perSecond) * (NANOS / perSecond))
                .toString();
    }

    /** Units since 1970-01-01T00:00 on a clock without zone. */
    static String wallClock(long units, long perSecond) {
        return LocalDateTime.ofEpochSecond(
                        Math.floorDiv(units, perSecond),
                        (int) (Math.floorMod(units, perSecond) * (NANOS / perSecond)),
                        ZoneOffset.UTC)
                .toString();
    }

    static String hexadecimal(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
