package dev.sluice.settings;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a column's default is a value of its type; timestamps, texts and arrays are left to Spark's cast. */
final class DefaultValues {

    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),(\\d+)\\)");

    private DefaultValues() {}

    static boolean fits(String text, ColumnType type) {
        try {
            return switch (type.ddl()) {
                case "boolean" -> text.equals("true") || text.equals("false");
                case "smallint" -> fitsBits(text, Short.SIZE);
                case "int" -> fitsBits(text, Integer.SIZE);
                case "bigint" -> fitsBits(text, Long.SIZE);
                case "float", "double" -> !Double.isNaN(Double.parseDouble(text)) || text.equals("NaN");
                case "date" -> LocalDate.parse(text).getYear() <= 9999;
                default -> !type.isDecimal() || fitsDecimal(text, type);
            };
        } catch (NumberFormatException | DateTimeException otherType) {
            return false;
        }
    }

    private static boolean fitsBits(String text, int bits) {
        return new BigInteger(text).bitLength() < bits;
    }

    private static boolean fitsDecimal(String text, ColumnType type) {
        Matcher matcher = DECIMAL.matcher(type.ddl());
        if (!matcher.matches()) {
            return false;
        }
        int precision = Integer.parseInt(matcher.group(1));
        int scale = Integer.parseInt(matcher.group(2));
        BigDecimal number = new BigDecimal(text).stripTrailingZeros();
        return number.scale() <= scale && number.precision() - number.scale() <= precision - scale;
    }
}
