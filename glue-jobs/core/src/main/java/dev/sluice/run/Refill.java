package dev.sluice.run;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.SourceTable;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.TableSettings;
import java.util.List;

/**
 * What becomes of a batch when curated gains columns, which are to be filled for the rows it has too. Where the source has
 * values for them before the bookmark, a keyed table is read from the start once; an append table cannot be, and says so.
 *
 * @param window what to read
 * @param reach whether that is more than was chosen
 * @param notes what a person should know of it
 */
record Refill(BatchWindow window, Reach reach, List<String> notes) {

    /** How much a batch reads. */
    enum Reach {
        AS_CHOSEN,
        FROM_START
    }

    static Refill of(
            TableSettings settings,
            Extraction extraction,
            SourceTable table,
            BatchWindow chosen,
            EffectiveSchema schema) {
        if (settings.extract().strategy() == Strategy.FULL || chosen.kind() != BatchRecord.Kind.INGEST) {
            return new Refill(chosen, Reach.AS_CHOSEN, List.of());
        }
        if (chosen.window().from().isEmpty()) {
            boolean kept = settings.extract().engine() == BookmarkSettings.Engine.GLUE
                    && !schema.gained().isEmpty();
            return new Refill(
                    chosen,
                    Reach.AS_CHOSEN,
                    kept
                            ? List.of("curated gains " + schema.gained()
                                    + "; earlier rows keep NULL there until Glue's bookmark is reset")
                            : List.of());
        }
        List<String> filled = schema.columns().stream()
                .filter(column -> schema.gained().contains(column.name()))
                .filter(column -> hasValues(extraction, table, column, chosen))
                .map(ColumnSettings::name)
                .toList();
        if (filled.isEmpty()) {
            return new Refill(chosen, Reach.AS_CHOSEN, List.of());
        }
        if (settings.curate().mode() == Mode.APPEND) {
            return new Refill(
                    chosen,
                    Reach.AS_CHOSEN,
                    List.of("curated gains " + filled + "; earlier rows keep NULL there until 'sluice bookmark rewind "
                            + settings.name() + " --to-start'"));
        }
        return new Refill(
                chosen.fromStart(),
                Reach.FROM_START,
                List.of("curated gains " + filled + "; the table is read from the start once to fill them"));
    }

    private static boolean hasValues(
            Extraction extraction, SourceTable table, ColumnSettings column, BatchWindow window) {
        return column.expression().isPresent()
                || column.defaultValue().isPresent()
                || table.find(column.sourceName()).isPresent()
                        && extraction.hasValues(
                                        column.sourceName(), window.window().from())
                                == Extraction.News.SOME;
    }
}
