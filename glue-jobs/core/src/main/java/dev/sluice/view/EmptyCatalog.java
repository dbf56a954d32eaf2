package dev.sluice.view;

import dev.sluice.settings.Masking;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A catalog of what a view reads, of which Spark's analyzer asks names and types alone. Nothing in it has rows. */
final class EmptyCatalog implements TableCatalog {

    /** In a column's metadata: what a reader should know of its values. */
    static final String NOTE = "sluice.note";

    private final Map<String, Readable> tables;

    /** @param tables by the name that a SELECT gives each */
    EmptyCatalog(Map<String, Readable> tables) {
        this.tables = Map.copyOf(tables);
    }

    @Override
    public void initialize(String name, CaseInsensitiveStringMap options) {}

    @Override
    public String name() {
        return "spark_catalog";
    }

    @Override
    public Table loadTable(Identifier identifier) throws NoSuchTableException {
        Readable table = tables.get(String.join(".", identifier.namespace()) + "." + identifier.name());
        if (table == null) {
            throw new NoSuchTableException(identifier);
        }
        return new EmptyTable(table);
    }

    @Override
    public Identifier[] listTables(String[] namespace) {
        return new Identifier[0];
    }

    @Override
    @SuppressWarnings("deprecation")
    public Table createTable(
            Identifier identifier, StructType schema, Transform[] partitions, Map<String, String> properties) {
        throw new UnsupportedOperationException("A view changes nothing");
    }

    @Override
    public Table alterTable(Identifier identifier, TableChange... changes) {
        throw new UnsupportedOperationException("A view changes nothing");
    }

    @Override
    public boolean dropTable(Identifier identifier) {
        throw new UnsupportedOperationException("A view changes nothing");
    }

    @Override
    public void renameTable(Identifier from, Identifier to) {
        throw new UnsupportedOperationException("A view changes nothing");
    }

    private record EmptyTable(Readable table) implements Table {

        @Override
        public String name() {
            return table.name().toString();
        }

        @Override
        @SuppressWarnings("deprecation")
        public StructType schema() {
            return new StructType(table.columns().stream().map(this::field).toArray(StructField[]::new));
        }

        private StructField field(Readable.Column column) {
            return new StructField(
                    column.name(),
                    DataType.fromDDL(column.type().ddl()),
                    column.nullable(),
                    column.masking()
                            .map(masking -> note(column.name(), masking))
                            .orElse(Metadata.empty()));
        }

        private Metadata note(String column, Masking masking) {
            String values = masking == Masking.HASH ? "a keyed hash" : "what truncation leaves of the value";
            return new MetadataBuilder()
                    .putString(NOTE, "column " + column + " of " + table.name() + " is masked: it holds " + values)
                    .build();
        }

        @Override
        public Set<TableCapability> capabilities() {
            return Set.of(TableCapability.BATCH_READ);
        }
    }
}
