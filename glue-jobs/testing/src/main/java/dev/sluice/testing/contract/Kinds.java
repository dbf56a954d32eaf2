package dev.sluice.testing.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** A row of the table {@code kinds}, of which all but the number may be NULL. */
public record Kinds(
        int id, String flag, String large, String ratio, String amount, String label, String day, String at) {

    /** Two rows of values at the edges that every kind of source can have, and one of NULL. */
    public static final List<Kinds> ROWS = List.of(
            new Kinds(
                    1,
                    "true",
                    "9223372036854775807",
                    "-2.5",
                    "1234567890123456.7891",
                    "Grüße; \"x\" \\n ☃",
                    "2024-02-29",
                    "2024-02-29 12:34:56.123456"),
            new Kinds(2, null, null, null, null, null, null, null),
            new Kinds(
                    3,
                    "false",
                    "-9223372036854775808",
                    "0.1",
                    "-0.0001",
                    "a, 'b'",
                    "9999-12-31",
                    "1970-01-02 00:00:00.000001"));

    private static final ObjectMapper JSON = new ObjectMapper();
    static final String[] COLUMNS = {"id", "flag", "large", "ratio", "amount", "label", "day", "at"};

    /** The values in the columns' order. */
    public List<String> values() {
        return Arrays.asList(Integer.toString(id), flag, large, ratio, amount, label, day, at);
    }

    /** The row as an object of JSON, with NULL where it has none. */
    public String json() {
        return JSON.createObjectNode()
                .put("id", id)
                .put("flag", flag == null ? null : Boolean.valueOf(flag))
                .put("large", large == null ? null : Long.valueOf(large))
                .put("ratio", ratio == null ? null : Double.valueOf(ratio))
                .put("amount", amount == null ? null : new BigDecimal(amount))
                .put("label", label)
                .put("day", day)
                .put("at", at == null ? null : at.replace(' ', 'T') + "Z")
                .toString();
    }
}
