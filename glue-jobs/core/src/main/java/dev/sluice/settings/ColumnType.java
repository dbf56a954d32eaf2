package dev.sluice.settings;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a target column, in the words of Spark SQL: {@code boolean, smallint, int, bigint, float, double,
 * decimal(p,s), string, binary, date, timestamp, timestamp_ntz} and {@code array<type>} of these.
 */
public final class ColumnType {

    private static final Set<String> SIMPLE = Set.of(
            "boolean",
            "smallint",
            "int",
            "bigint",
            "float",
            "double",
            "string",
            "binary",
            "date",
            "timestamp",
            "timestamp_ntz");
    private static final Pattern DECIMAL = Pattern.compile("decimal\\(([1-9]\\d?),(0|[1-9]\\d?)\\)");
    private static final Pattern ARRAY = Pattern.compile("array<(.+)>");

    private final String ddl;

    private ColumnType(String ddl) {
        this.ddl = ddl;
    }

    /** The type named by {@code text}; case and blanks do not matter. Empty where there is no such type. */
    public static Optional<ColumnType> find(String text) {
        String ddl = text.toLowerCase(Locale.ROOT).replaceAll("\\s+", "");
        if (SIMPLE.contains(ddl)) {
            return Optional.of(new ColumnType(ddl));
        }
        Matcher decimal = DECIMAL.matcher(ddl);
        if (decimal.matches()) {
            int precision = Integer.parseInt(decimal.group(1));
            int scale = Integer.parseInt(decimal.group(2));
            return precision >= 1 && precision <= 38 && scale <= precision
                    ? Optional.of(new ColumnType(ddl))
                    : Optional.empty();
        }
        Matcher array = ARRAY.matcher(ddl);
        return array.matches()
                ? find(array.group(1)).map(element -> new ColumnType("array<" + element.ddl + ">"))
                : Optional.empty();
    }

    /** The type named by {@code text}, which must be one. */
    public static ColumnType of(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("Unknown type: " + text));
    }

    /** The type as Spark SQL writes it. */
    public String ddl() {
        return ddl;
    }

    /** Whether this is {@code array<...>}. */
    public boolean isArray() {
        return ddl.startsWith("array<");
    }

    /** Whether this is {@code decimal(p,s)}. */
    public boolean isDecimal() {
        return ddl.startsWith("decimal(");
    }

    /** All digits of a {@code decimal(p,s)}. */
    public int precision() {
        return Integer.parseInt(ddl.substring("decimal(".length(), ddl.indexOf(',')));
    }

    /** The digits after the point of a {@code decimal(p,s)}. */
    public int scale() {
        return Integer.parseInt(ddl.substring(ddl.indexOf(',') + 1, ddl.length() - 1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ColumnType && ((ColumnType) other).ddl.equals(ddl);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ddl);
    }

    @Override
    public String toString() {
        return ddl;
    }
}
