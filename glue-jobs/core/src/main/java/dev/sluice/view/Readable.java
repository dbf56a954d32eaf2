package dev.sluice.view;

import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.Masking;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a view finds in a table or in another view.
 *
 * @param columns in order
 * @param leftOut the names of declared columns that curated does not have
 */
record Readable(TableName name, List<Column> columns, List<String> leftOut) {

    Readable {
        columns = List.copyOf(columns);
        leftOut = List.copyOf(leftOut);
    }

    /** @param masking what became of its values on their way to curated */
    record Column(String name, ColumnType type, boolean nullable, Optional<Masking> masking) {}

    /** The declared columns of a curated table: one that it gains by itself is no part of what a view may rely on. */
    static Readable of(TableSettings table) {
        List<Column> columns = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (ColumnSettings column : table.schema().columns()) {
            if (column.masking().equals(Optional.of(Masking.OMIT))) {
                leftOut.add(column.name());
            } else {
                columns.add(new Column(column.name(), column.type(), column.nullable(), column.masking()));
            }
        }
        if (table.curate().mode() == CurateSettings.Mode.HISTORY) {
            for (String name : HistoryColumns.ALL) {
                columns.add(new Column(
                        name,
                        ColumnType.of(name.equals(HistoryColumns.IS_CURRENT) ? "boolean" : "timestamp"),
                        name.equals(HistoryColumns.VALID_TO),
                        Optional.empty()));
            }
        }
        // So that a view can leave out what the source has deleted.
        table.markColumn()
                .ifPresent(mark -> columns.add(new Column(mark, ColumnType.of("timestamp"), true, Optional.empty())));
        return new Readable(table.name(), columns, leftOut);
    }

    static Readable of(ViewSettings view) {
        return new Readable(
                view.name(),
                view.columns().stream()
                        .map(column -> new Column(column.name(), column.type(), true, Optional.empty()))
                        .toList(),
                List.of());
    }
}
