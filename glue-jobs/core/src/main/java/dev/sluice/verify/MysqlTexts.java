package dev.sluice.verify;

import dev.sluice.database.DatabaseKind;
import dev.sluice.verify.Form.Kind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The texts as SQL of MySQL and MariaDB. All of them are utf8mb4, and rows are told by numbers, so no collation takes part.
 */
final class MysqlTexts implements Texts {

    private static final int EPOCH_DAY = 719_528;

    /** What a cast takes; a scale beyond has zeros behind it. */
    private static final int MOST_DECIMALS = 30;

    /** The server writes the bits of a double only. */
    @Override
    public Form compared(Form form) {
        return form.kind() == Kind.FLOAT ? Form.of(Kind.DOUBLE) : form;
    }

    @Override
    public String text(Form form, String value) {
        return switch (form.kind()) {
            case BOOLEAN -> "CASE (" + value + ") WHEN 1 THEN 't' WHEN 0 THEN 'f' END";
            case INTEGER, DATE, INSTANT, WALL_CLOCK -> "CAST(CAST(" + value + " AS SIGNED) AS CHAR)";
            case DECIMAL -> decimal(value, form.scale());
            case FLOAT -> throw new IllegalArgumentException("A float is compared as a double");
                // A point's binary form holds its coordinates' bits, the least byte first. Adding zero turns the
                // negative zero into the other one.
            case DOUBLE -> "LOWER(HEX(REVERSE(SUBSTR(ST_AsBinary(POINT((" + value + ") + 0e0, 0)), 6, 8))))";
            case TEXT -> plain(value);
            case BINARY -> "LOWER(HEX(" + value + "))";
        };
    }

    private static String decimal(String value, int scale) {
        int cast = Math.min(scale, MOST_DECIMALS);
        String text = "CAST(CAST(" + value + " AS DECIMAL(65," + cast + ")) AS CHAR)";
        return cast == scale ? text : "CONCAT(" + text + ", '" + "0".repeat(scale - cast) + "')";
    }

    @Override
    public String plain(String value) {
        return DatabaseKind.MYSQL.text(value);
    }

    @Override
    public String date(String days) {
        return "CAST(FROM_DAYS((" + days + ") + " + EPOCH_DAY + ") AS CHAR)";
    }

    @Override
    public String hash(List<String> texts) {
        String row = texts.stream()
                .map(text -> "COALESCE(CONCAT(CHAR_LENGTH(" + text + "), ':', " + plain(text) + "), '-')")
                .collect(Collectors.joining(", ", "CONCAT(", ")"));
        return "CAST(CONV(LEFT(MD5(" + plain(row) + "), " + Hashes.HEX_DIGITS + "), 16, 10) AS SIGNED)";
    }

    @Override
    public String checksum(String hash) {
        return "CAST(SUM(" + hash + ") % " + Hashes.MODULUS + " AS SIGNED)";
    }

    @Override
    public String any(String condition) {
        return "MAX(" + condition + ")";
    }

    @Override
    public String cut(String text) {
        int longest = DatabaseSide.LONGEST_TEXT;
        return "CASE WHEN CHAR_LENGTH(" + text + ") > " + longest + " THEN CONCAT(LEFT(" + text + ", " + longest
                + "), '… (', CHAR_LENGTH(" + text + "), ' characters, MD5 ', MD5(" + text + "), ')') ELSE " + text
                + " END";
    }

    @Override
    public String noNumber() {
        return "CAST(NULL AS SIGNED)";
    }

    @Override
    public String derived(String query, String name) {
        return "(" + query + ") AS " + name;
    }
}
