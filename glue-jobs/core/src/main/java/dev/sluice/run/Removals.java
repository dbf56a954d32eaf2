package dev.sluice.run;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.change.ChangeColumns;
import dev.sluice.change.Decoding;
import dev.sluice.change.Events;
import dev.sluice.extract.SourceColumn;
import dev.sluice.quality.Projection;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Changes that are taken in again out of turn must not bring back a row that a later one removed: curated no longer knows of
 * it, or never did, but raw has the deletion.
 */
final class Removals {

    private static final String LATER = "_sluice_later";

    private final Platform platform;
    private final RawZone raw;
    private final SourceSettings source;
    private final TableSettings settings;

    Removals(Platform platform, RawZone raw, SourceSettings source, TableSettings settings) {
        this.platform = platform;
        this.raw = raw;
        this.source = source;
        this.settings = settings;
    }

    /**
     * Looks at what later batches removed, as far as these changes need it. Asked before a manifest makes them a batch: where
     * raw has it no more the batch could not be finished, and would be in the way of every run. Reads the files' footers.
     */
    void requireReadable(SparkSession spark, Manifest manifest) {
        List<String> files = Stream.concat(later(manifest).stream(), gone(manifest).stream())
                .flatMap(read -> raw.verifiedFiles(read).stream())
                .toList();
        if (!files.isEmpty()) {
            spark.read().parquet(files.toArray(String[]::new)).count();
        }
    }

    /** The changes without those of rows that were removed since. */
    Dataset<Row> without(SparkSession spark, Manifest manifest, EffectiveSchema schema, Dataset<Row> changes) {
        List<Column> columns = new ArrayList<>();
        settings.curate().primaryKey().forEach(name -> columns.add(column(name)));
        columns.add(col(ChangeColumns.POSITION).as(LATER));
        List<Manifest> later = later(manifest);
        Optional<String> cleared = later.stream()
                .flatMap(read -> read.events().orElseThrow().floor().stream())
                .max(Comparator.naturalOrder());
        Dataset<Row> left = changes;
        if (cleared.isPresent()) {
            left = left.filter(col(ChangeColumns.POSITION)
                    .isNull()
                    .or(col(ChangeColumns.POSITION).geq(cleared.get())));
        }
        Optional<Dataset<Row>> deletions = removing(spark, later, schema)
                .map(removing -> removing.filter(deletes()).select(columns.toArray(Column[]::new)));
        if (deletions.isEmpty()) {
            return left;
        }
        Column same = settings.curate().primaryKey().stream()
                .map(name -> col("c." + quoted(name)).equalTo(col("d." + quoted(name))))
                .reduce(Column::and)
                .orElseThrow();
        return left.as("c")
                .join(
                        deletions.get().as("d"),
                        same.and(col("d." + LATER).gt(col("c." + ChangeColumns.POSITION))),
                        "left_anti");
    }

    /** The changes, and beside them those that removed their rows since. */
    Dataset<Row> beside(SparkSession spark, Manifest manifest, EffectiveSchema schema, Dataset<Row> changes) {
        String[] key = settings.curate().primaryKey().toArray(String[]::new);
        Column[] columns = Stream.of(key).map(name -> column(name)).toArray(Column[]::new);
        Dataset<Row> keys = changes.filter(Projection.passes()).select(columns).distinct();
        return removing(spark, later(manifest), schema)
                .map(removing -> changes.unionByName(removing.filter(deletes()).join(keys, key, "left_semi"))
                        .unionByName(removing.filter(not(deletes()))))
                .orElse(changes);
    }

    /** What was ingested with the changes that are taken in again, and after them; nothing where they are no events. */
    private List<Manifest> later(Manifest manifest) {
        boolean again = manifest.kind() != BatchRecord.Kind.INGEST
                && manifest.events().isPresent()
                && List.of(Mode.MERGE, Mode.HISTORY).contains(settings.curate().mode());
        if (!again) {
            return List.of();
        }
        List<BatchRecord> history = platform.bookmarks().history(settings.name(), Integer.MAX_VALUE);
        // A table that was built anew may follow another log, in which the places of before mean nothing.
        long begun = history.stream()
                .filter(batch -> batch.kind() == BatchRecord.Kind.REWIND
                        && batch.positionAfter().isEmpty())
                .mapToLong(BatchRecord::batch)
                .max()
                .orElse(0);
        return history.stream()
                .filter(batch -> batch.kind() == BatchRecord.Kind.INGEST && batch.batch() > begun)
                .filter(batch -> manifest.replays().stream().allMatch(replayed -> batch.batch() >= replayed))
                .map(this::manifest)
                .toList();
    }

    /** The rows without those whose key a reconciliation has found gone since they were read. */
    Dataset<Row> withoutGone(SparkSession spark, Manifest manifest, Dataset<Row> rows) {
        String[] key = settings.curate().primaryKey().toArray(String[]::new);
        Dataset<Row> left = rows;
        for (Manifest read : gone(manifest)) {
            Dataset<Row> gone = spark.read()
                    .schema(RawSchema.of(read))
                    .parquet(raw.verifiedFiles(read).toArray(String[]::new));
            left = left.join(gone, key, "left_anti");
        }
        return left;
    }

    /** The reconciliations since rows were read that are taken in again; none where rows have no key or are events. */
    private List<Manifest> gone(Manifest manifest) {
        boolean again = !manifest.replays().isEmpty()
                && manifest.events().isEmpty()
                && settings.curate().mode() == Mode.MERGE;
        if (!again) {
            return List.of();
        }
        return platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                .filter(batch -> batch.kind() == BatchRecord.Kind.RECONCILE && batch.rows() > 0)
                // A row that was taken in again before, and rejected again, was read longer ago than its batch says.
                .filter(batch -> batch.readPoint().isAfter(manifest.readPoint())
                        || manifest.replays().stream().allMatch(replayed -> batch.batch() > replayed))
                .map(batch -> raw.findManifest(settings.name(), batch.batch())
                        .orElseThrow(() -> notInRaw(batch, "run the table from the start, which judges its rows anew")))
                .toList();
    }

    private SluiceException notInRaw(BatchRecord batch, String remedy) {
        return new SluiceException(
                ErrorCode.RAW_CORRUPT,
                "Cannot take changes of table " + settings.name() + " in again: batch " + batch.batch()
                        + " is not in raw any more, so it is not known which rows were deleted since. Restore it"
                        + " from the bucket's versions, or " + remedy);
    }

    private Manifest manifest(BatchRecord batch) {
        return raw.findManifest(settings.name(), batch.batch())
                .filter(found -> found.events().isPresent())
                .orElseThrow(() -> notInRaw(batch, "rewind the table, which reads the topic again"));
    }

    /** How the events of a batch are read; batches of one reading are read at once. */
    private record Reading(EventFormat format, List<SourceColumn> columns, Optional<String> snapshot) {

        static Reading of(Manifest manifest) {
            EventBasis basis = manifest.events().orElseThrow();
            return new Reading(basis.format(), manifest.columns(), basis.snapshot());
        }
    }

    /** The deletions and truncations of batches, in their rows' form; empty where these have no events. */
    private Optional<Dataset<Row>> removing(SparkSession spark, List<Manifest> batches, EffectiveSchema schema) {
        Map<Reading, List<String>> files = new LinkedHashMap<>();
        batches.forEach(read -> files.computeIfAbsent(Reading.of(read), reading -> new ArrayList<>())
                .addAll(raw.verifiedFiles(read)));
        return files.entrySet().stream()
                .filter(read -> !read.getValue().isEmpty())
                .map(read -> removing(spark, read.getKey(), read.getValue(), schema))
                .reduce(Dataset::unionByName);
    }

    private Dataset<Row> removing(SparkSession spark, Reading reading, List<String> files, EffectiveSchema schema) {
        Dataset<Row> events = spark.read().schema(Events.SCHEMA).parquet(files.toArray(String[]::new));
        return new Projection(schema.columns(), reading.columns(), settings.curate(), source.timeZone())
                .project(Decoding.decode(events, reading.format(), reading.columns(), reading.snapshot()))
                .filter(col(ChangeColumns.CHANGE + ".operation").isin("d", "t").and(Projection.passes()));
    }

    private static Column deletes() {
        return col(ChangeColumns.CHANGE + ".operation").equalTo("d");
    }
}
