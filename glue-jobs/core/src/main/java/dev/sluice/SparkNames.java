package dev.sluice;

import java.util.Collection;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Columns by their names alone, whatever characters those have: a dot in one asks for no field. */
public final class SparkNames {

    private SparkNames() {}

    /** The name as Spark's SQL reads it back unchanged. */
    public static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    /** The column of that name. */
    public static Column column(String name) {
        return functions.col(quoted(name));
    }

    /** The columns of those names, in their order. */
    public static Column[] columns(Collection<String> names) {
        return names.stream().map(SparkNames::column).toArray(Column[]::new);
    }
}
