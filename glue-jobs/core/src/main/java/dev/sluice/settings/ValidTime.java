package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.Mode;
import java.util.List;
import java.util.Optional;

/** Which column says when a version of a row began to hold. */
final class ValidTime {

    static final String TYPE = "timestamp";

    private ValidTime() {}

    /**
     * The column that {@code curate.valid-time} names; where it is left out, the first of {@code curate.order-by}, else the
     * one that keeps the only bookmark column, if that is a timestamp. Empty outside mode history, and where there is none.
     */
    static Optional<String> of(TableReader.Draft draft) {
        return draft.curate()
                .filter(curate -> curate.mode().equals(Optional.of(Mode.HISTORY)))
                .flatMap(curate -> curate.validTime()
                        .map(Located::value)
                        .or(() -> curate.orderBy().stream()
                                .map(Located::value)
                                .findFirst()
                                .filter(name -> isTimestamp(draft, name)))
                        .or(() -> ofBookmark(draft)));
    }

    private static boolean isTimestamp(TableReader.Draft draft, String name) {
        return columns(draft).stream()
                .anyMatch(column ->
                        column.name().equals(name) && column.type().ddl().equals(TYPE));
    }

    private static Optional<String> ofBookmark(TableReader.Draft draft) {
        List<String> bookmark = draft.extract()
                .flatMap(extract -> extract.settings().bookmark())
                .map(BookmarkSettings::columns)
                .orElse(List.of());
        return columns(draft).stream()
                .filter(column -> bookmark.equals(List.of(column.sourceName()))
                        && column.expression().isEmpty()
                        && column.type().ddl().equals(TYPE))
                .map(ColumnSettings::name)
                .findFirst();
    }

    private static List<ColumnSettings> columns(TableReader.Draft draft) {
        return draft.schema().stream()
                .flatMap(schema -> schema.columns().stream())
                .map(SchemaReader.Column::settings)
                .toList();
    }
}
