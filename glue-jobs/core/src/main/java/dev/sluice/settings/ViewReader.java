package dev.sluice.settings;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a view item. What its SQL says is checked where the tables it reads are known. */
final class ViewReader {

    /** With the casts around it and in base 64, it fits into a query of Athena and into the catalog's entry. */
    static final int MAX_SQL_BYTES = 100_000;

    private static final int MAX_DESCRIPTION = 2048;

    private final ObjectReader item;
    private final Problems problems;

    private ViewReader(ObjectReader item, Problems problems) {
        this.item = item;
        this.problems = problems;
    }

    static Optional<ViewSettings> read(Object tree, Problems problems) {
        return ObjectReader.of(tree, "", Keys.OF_VIEW_ITEM, problems)
                .flatMap(item -> new ViewReader(item, problems).read());
    }

    private Optional<ViewSettings> read() {
        String source = ItemHeader.source(item, problems);
        String view = item.text(Keys.VIEW).orElse("missing");
        Identifiers.checkTable(Keys.VIEW, view, problems);
        item.text(Keys.TABLE)
                .filter(table -> !table.equals(view))
                .ifPresent(other -> item.problem(
                        Keys.TABLE, "Differs from view: " + other + ".", "Leave table out: view is the name."));
        int version = ItemHeader.version(item);
        Optional<String> description = item.text(Keys.DESCRIPTION);
        description
                .filter(text -> text.length() > MAX_DESCRIPTION)
                .ifPresent(text -> item.problem(
                        Keys.DESCRIPTION,
                        "Has " + text.length() + " characters, and the Glue catalog takes " + MAX_DESCRIPTION + ".",
                        "Shorten it."));
        item.require(Keys.SQL, "Write the SELECT.");
        Optional<String> sql = item.text(Keys.SQL);
        sql.ifPresent(this::checkSize);
        List<ViewColumn> columns = columns();
        List<TableName> tables = tables();
        return problems.isEmpty()
                ? Optional.of(new ViewSettings(
                        new TableName(source, view), version, description, sql.orElseThrow(), columns, tables))
                : Optional.empty();
    }

    private void checkSize(String sql) {
        int bytes = sql.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_SQL_BYTES) {
            item.problem(
                    Keys.SQL,
                    "Has " + bytes + " bytes, and a view has at most " + MAX_SQL_BYTES + ".",
                    "Shorten it, or make several views of it.");
        }
    }

    private List<ViewColumn> columns() {
        if (!item.has(Keys.COLUMNS) || item.isEmptyList(Keys.COLUMNS)) {
            item.problem(Keys.COLUMNS, "Is missing: a view shows columns.", "List each with its name and its type.");
        }
        List<ViewColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ObjectReader column : item.objects(Keys.COLUMNS, Keys.OF_VIEW_COLUMN)) {
            column.require(Keys.NAME, "Name the column as the SELECT does.");
            Optional<String> name = column.text(Keys.NAME);
            name.ifPresent(text -> Identifiers.checkColumn(column.at(Keys.NAME), text, problems));
            if (name.isPresent() && !names.add(name.get().toLowerCase(Locale.ROOT))) {
                column.problem(
                        Keys.NAME,
                        "Is the name of another column already: " + name.get() + ".",
                        "Give each column its own name.");
            }
            Optional<ColumnType> type = SchemaReader.type(column);
            if (name.isPresent() && type.isPresent()) {
                columns.add(new ViewColumn(name.get(), type.get()));
            }
        }
        return columns;
    }

    private List<TableName> tables() {
        if (!item.has(Keys.TABLES) || item.isEmptyList(Keys.TABLES)) {
            item.problem(Keys.TABLES, "Is missing.", "List what the SELECT reads, like [shop/orders].");
        }
        List<TableName> tables = new ArrayList<>();
        for (Located<String> located : item.texts(Keys.TABLES)) {
            String[] parts = located.value().split("/", -1);
            if (parts.length != 2) {
                problems.add(
                        located.path(),
                        "Is not of the form source/table: " + located.value() + ".",
                        "Write it like shop/orders.");
                continue;
            }
            Identifiers.checkSource(located.path(), parts[0], problems);
            Identifiers.checkTable(located.path(), parts[1], problems);
            if (!parts[0].isEmpty() && !parts[1].isEmpty()) {
                tables.add(new TableName(parts[0], parts[1]));
            }
        }
        return tables;
    }
}
