package dev.sluice.localglue.source;

import dev.sluice.localglue.bookmark.Element;
import java.math.BigDecimal;
import java.sql.JDBCType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns of a compound bookmark key as SQL of the source. Rows compare by the first column, then by the second,
 * and so on; a row with a null in the key compares to none.
 */
record KeyColumns(List<Column> columns, Element.Order order, String vendor) {
    /** A column by its exact name, quoted for SQL where needed. */
    record Column(String name, String quoted, JDBCType type) {
        private static final Set<JDBCType> WHOLE =
                Set.of(JDBCType.TINYINT, JDBCType.SMALLINT, JDBCType.INTEGER, JDBCType.BIGINT);
        private static final Set<JDBCType> FRACTIONAL =
                Set.of(JDBCType.DECIMAL, JDBCType.NUMERIC, JDBCType.REAL, JDBCType.FLOAT, JDBCType.DOUBLE);

        boolean isWhole() {
            return WHOLE.contains(type);
        }

        boolean isNumber() {
            return WHOLE.contains(type) || FRACTIONAL.contains(type);
        }
    }

    KeyColumns {
        columns = List.copyOf(columns);
    }

    List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    String list() {
        return columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
    }

    /** The rows after the given one. */
    String after(List<String> values) {
        List<String> alternatives = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            List<String> terms = new ArrayList<>();
            for (int j = 0; j < i; j++) {
                terms.add(columns.get(j).quoted() + " = " + literal(columns.get(j), values.get(j)));
            }
            terms.add(columns.get(i).quoted()
                    + (order == Element.Order.ASC ? " > " : " < ")
                    + literal(columns.get(i), values.get(i)));
            alternatives.add(String.join(" AND ", terms));
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    /** The rows up to and including the given one. */
    String upTo(List<String> values) {
        return "(NOT " + after(values) + " AND " + present() + ")";
    }

    /** The rows that have a key. */
    String present() {
        return columns.stream().map(column -> column.quoted() + " IS NOT NULL").collect(Collectors.joining(" AND "));
    }

    /** The rows without one. */
    String absent() {
        return "("
                + columns.stream().map(column -> column.quoted() + " IS NULL").collect(Collectors.joining(" OR "))
                + ")";
    }

    /** The last row's key, of the rows that meet the condition. */
    String lastRow(String relation, String condition) {
        String direction = order == Element.Order.ASC ? " DESC" : " ASC";
        String ordering =
                columns.stream().map(column -> column.quoted() + direction).collect(Collectors.joining(", "));
        boolean limit = Set.of("postgresql", "mysql", "mariadb", "h2").contains(vendor);
        return "SELECT " + list() + " FROM " + relation + " WHERE " + condition + " ORDER BY " + ordering
                + (limit ? " LIMIT 1" : " FETCH FIRST 1 ROWS ONLY");
    }

    private String literal(Column column, String value) {
        if (column.isNumber()) {
            try {
                return new BigDecimal(value.strip()).toPlainString();
            } catch (NumberFormatException failure) {
                throw new IllegalArgumentException(
                        "Cannot use bookmark value of column " + column.name() + ": " + value
                                + "; the column is a number now, reset the job's bookmark",
                        failure);
            }
        }
        String text = value.replace("'", "''");
        boolean backslashEscapes = Set.of("mysql", "mariadb").contains(vendor.toLowerCase(Locale.ROOT));
        return "'" + (backslashEscapes ? text.replace("\\", "\\\\") : text) + "'";
    }
}
