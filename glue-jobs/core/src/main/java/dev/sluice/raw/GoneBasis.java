package dev.sluice.raw;

import dev.sluice.bookmark.Column;
import dev.sluice.settings.ReconcileSettings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a batch of a reconciliation means: its raw rows are the keys of curated's rows that the source no longer has, as
 * curated has them.
 *
 * @param action what becomes of those rows
 * @param markColumn of action mark: the column of curated that says when they were found gone
 * @param key the key's columns in curated, in the key's order
 */
public record GoneBasis(ReconcileSettings.Action action, Optional<String> markColumn, List<Column> key) {

    public GoneBasis {
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(markColumn, "markColumn");
        key = List.copyOf(key);
    }
}
