package dev.sluice.run;

import dev.sluice.bookmark.Column;
import dev.sluice.change.Events;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.raw.Manifest;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The Spark schema of a batch's raw files, from its manifest: reading needs no look at the files first. */
final class RawSchema {

    private RawSchema() {}

    static StructType of(Manifest manifest) {
        if (manifest.gone().isPresent()) {
            return ofKey(manifest.gone().get().key());
        }
        return manifest.events().isPresent() ? Events.SCHEMA : of(manifest.columns());
    }

    private static StructType ofKey(List<Column> key) {
        StructType schema = new StructType();
        for (Column column : key) {
            schema = schema.add(column.name(), DataType.fromDDL(column.type().ddl()), true);
        }
        return schema;
    }

    private static StructType of(List<SourceColumn> columns) {
        StructType schema = new StructType();
        for (SourceColumn column : columns) {
            schema = schema.add(column.name(), DataType.fromDDL(column.rawType().ddl()), true);
        }
        return schema.add(Snapshot.UNREPRESENTABLE, DataTypes.StringType, true);
    }
}
