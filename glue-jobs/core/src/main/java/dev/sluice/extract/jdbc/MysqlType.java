package dev.sluice.extract.jdbc;

import java.util.Locale;

/**
 * A column's type as MySQL names it.
 *
 * @param name {@code information_schema.columns.data_type}
 * @param sign whether a number may be negative
 * @param precision digits of a decimal, bits of a bit field; 0 where it has none
 * @param scale digits right of the point
 * @param declared as a person declared it
 */
record MysqlType(String name, Sign sign, int precision, int scale, String declared) {

    /** Whether a number may be negative. */
    enum Sign {
        SIGNED,
        UNSIGNED
    }

    /** The type of a column of the catalog. */
    static MysqlType declared(String dataType, String columnType, int precision, int scale) {
        return new MysqlType(
                dataType.toLowerCase(Locale.ROOT),
                columnType.contains("unsigned") ? Sign.UNSIGNED : Sign.SIGNED,
                precision,
                scale,
                columnType);
    }

    /** The type of a query's column, by the driver's name for it. */
    static MysqlType ofQuery(String driverName, int precision, int scale) {
        String words = driverName.toLowerCase(Locale.ROOT);
        String name = words.replace(" unsigned", "").replace(" zerofill", "");
        return declared(name.equals("integer") ? "int" : name, words, precision, scale);
    }

    boolean unsigned() {
        return sign == Sign.UNSIGNED;
    }
}
