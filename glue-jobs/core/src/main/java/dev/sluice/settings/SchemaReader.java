package dev.sluice.settings;

import dev.sluice.settings.SchemaSettings.Drift;
import dev.sluice.settings.SchemaSettings.NewColumns;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads {@code schema}. */
final class SchemaReader {

    /** Stands for what could not be read; a problem says so, and the record that holds it is thrown away. */
    private static final String UNREAD = "unread";

    private static final String TYPE_REMEDY =
            "Use boolean, smallint, int, bigint, float, double, decimal(p,s), string, "
                    + "binary, date, timestamp, timestamp_ntz or array<type>.";

    private final ObjectReader reader;
    private final Problems problems;

    private SchemaReader(ObjectReader reader, Problems problems) {
        this.reader = reader;
        this.problems = problems;
    }

    /**
     * @param nullablePath where NULL is allowed or forbidden
     * @param name empty where it could not be read
     * @param nullable what was said of NULL; empty where nothing was
     */
    record Column(String nullablePath, Optional<String> name, ColumnSettings settings, Optional<Boolean> nullable) {}

    /** The policies, and the columns before the primary key's are known. */
    record Draft(
            List<Column> columns,
            NewColumns newColumns,
            Drift missingColumns,
            Drift changedColumns,
            Optional<String> maskingSecret) {}

    static Draft read(ObjectReader reader, Problems problems) {
        return new SchemaReader(reader, problems).read();
    }

    private Draft read() {
        reader.require(Keys.COLUMNS, "List the columns of the target with name and type.");
        if (reader.isEmptyList(Keys.COLUMNS)) {
            reader.problem(Keys.COLUMNS, "Is empty.", "List the columns of the target with name and type.");
        }
        List<Column> columns = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (ObjectReader column : reader.objects(Keys.COLUMNS, Keys.OF_COLUMN)) {
            Column read = column(column);
            if (read.name().isPresent() && !names.add(read.name().get().toLowerCase(Locale.ROOT))) {
                column.problem(
                        Keys.NAME,
                        "Is the name of another column already: " + read.name().get() + ".",
                        "Give each column its own name; letter case does not tell them apart.");
            }
            columns.add(read);
        }
        return new Draft(
                columns,
                reader.choice(Keys.NEW_COLUMNS, NewColumns.values()).orElse(SchemaSettings.DEFAULT_NEW_COLUMNS),
                reader.choice(Keys.MISSING_COLUMNS, Drift.values()).orElse(SchemaSettings.DEFAULT_DRIFT),
                reader.choice(Keys.CHANGED_COLUMNS, Drift.values()).orElse(SchemaSettings.DEFAULT_DRIFT),
                reader.text(Keys.MASKING_SECRET));
    }

    private Column column(ObjectReader column) {
        column.require(Keys.NAME, "Name the column as the target has it.");
        Optional<String> name = column.text(Keys.NAME);
        name.ifPresent(text -> Identifiers.checkColumn(column.at(Keys.NAME), text, problems));
        Optional<Boolean> nullable = column.flag(Keys.NULLABLE);
        Optional<String> source = column.text(Keys.SOURCE);
        source.ifPresent(text -> Identifiers.checkPostgresqlLength(column.at(Keys.SOURCE), text, problems));
        Optional<String> expression = column.text(Keys.EXPRESSION);
        expression.ifPresent(sql -> ExtractReader.checkNoSemicolon(column, Keys.EXPRESSION, sql));
        if (source.isPresent() && expression.isPresent()) {
            column.problem(
                    Keys.SOURCE,
                    "A column comes from a source column or from an expression.",
                    "Leave one of source and expression out; an expression names the source columns it reads.");
        }
        Optional<ColumnType> type = type(column);
        Optional<String> defaultValue = column.literal(Keys.DEFAULT);
        type.ifPresent(known -> defaultValue.ifPresent(text -> {
            if (!DefaultValues.fits(text, known)) {
                column.problem(
                        Keys.DEFAULT,
                        "Is no value of type " + known + ": " + text + ".",
                        "Correct the default or the type.");
            }
        }));
        String known = name.orElse(UNREAD);
        return new Column(
                column.at(Keys.NULLABLE),
                name,
                new ColumnSettings(
                        known,
                        type.orElseGet(() -> ColumnType.of("string")),
                        nullable.orElse(true),
                        source.orElse(known),
                        defaultValue,
                        expression,
                        column.choice(Keys.MASKING, Masking.values())),
                nullable);
    }

    /** A type in the spelling Spark SQL prints, but that a blank may follow the comma of a decimal. */
    static Optional<ColumnType> type(ObjectReader column) {
        column.require(Keys.TYPE, "Give the column's type, like bigint.");
        return column.text(Keys.TYPE).flatMap(text -> {
            Optional<ColumnType> type = ColumnType.find(text);
            boolean exact = type.map(ColumnType::ddl)
                    .filter(text.replace(", ", ",")::equals)
                    .isPresent();
            if (!exact) {
                column.problem(
                        Keys.TYPE,
                        "Is no type: " + text + ".",
                        type.or(() -> PostgresqlTypes.nearest(text))
                                .map(near -> "Did you mean " + near + "?")
                                .orElse(TYPE_REMEDY));
            }
            return type;
        });
    }
}
