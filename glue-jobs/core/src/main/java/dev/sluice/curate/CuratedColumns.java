package dev.sluice.curate;

import dev.sluice.bookmark.Column;
import dev.sluice.settings.ColumnType;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** A Delta table's schema as the ledger keeps it. */
final class CuratedColumns {

    private CuratedColumns() {}

    static List<Column> of(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field ->
                        new Column(field.name(), ColumnType.of(field.dataType().catalogString())))
                .toList();
    }
}
