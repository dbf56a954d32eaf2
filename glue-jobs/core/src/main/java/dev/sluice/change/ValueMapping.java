package dev.sluice.change;

import dev.sluice.schema.Casts;
import dev.sluice.settings.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a value of an event is in raw's words. Dates are carried as days and timestamps as microseconds since 1970, until
 * {@link Decoding} turns them into Spark's; a value that its type cannot hold is no value but a text.
 */
final class ValueMapping {

    static final String SCALE = "scale";
    static final String PRECISION = "connect.decimal.precision";

    /** What Debezium writes for a large value that a change left as it was, and that the log does not have. */
    static final String UNAVAILABLE = "__debezium_unavailable_value";

    private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";
    private static final String VARIABLE_DECIMAL = "io.debezium.data.VariableScaleDecimal";
    private static final int MAX_PRECISION = 38;
    private static final long FIRST_DAY = java.time.LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = java.time.LocalDate.of(9999, 12, 31).toEpochDay();
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(java.util.Locale.ROOT);

    private ValueMapping() {}

    /** The type raw keeps a value in. */
    static ColumnType rawType(EventType type) {
        return ColumnType.of(
                switch (type.logical()) {
                    case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" -> "date";
                    case "io.debezium.time.Timestamp",
                            "io.debezium.time.MicroTimestamp",
                            "io.debezium.time.NanoTimestamp",
                            "org.apache.kafka.connect.data.Timestamp" -> "timestamp_ntz";
                    case "io.debezium.time.ZonedTimestamp" -> "timestamp";
                    case "io.debezium.time.Time",
                            "io.debezium.time.MicroTime",
                            "io.debezium.time.NanoTime",
                            "org.apache.kafka.connect.data.Time",
                            VARIABLE_DECIMAL -> "string";
                    case DECIMAL -> decimal(type);
                    default -> plain(type);
                });
    }

    private static String decimal(EventType type) {
        int precision = Integer.parseInt(type.parameters().getOrDefault(PRECISION, "0"));
        int scale = Integer.parseInt(type.parameters().getOrDefault(SCALE, "0"));
        return precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision
                ? "string"
                : "decimal(" + precision + "," + scale + ")";
    }

    private static String plain(EventType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case INT8, INT16 -> "smallint";
            case INT32 -> "int";
            case INT64 -> "bigint";
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case BYTES -> "binary";
            case STRING, MAP, STRUCT -> "string";
            case ARRAY -> type.element()
                    .map(ValueMapping::rawType)
                    .filter(element -> List.of("boolean", "smallint", "int", "bigint", "double", "string")
                            .contains(element.ddl()))
                    .map(element -> "array<" + element.ddl() + ">")
                    .orElse("string");
        };
    }

    /** A type that holds every value of both. */
    static ColumnType wider(ColumnType one, ColumnType other) {
        if (one.equals(other) || Casts.lossless(other, one)) {
            return one;
        }
        return Casts.lossless(one, other) ? other : ColumnType.of("string");
    }

    /** Whether a value stands for one that the event does not have. */
    static boolean isUnavailable(EventType type, Object value) {
        return switch (type.kind()) {
            case STRING -> UNAVAILABLE.equals(value);
            case BYTES -> value instanceof byte[] bytes
                    && java.util.Arrays.equals(bytes, UNAVAILABLE.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case ARRAY -> value instanceof List<?> list && list.size() == 1 && UNAVAILABLE.equals(list.get(0));
            default -> false;
        };
    }

    /** A value in raw's words, or as text where {@code rawType} cannot hold it. */
    record Carried(Object value, Optional<String> unrepresentable) {
        static final Carried NULL = new Carried(null, Optional.empty());
    }

    /**
     * Carries a value.
     *
     * @param type as the event has it
     * @param rawType of the batch's column: the type's own, or a wider one
     */
    static Carried carry(EventType type, Object value, ColumnType rawType) {
        if (value == null) {
            return Carried.NULL;
        }
        ColumnType own = rawType(type);
        try {
            Object carried = own(type, value, own);
            return new Carried(own.equals(rawType) ? carried : widened(carried, own, rawType), Optional.empty());
        } catch (ArithmeticException | DateTimeException tooLarge) {
            String text = String.valueOf(value);
            return rawType.ddl().equals("string")
                    ? new Carried(text, Optional.empty())
                    : new Carried(null, Optional.of(text));
        }
    }

    private static Object own(EventType type, Object value, ColumnType own) {
        return switch (type.logical()) {
            case "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" -> day((Long) value);
            case "io.debezium.time.Timestamp", "org.apache.kafka.connect.data.Timestamp" -> micros(
                    Math.multiplyExact((Long) value, 1000L));
            case "io.debezium.time.MicroTimestamp" -> micros((Long) value);
            case "io.debezium.time.NanoTimestamp" -> micros(Math.floorDiv((Long) value, 1000L));
            case "io.debezium.time.ZonedTimestamp" -> micros(ChronoUnit.MICROS.between(
                    Instant.EPOCH, OffsetDateTime.parse((String) value).toInstant()));
            case "io.debezium.time.Time", "org.apache.kafka.connect.data.Time" -> time((Long) value * 1_000_000L);
            case "io.debezium.time.MicroTime" -> time((Long) value * 1000L);
            case "io.debezium.time.NanoTime" -> time((Long) value);
            case DECIMAL -> decimal(type, (byte[]) value, own);
            case VARIABLE_DECIMAL -> {
                Map<?, ?> parts = (Map<?, ?>) value;
                yield new BigDecimal(
                                new BigInteger((byte[]) parts.get("value")), Math.toIntExact((Long) parts.get(SCALE)))
                        .toPlainString();
            }
            default -> plain(type, value, own);
        };
    }

    private static Object decimal(EventType type, byte[] unscaled, ColumnType own) {
        BigDecimal number = new BigDecimal(
                new BigInteger(unscaled), Integer.parseInt(type.parameters().getOrDefault(SCALE, "0")));
        return own.isDecimal() ? number : number.toPlainString();
    }

    private static Object plain(EventType type, Object value, ColumnType own) {
        return switch (type.kind()) {
            case BOOLEAN, BYTES, STRING, INT64, FLOAT64 -> value;
            case INT8, INT16 -> ((Long) value).shortValue();
            case INT32 -> ((Long) value).intValue();
            case FLOAT32 -> ((Double) value).floatValue();
            case MAP, STRUCT -> text(value);
            case ARRAY -> {
                EventType element = type.element().orElseThrow();
                yield own.isArray()
                        ? ((List<?>) value)
                                .stream()
                                        .map(one -> one == null ? null : own(element, one, rawType(element)))
                                        .toArray()
                        : text(value);
            }
        };
    }

    private static Object widened(Object value, ColumnType from, ColumnType to) {
        return switch (to.ddl()) {
            case "string" -> text(value, from);
            case "int" -> ((Number) value).intValue();
            case "bigint" -> from.ddl().equals("date") ? value : (Object) ((Number) value).longValue();
            case "double" -> ((Number) value).doubleValue();
            case "float" -> ((Number) value).floatValue();
            case "timestamp", "timestamp_ntz" -> from.ddl().equals("date")
                    ? (Object) Math.multiplyExact(((Number) value).longValue(), MICROS_PER_DAY)
                    : value;
            default -> value instanceof BigDecimal ? value : BigDecimal.valueOf(((Number) value).longValue());
        };
    }

    private static String text(Object value, ColumnType from) {
        return switch (from.ddl()) {
            case "date" -> java.time.LocalDate.ofEpochDay((Integer) value).toString();
            case "timestamp" -> Instant.EPOCH
                    .plus((Long) value, ChronoUnit.MICROS)
                    .toString();
            case "timestamp_ntz" -> java.time.LocalDateTime.ofInstant(
                            Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS), ZoneOffset.UTC)
                    .toString();
            case "binary" -> HexFormat.of().formatHex((byte[]) value);
            default -> value instanceof BigDecimal number ? number.toPlainString() : text(value);
        };
    }

    /** Structs, maps and lists as JSON. */
    private static String text(Object value) {
        if (value instanceof Map || value instanceof List || value instanceof Object[]) {
            return EventJson.text(value);
        }
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    private static Integer day(long day) {
        if (day < FIRST_DAY || day > LAST_DAY) {
            throw new DateTimeException("Out of range");
        }
        return Math.toIntExact(day);
    }

    private static Long micros(long micros) {
        day(Math.floorDiv(micros, MICROS_PER_DAY));
        return micros;
    }

    private static String time(long nanos) {
        return LocalTime.ofNanoOfDay(nanos).format(TIME);
    }
}
