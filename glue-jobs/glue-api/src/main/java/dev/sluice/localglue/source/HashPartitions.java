package dev.sluice.localglue.source;

import java.util.ArrayList;
import java.util.List;

/** The conditions that spread a relation's rows over partitions, each row into exactly one, nulls into the first. */
final class HashPartitions {
    private HashPartitions() {}

    /** Partitions by an expression; a fraction counts as the whole number below it. */
    static List<String> ofExpression(String expression, String vendor, int partitions) {
        boolean signed = vendor.equals("mysql") || vendor.equals("mariadb");
        String number = "CAST(FLOOR(" + expression + ") AS " + (signed ? "SIGNED" : "BIGINT") + ")";
        return of(number, "(" + expression + ")", partitions);
    }

    /** Partitions by a column: its value if it is a number, the database's hash of it otherwise. */
    static List<String> ofColumn(KeyColumns.Column column, String vendor, int partitions) {
        if (column.isWhole()) {
            return of(column.quoted(), column.quoted(), partitions);
        }
        if (column.isNumber()) {
            return ofExpression(column.quoted(), vendor, partitions);
        }
        String hash =
                switch (vendor) {
                    case "postgresql" -> "hashtext(CAST(" + column.quoted() + " AS text))";
                    case "mysql", "mariadb" -> "CRC32(" + column.quoted() + ")";
                    case "h2" -> "ORA_HASH(CAST(" + column.quoted() + " AS VARCHAR))";
                    default -> throw new IllegalArgumentException("Cannot use hashfield: " + column.name()
                            + "; it is no number and no hash is known for " + vendor
                            + ", give a hashexpression of a whole number");
                };
        return of(hash, column.quoted(), partitions);
    }

    private static List<String> of(String number, String value, int partitions) {
        if (partitions == 1) {
            return List.of("1 = 1");
        }
        List<String> conditions = new ArrayList<>();
        conditions.add("(MOD(" + number + ", " + partitions + ") = 0 OR " + value + " IS NULL)");
        for (int i = 1; i < partitions; i++) {
            // The remainder of a negative number is negative; the absolute value of the smallest one overflows.
            conditions.add("MOD(" + number + ", " + partitions + ") IN (" + i + ", -" + i + ")");
        }
        return conditions;
    }
}
