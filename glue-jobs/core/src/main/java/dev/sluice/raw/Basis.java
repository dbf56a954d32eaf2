package dev.sluice.raw;

import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
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
 */
public record Basis(
        ExtractSettings.Strategy strategy,
        String relation,
        String filter,
        List<String> bookmark,
        CurateSettings.Mode mode,
        List<String> primaryKey) {

    public Basis {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(filter, "filter");
        bookmark = List.copyOf(bookmark);
        Objects.requireNonNull(mode, "mode");
        primaryKey = List.copyOf(primaryKey);
    }

    /** The basis of a table's settings as they are now. */
    public static Basis of(TableSettings settings) {
        ExtractSettings extract = settings.extract();
        String relation = extract.relation() instanceof dev.sluice.settings.Relation.Query query
                ? query.sql()
                : extract.relation().toString();
        return new Basis(
                extract.strategy(),
                relation,
                extract.filter().orElse(""),
                extract.bookmark().map(BookmarkSettings::columns).orElse(List.of()),
                settings.curate().mode(),
                settings.curate().primaryKey());
    }

    /** The settings keys whose change since {@code before} keeps a run from reading on from the bookmark. */
    public List<String> breaksWith(Basis before) {
        List<String> keys = new ArrayList<>();
        boolean replaces = mode == CurateSettings.Mode.REPLACE;
        if (mode != before.mode && !replaces && !(before.mode == CurateSettings.Mode.APPEND)) {
            keys.add("curate.mode");
        }
        if (!replaces && !primaryKey.equals(before.primaryKey) && mode == before.mode) {
            keys.add("curate.primary-key");
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
