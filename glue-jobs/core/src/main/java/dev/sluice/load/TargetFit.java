package dev.sluice.load;

import dev.sluice.database.SqlText;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * How curated's columns go into a target table.
 *
 * @param columns curated's columns with the type each has, or gets, in the target
 * @param definitions the SQL that makes the target fit, to be run in the transaction of the load; empty where it fits
 * @param added the columns that an existing table gains
 * @param keyed whether the target refuses a second row of one key
 * @param differences what keeps the target from fitting, each with its remedy; empty where the load may go on
 */
record TargetFit(
        List<Column> columns, List<String> definitions, List<String> added, boolean keyed, List<String> differences) {

    /** A column and its type in the target, as SQL text. */
    record Column(String name, String type) {}

    private static final String OWN = "_sluice_";

    TargetFit {
        columns = List.copyOf(columns);
        definitions = List.copyOf(definitions);
        added = List.copyOf(added);
        differences = List.copyOf(differences);
    }

    static TargetFit of(Optional<TargetShape> shape, StructType table, TableSettings settings, LoadSettings load) {
        // Sluice's own columns, like a row's place in its source's log, stay in the lake.
        StructType curated = new StructType(Arrays.stream(table.fields())
                .filter(field -> !field.name().startsWith(OWN))
                .toArray(StructField[]::new));
        return ofCurated(shape, curated, settings, load);
    }

    private static TargetFit ofCurated(
            Optional<TargetShape> shape, StructType curated, TableSettings table, LoadSettings load) {
        List<String> differences = new ArrayList<>();
        List<String> names = List.of(curated.fieldNames());
        List<String> key = table.curate().rowKey();
        if (load.mode() == LoadSettings.Mode.UPSERT && key.isEmpty()) {
            differences.add("mode upsert needs a key: declare curate.primary-key, or load with append or replace");
        }
        for (String column : key) {
            if (!names.contains(column)) {
                differences.add("curated has no column " + column + ": correct curate.primary-key");
            }
        }
        for (StructField field : curated.fields()) {
            if (TargetTypes.created(field.dataType()).isEmpty()) {
                differences.add(
                        "column " + field.name() + " is " + field.dataType().simpleString()
                                + " in curated, which has no counterpart in PostgreSQL: declare it as string");
            }
        }
        if (!differences.isEmpty()) {
            return new TargetFit(List.of(), List.of(), List.of(), false, differences);
        }
        TargetTable target = TargetTable.of(load);
        return shape.isPresent()
                ? ofExisting(shape.get(), target, curated, table, load)
                : ofMissing(target, curated, table);
    }

    private static TargetFit ofMissing(TargetTable target, StructType curated, TableSettings table) {
        List<String> key = table.curate().rowKey();
        Set<String> required = Set.copyOf(table.schema().columns().stream()
                .filter(column -> !column.nullable())
                .map(ColumnSettings::name)
                .toList());
        List<Column> columns = new ArrayList<>();
        List<String> parts = new ArrayList<>();
        for (StructField field : curated.fields()) {
            Column column = created(field);
            columns.add(column);
            boolean notNull = required.contains(column.name()) || key.contains(column.name());
            parts.add(SqlText.identifier(column.name()) + " " + column.type() + (notNull ? " NOT NULL" : ""));
        }
        if (!key.isEmpty()) {
            parts.add("PRIMARY KEY ("
                    + String.join(", ", key.stream().map(SqlText::identifier).toList()) + ")");
        }
        return new TargetFit(
                columns,
                List.of("CREATE TABLE " + target.sql() + " (" + String.join(", ", parts) + ")"),
                List.of(),
                !key.isEmpty(),
                List.of());
    }

    private static TargetFit ofExisting(
            TargetShape shape, TargetTable target, StructType curated, TableSettings table, LoadSettings load) {
        List<String> differences = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        List<String> definitions = new ArrayList<>();
        List<String> added = new ArrayList<>();
        String alter = "ALTER TABLE " + target.sql() + " ";
        if (!Set.of("r", "p").contains(shape.relationKind())) {
            differences.add("it is not a table: load into a table, and build views on that");
        }
        for (StructField field : curated.fields()) {
            String name = SqlText.identifier(field.name());
            Column wanted = created(field);
            Optional<TargetColumn> found = shape.find(field.name());
            if (found.isEmpty() && mayAdd(table, field.name())) {
                columns.add(wanted);
                added.add(field.name());
                definitions.add(alter + "ADD COLUMN " + name + " " + wanted.type());
            } else if (found.isEmpty()) {
                differences.add("column " + field.name() + " is missing: " + alter + "ADD COLUMN " + name + " "
                        + wanted.type() + ", or declare it in schema.columns, or set schema.new-columns to add");
            } else if (found.get().computed()) {
                differences.add("column " + field.name() + " is written by the database alone: " + alter
                        + "ALTER COLUMN " + name + " DROP EXPRESSION, or SET GENERATED BY DEFAULT for an identity");
            } else if (!TargetTypes.accepts(field.dataType(), found.get())) {
                differences.add("column " + field.name() + " is " + found.get().type() + " where curated has "
                        + field.dataType().simpleString() + ": " + alter + "ALTER COLUMN " + name + " TYPE "
                        + wanted.type() + ", or change the column's type in schema.columns");
            } else {
                columns.add(new Column(field.name(), found.get().type()));
            }
        }
        Set<String> curatedNames = Set.of(curated.fieldNames());
        for (TargetColumn column : shape.columns()) {
            if (column.notNull() && !column.filled() && !curatedNames.contains(column.name())) {
                differences.add("column " + column.name() + " is NOT NULL without default and curated has no such"
                        + " column: " + alter + "ALTER COLUMN " + SqlText.identifier(column.name())
                        + " DROP NOT NULL, or give it a default, or declare it in schema.columns");
            }
        }
        List<String> key = table.curate().rowKey();
        boolean keyed = !key.isEmpty() && shape.isUnique(key);
        if (load.mode() == LoadSettings.Mode.UPSERT && !keyed) {
            differences.add("no PRIMARY KEY, or UNIQUE constraint on columns that are NOT NULL, is on exactly ("
                    + String.join(", ", key) + "): " + alter + "ADD PRIMARY KEY ("
                    + String.join(", ", key.stream().map(SqlText::identifier).toList())
                    + "), or correct curate.primary-key");
        }
        return new TargetFit(columns, definitions, added, keyed, differences);
    }

    private static boolean mayAdd(TableSettings table, String column) {
        boolean ofHistory = table.curate().mode() == CurateSettings.Mode.HISTORY && HistoryColumns.ALL.contains(column);
        return ofHistory
                || table.markColumn().equals(java.util.Optional.of(column))
                || table.schema().newColumns() == SchemaSettings.NewColumns.ADD
                || table.schema().columns().stream()
                        .anyMatch(declared -> declared.name().equals(column));
    }

    private static Column created(StructField field) {
        return new Column(field.name(), TargetTypes.created(field.dataType()).orElseThrow());
    }
}
