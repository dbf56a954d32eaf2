package dev.sluice.raw;

import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the settings meant when a batch was read. A bookmark is a place in one order of one set of rows; under another basis
 * it means nothing, and reading on from it would pass rows over or bring them twice.
 *
 * @param strategy how much the batch read
 * @param relation what it read
 * @param filter with which condition; empty text for none
 * @param bookmark the bookmark columns
 * @param mode how its rows reach curated
 * @param primaryKey the key they are merged by
 * @param validTime the column that says when a version began to hold; empty text for none
 * @param masking which columns are masked and how, as {@code name HASH}; a table that has plain values keeps them
 */
public record Basis(
        ExtractSettings.Strategy strategy,
        String relation,
        String filter,
        List<String> bookmark,
        CurateSettings.Mode mode,
        List<String> primaryKey,
        String validTime,
        List<String> masking) {

    public Basis {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(filter, "filter");
        bookmark = List.copyOf(bookmark);
        Objects.requireNonNull(mode, "mode");
        primaryKey = List.copyOf(primaryKey);
        Objects.requireNonNull(validTime, "validTime");
        masking = List.copyOf(masking);
    }

    /** The basis of a table's settings as they are now. */
    public static Basis of(TableSettings settings) {
        ExtractSettings extract = settings.extract();
        String relation = relation(extract.relation());
        return new Basis(
                extract.strategy(),
                relation,
                extract.filter().orElse(""),
                extract.bookmark().map(BookmarkSettings::columns).orElse(List.of()),
                settings.curate().mode(),
                settings.curate().primaryKey(),
                settings.curate().validTime().orElse(""),
                settings.schema().columns().stream()
                        .flatMap(column -> column.masking().stream().map(masking -> column.name() + " " + masking))
                        .sorted()
                        .toList());
    }

    /** The settings keys whose change since {@code before} keeps a history from being added to, wherever it is read from. */
    public List<String> breaksHistoryOf(Basis before) {
        List<String> kept =
                List.of("curate.mode", "curate.primary-key", "curate.valid-time", "schema.columns[].masking");
        return breaksWith(before).stream().filter(kept::contains).toList();
    }

    /** Files are told by their identity, so they may move to another folder. */
    private static String relation(Relation relation) {
        if (relation instanceof Relation.Query query) {
            return query.sql();
        }
        return relation instanceof Relation.Files ? "files" : relation.toString();
    }

    /** The settings keys whose change since {@code before} keeps a run from reading on from the bookmark. */
    public List<String> breaksWith(Basis before) {
        List<String> keys = new ArrayList<>();
        // A table that is overwritten takes any rows, but a history would be lost.
        boolean replaces = mode == CurateSettings.Mode.REPLACE && before.mode != CurateSettings.Mode.HISTORY;
        boolean merges = mode == CurateSettings.Mode.MERGE && before.mode == CurateSettings.Mode.APPEND;
        if (mode != before.mode && !replaces && !merges) {
            keys.add("curate.mode");
        }
        if (!replaces && !primaryKey.equals(before.primaryKey) && mode == before.mode) {
            keys.add("curate.primary-key");
        }
        if (mode == before.mode && !validTime.equals(before.validTime)) {
            keys.add("curate.valid-time");
        }
        if (!replaces && !masking.equals(before.masking)) {
            keys.add("schema.columns[].masking");
        }
        boolean bothIncremental = strategy == ExtractSettings.Strategy.INCREMENTAL && before.strategy == strategy;
        if (bothIncremental) {
            if (!relation.equals(before.relation)) {
                keys.add("extract.relation");
            }
            if (!filter.equals(before.filter)) {
                keys.add("extract.filter");
            }
            if (!bookmark.equals(before.bookmark)) {
                keys.add("extract.bookmark.columns");
            }
        }
        return keys;
    }
}
