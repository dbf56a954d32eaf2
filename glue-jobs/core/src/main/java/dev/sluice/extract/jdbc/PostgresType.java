package dev.sluice.extract.jdbc;

/**
 * A column's type as PostgreSQL's catalog has it, domains resolved.
 *
 * @param name {@code pg_type.typname}
 * @param schema the type's schema
 * @param category {@code pg_type.typtype}: b, c, e, r, m, p
 * @param element whether the type is a true array ({@code array_out} writes it)
 * @param modifier {@code atttypmod}; -1 without one
 * @param declared as a person declared it, domains included
 */
record PostgresType(String name, String schema, char category, Shape element, int modifier, String declared) {

    /** Whether a type's values are arrays. */
    enum Shape {
        SCALAR,
        ARRAY
    }

    boolean builtIn(String typeName) {
        return schema.equals("pg_catalog") && name.equals(typeName);
    }

    /** Digits of a numeric; 0 where it has no modifier. */
    int precision() {
        return modifier < 4 ? 0 : (modifier - 4) >> 16 & 0xffff;
    }

    /** Digits of a numeric right of the point; eleven bits with a sign. */
    int scale() {
        return modifier < 4 ? 0 : ((modifier - 4 & 0x7ff) ^ 1024) - 1024;
    }
}
