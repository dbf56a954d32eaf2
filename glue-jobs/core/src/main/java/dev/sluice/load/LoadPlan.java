package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.load.LoadBookmarks.Bookmark;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a load begins, and how it goes on from there.
 *
 * @param begun the load bookmark; empty before the first load
 * @param curated the version to bring
 * @param fit what the target's table becomes
 * @param changes what is loaded; empty where everything is
 */
record LoadPlan(
        Optional<Bookmark> begun,
        boolean targetExists,
        CuratedTable curated,
        TargetFit fit,
        Optional<CuratedTable.Changes> changes) {

    private static final Logger LOG = LoggerFactory.getLogger(LoadPlan.class);

    /** Plans a load. Throws {@code TARGET_MISMATCH} where the target's shape does not fit, {@code CURATED_CORRUPT}. */
    static LoadPlan of(
            Optional<Bookmark> begun,
            Optional<TargetShape> shape,
            CuratedTable curated,
            TableSettings table,
            LoadSettings load,
            LoadFailures failures) {
        TargetFit fit = TargetFit.of(shape, curated.schema(), () -> loaded(begun, curated, failures), table, load);
        if (!fit.differences().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TARGET_MISMATCH,
                    failures.undone() + ". The target's shape does not fit:\n- "
                            + String.join("\n- ", fit.differences()));
        }
        Optional<CuratedTable.Changes> changes = begun.filter(bookmark -> shape.isPresent())
                .flatMap(bookmark -> changes(bookmark, curated, fit, table, load, failures));
        return new LoadPlan(begun, shape.isPresent(), curated, fit, changes);
    }

    /** The version that the target has; empty where its table is not there. */
    Optional<Long> fromVersion() {
        return targetExists ? begun.map(Bookmark::curatedVersion) : Optional.empty();
    }

    /** The columns that curated had in the version the target has; empty where its log no longer says. */
    private static Optional<StructType> loaded(Optional<Bookmark> begun, CuratedTable curated, LoadFailures failures) {
        try {
            return begun.filter(bookmark -> bookmark.deltaTableId().equals(curated.id())
                            && bookmark.curatedVersion() <= curated.version())
                    .flatMap(bookmark -> curated.schemaAt(bookmark.curatedVersion()));
        } catch (RuntimeException failure) {
            throw failures.corrupt(failure);
        }
    }

    /** The changes to load; empty where everything has to be. */
    private static Optional<CuratedTable.Changes> changes(
            Bookmark begun,
            CuratedTable curated,
            TargetFit fit,
            TableSettings table,
            LoadSettings load,
            LoadFailures failures) {
        long version = begun.curatedVersion();
        if (!begun.deltaTableId().equals(curated.id()) || version > curated.version()) {
            LOG.info("{}: the curated table is not the one that was loaded; loading everything", table.name());
            return Optional.empty();
        }
        Optional<CuratedTable.Changes> changes;
        try {
            changes = curated.changesSince(version);
        } catch (RuntimeException failure) {
            throw failures.corrupt(failure);
        }
        if (changes.isPresent() && !fit.added().isEmpty()) {
            Set<String> before = loaded(Optional.of(begun), curated, failures)
                    .map(schema -> Set.of(schema.fieldNames()))
                    .orElse(Set.of());
            if (fit.added().stream().anyMatch(before::contains)) {
                LOG.info("{}: the target lost columns; loading everything to fill them", table.name());
                return Optional.empty();
            }
        }
        boolean whole = load.mode() == LoadSettings.Mode.REPLACE
                && changes.map(CuratedTable.Changes::effect)
                        .filter(effect -> effect != CuratedTable.Effect.NONE)
                        .isPresent();
        return whole ? Optional.empty() : changes;
    }
}
