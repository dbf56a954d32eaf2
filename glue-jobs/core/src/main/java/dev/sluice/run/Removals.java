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
import dev.sluice.quality.Projection;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    /** The changes without those of rows that were removed since. */
    Dataset<Row> without(SparkSession spark, Manifest manifest, EffectiveSchema schema, Dataset<Row> changes) {
        Optional<String> cleared = Optional.empty();
        List<Dataset<Row>> deletions = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        settings.curate().primaryKey().forEach(name -> columns.add(column(name)));
        columns.add(col(ChangeColumns.POSITION).as(LATER));
        for (Manifest read : later(manifest)) {
            cleared = max(cleared, read.events().orElseThrow().floor());
            if (!read.files().isEmpty()) {
                deletions.add(removing(spark, read, schema).filter(deletes()).select(columns.toArray(Column[]::new)));
            }
        }
        Dataset<Row> left = changes;
        if (cleared.isPresent()) {
            left = left.filter(col(ChangeColumns.POSITION)
                    .isNull()
                    .or(col(ChangeColumns.POSITION).geq(cleared.get())));
        }
        if (deletions.isEmpty()) {
            return left;
        }
        Dataset<Row> all = deletions.stream().reduce(Dataset::unionByName).orElseThrow();
        Column same = settings.curate().primaryKey().stream()
                .map(name -> col("c." + quoted(name)).equalTo(col("d." + quoted(name))))
                .reduce(Column::and)
                .orElseThrow();
        return left.as("c")
                .join(all.as("d"), same.and(col("d." + LATER).gt(col("c." + ChangeColumns.POSITION))), "left_anti");
    }

    /** The changes, and beside them those that removed their rows since. */
    Dataset<Row> beside(SparkSession spark, Manifest manifest, EffectiveSchema schema, Dataset<Row> changes) {
        String[] key = settings.curate().primaryKey().toArray(String[]::new);
        Column[] columns = Stream.of(key).map(name -> column(name)).toArray(Column[]::new);
        Dataset<Row> keys = changes.filter(Projection.passes()).select(columns).distinct();
        Dataset<Row> all = changes;
        for (Manifest read : later(manifest)) {
            if (!read.files().isEmpty()) {
                Dataset<Row> removing = removing(spark, read, schema);
                all = all.unionByName(removing.filter(deletes()).join(keys, key, "left_semi"))
                        .unionByName(removing.filter(not(deletes())));
            }
        }
        return all;
    }

    /** What was ingested with the changes that are taken in again, and after them. */
    private List<Manifest> later(Manifest manifest) {
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
        Dataset<Row> left = rows;
        for (BatchRecord batch : platform.bookmarks().history(settings.name(), Integer.MAX_VALUE)) {
            // A row that was taken in again before, and rejected again, was read longer ago than its batch says.
            boolean later = batch.readPoint().isAfter(manifest.readPoint())
                    || manifest.replays().stream().allMatch(replayed -> batch.batch() > replayed);
            if (batch.kind() != BatchRecord.Kind.RECONCILE || !later || batch.rows() == 0) {
                continue;
            }
            Manifest read = raw.findManifest(settings.name(), batch.batch())
                    .orElseThrow(() -> notInRaw(batch, "run the table from the start, which judges its rows anew"));
            Dataset<Row> gone = spark.read()
                    .schema(RawSchema.of(read))
                    .parquet(raw.verifiedFiles(read).toArray(String[]::new));
            String[] key = settings.curate().primaryKey().toArray(String[]::new);
            left = left.join(gone, key, "left_anti");
        }
        return left;
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

    /** The deletions and truncations of a batch, in its rows' form. */
    private Dataset<Row> removing(SparkSession spark, Manifest read, EffectiveSchema schema) {
        EventBasis basis = read.events().orElseThrow();
        Dataset<Row> events = spark.read()
                .schema(Events.SCHEMA)
                .parquet(raw.verifiedFiles(read).toArray(String[]::new));
        return new Projection(schema.columns(), read.columns(), settings.curate(), source.timeZone())
                .project(Decoding.decode(events, basis.format(), read.columns(), basis.snapshot()))
                .filter(col(ChangeColumns.CHANGE + ".operation").isin("d", "t").and(Projection.passes()));
    }

    private static Column deletes() {
        return col(ChangeColumns.CHANGE + ".operation").equalTo("d");
    }

    private static Optional<String> max(Optional<String> one, Optional<String> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream()).max(Comparator.naturalOrder());
    }
}
