package dev.sluice.schema;

import dev.sluice.settings.ColumnType;
import java.util.List;

/** Which casts keep every value. */
public final class Casts {

    private static final List<String> FLOATS = List.of("float", "double");
    private static final List<String> INTEGERS = List.of("smallint", "int", "bigint");

    private Casts() {}

    /** Whether {@code to} is a wider number: every value of {@code from} stays the number it is. */
    public static boolean widens(ColumnType from, ColumnType to) {
        return !from.equals(to) && isNumber(from) && isNumber(to) && lossless(from, to);
    }

    private static boolean isNumber(ColumnType type) {
        return INTEGERS.contains(type.ddl()) || FLOATS.contains(type.ddl()) || type.isDecimal();
    }

    /**
     * Whether every value of {@code from} has its like in {@code to}. A timestamp without time zone counts as fitting a
     * timestamp: the source's time zone tells the instant, and a wall clock that does not exist there is quarantined.
     */
    public static boolean lossless(ColumnType from, ColumnType to) {
        if (from.equals(to) || to.ddl().equals("string")) {
            return true;
        }
        if (INTEGERS.contains(from.ddl()) && INTEGERS.contains(to.ddl())) {
            return INTEGERS.indexOf(from.ddl()) <= INTEGERS.indexOf(to.ddl());
        }
        if (from.isDecimal() && to.isDecimal()) {
            return to.scale() >= from.scale() && to.precision() - to.scale() >= from.precision() - from.scale();
        }
        if (INTEGERS.contains(from.ddl()) && to.isDecimal()) {
            int digits =
                    switch (from.ddl()) {
                        case "smallint" -> 5;
                        case "int" -> 10;
                        default -> 19;
                    };
            return to.precision() - to.scale() >= digits;
        }
        return switch (from.ddl()) {
            case "float", "smallint", "int" -> to.ddl().equals("double")
                    || (from.ddl().equals("smallint") && to.ddl().equals("float"));
            case "date" -> to.ddl().equals("timestamp_ntz");
            case "timestamp_ntz" -> to.ddl().equals("timestamp");
            default -> false;
        };
    }
}
