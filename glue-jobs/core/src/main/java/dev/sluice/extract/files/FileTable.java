package dev.sluice.extract.files;

import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.FileColumns;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The columns of a table's files: those that the settings name, those that files had before, and those they have now. */
final class FileTable {

    private static final ColumnType TEXT = ColumnType.of("string");

    private final List<String> names;

    private FileTable(List<String> names) {
        this.names = names;
    }

    /** Names that differ in letter case only are one column, spelt as in the first list that has it. */
    @SafeVarargs
    static FileTable of(Collection<String>... lists) {
        Map<String, String> names = new LinkedHashMap<>();
        for (Collection<String> list : lists) {
            list.forEach(name -> names.putIfAbsent(name.toLowerCase(Locale.ROOT), name));
        }
        return new FileTable(List.copyOf(names.values()));
    }

    /** The files' own columns among those of a batch. */
    static List<String> names(List<SourceColumn> columns) {
        return columns.stream()
                .map(SourceColumn::name)
                .filter(name -> !FileColumns.ALL.contains(name))
                .toList();
    }

    List<String> names() {
        return names;
    }

    SourceTable description() {
        Stream<SourceColumn> own = Stream.of(
                column(FileColumns.FILE, "string"),
                column(FileColumns.ENTRY, "string"),
                column(FileColumns.LINE, "bigint"),
                column(FileColumns.RECORD, "bigint"),
                column(FileColumns.MODIFIED, "timestamp"),
                column(FileColumns.BATCH, "bigint"));
        return new SourceTable(
                Stream.concat(names.stream().map(name -> column(name, TEXT.ddl())), own)
                        .toList(),
                List.of());
    }

    private static SourceColumn column(String name, String type) {
        return new SourceColumn(
                name,
                type.equals(TEXT.ddl()) ? "text" : type,
                ColumnType.of(type),
                ColumnType.of(type),
                SourceColumn.Nullability.NULLABLE,
                Optional.empty());
    }
}
