package dev.sluice.verify;

import java.util.List;
import java.util.stream.Collectors;

/** The texts as SQL of PostgreSQL. */
final class PostgresTexts implements Texts {

    private static final String NAN = "'NaN'";

    @Override
    public Form compared(Form form) {
        return form;
    }

    @Override
    public String text(Form form, String value) {
        return switch (form.kind()) {
            case BOOLEAN -> "CASE (" + value + ") WHEN true THEN 't' WHEN false THEN 'f' END";
            case INTEGER, DATE, INSTANT, WALL_CLOCK -> "(" + value + ")::bigint::text";
            case DECIMAL -> "round((" + value + ")::numeric, " + form.scale() + ")::text";
                // Adding zero turns the negative zero into the other one.
            case FLOAT -> "CASE WHEN (" + value + ")::float4 = " + NAN
                    + "::float4 THEN '7fc00000' ELSE encode(float4send((" + value
                    + ")::float4 + 0::float4), 'hex') END";
            case DOUBLE -> "CASE WHEN (" + value + ")::float8 = " + NAN
                    + "::float8 THEN '7ff8000000000000' ELSE encode(float8send((" + value
                    + ")::float8 + 0::float8), 'hex') END";
            case TEXT -> plain(value);
            case BINARY -> "encode(" + value + ", 'hex')";
        };
    }

    @Override
    public String plain(String value) {
        return "(" + value + ")::text";
    }

    @Override
    public String date(String days) {
        return "('1970-01-01'::date + " + days + ")::text";
    }

    @Override
    public String hash(List<String> texts) {
        String row = texts.stream()
                .map(text -> "coalesce(char_length(" + text + ") || ':' || " + text + ", '-')")
                .collect(Collectors.joining(" || "));
        return "('x' || substr(md5(convert_to(" + row + ", 'UTF8')), 1, " + Hashes.HEX_DIGITS + "))::bit(60)::bigint";
    }

    @Override
    public String checksum(String hash) {
        return "(sum(" + hash + ") % " + Hashes.MODULUS + ")::bigint";
    }

    @Override
    public String any(String condition) {
        return "bool_or(" + condition + ")";
    }

    @Override
    public String cut(String text) {
        int longest = DatabaseSide.LONGEST_TEXT;
        return "CASE WHEN char_length(" + text + ") > " + longest + " THEN left(" + text + ", " + longest
                + ") || '… (' || char_length(" + text + ") || ' characters, MD5 ' || md5(convert_to(" + text
                + ", 'UTF8')) || ')' ELSE " + text + " END";
    }

    @Override
    public String noNumber() {
        return "NULL::bigint";
    }

    /** OFFSET 0 keeps the planner from computing each text once per mention. */
    @Override
    public String derived(String query, String name) {
        return "(" + query + " OFFSET 0) AS " + name;
    }
}
