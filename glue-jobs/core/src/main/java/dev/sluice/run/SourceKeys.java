package dev.sluice.run;

import static dev.sluice.SparkNames.columns;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceColumn;
import dev.sluice.quality.Masks;
import dev.sluice.quality.Projection;
import dev.sluice.quality.Secrets;
import dev.sluice.schema.Drift;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.TableSettings;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A source's keys as curated has them: read, cast and masked on the way that its rows take, so that equal means what it means
 * to a merge, whatever the database's collation.
 */
final class SourceKeys {

    private SourceKeys() {}

    /** The keys, lazily; throws {@code COLUMN_MISSING} where the source lacks what a key is made of. */
    static Dataset<Row> read(
            SparkSession spark, Snapshot snapshot, TableSettings settings, ZoneId zone, Secrets secrets) {
        List<String> names = settings.curate().primaryKey();
        List<ColumnSettings> key = settings.schema().columns().stream()
                .filter(column -> names.contains(column.name()))
                .toList();
        List<SourceColumn> read = snapshot.table().columns().stream()
                .filter(column -> key.stream().anyMatch(part -> isMadeOf(part, column.name())))
                .toList();
        key.stream()
                .filter(part -> read.stream().noneMatch(column -> isMadeOf(part, column.name())))
                .findFirst()
                .ifPresent(part -> {
                    throw new SluiceException(
                            ErrorCode.COLUMN_MISSING,
                            "Cannot reconcile table " + settings.name() + ": the source has no column that "
                                    + part.name() + " of curate.primary-key is made of. Check the table's"
                                    + " schema.columns");
                });
        OptionalInt ranges = settings.reconcile().map(ReconcileSettings::ranges).orElse(OptionalInt.empty());
        Dataset<Row> raw =
                snapshot.columns(spark, read.stream().map(SourceColumn::name).toList(), ranges);
        // No rule but that of the key: a row that breaks another is in the source all the same.
        CurateSettings keyed = new CurateSettings(settings.curate().mode(), names, List.of(), List.of(), List.of());
        Dataset<Row> projected = new Projection(key, read, keyed, zone).project(raw);
        return new Masks(secrets).apply(projected, key, settings.schema()).select(columns(names));
    }

    private static boolean isMadeOf(ColumnSettings part, String column) {
        return part.expression()
                .map(expression -> Drift.mentions(expression, column))
                .orElse(part.sourceName().equals(column));
    }
}
