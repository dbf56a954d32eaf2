package dev.sluice.history;

import static dev.sluice.SparkNames.column;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;

/** Writes rows of the lake into files for others. */
public final class RowExport {

    private RowExport() {}

    /**
     * Writes all rows into a folder that Spark names so, which must not exist or be empty, and counts them. In CSV, which
     * has text alone, lists are JSON and bytes hexadecimal.
     */
    public static long write(Dataset<Row> rows, String folder, AsOf.Format format) {
        Dataset<Row> written = format == AsOf.Format.CSV
                ? rows.select(Arrays.stream(rows.schema().fields())
                        .map(RowExport::text)
                        .toArray(Column[]::new))
                : rows;
        written.write()
                .mode(SaveMode.Append)
                .option("header", "true")
                .option("ignoreNullFields", "false")
                .option("timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX")
                .format(format.name().toLowerCase(Locale.ROOT))
                .save(folder);
        return rows.count();
    }

    private static Column text(StructField field) {
        Column column = column(field.name());
        if (field.dataType() instanceof ArrayType) {
            return functions.to_json(column).as(field.name());
        }
        return field.dataType() instanceof BinaryType
                ? functions.lower(functions.hex(column)).as(field.name())
                : column;
    }
}
