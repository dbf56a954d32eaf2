package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.TableState;
import dev.sluice.catalog.CatalogPublisher;
import dev.sluice.change.Decoding;
import dev.sluice.curate.CuratedZone;
import dev.sluice.quality.Masks;
import dev.sluice.quality.Projection;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawWriter;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * From a manifest to the ledger: the same for a batch that was just read and for one that an earlier run left. Needs no
 * source.
 */
final class BatchCommit {

    private final Platform platform;
    private final RawZone raw;
    private final Quarantine quarantine;
    private final CuratedZone curated;
    private final SourceSettings source;
    private final TableSettings settings;
    private final StepListener steps;

    BatchCommit(Platform platform, RawZone raw, SourceSettings source, TableSettings settings, StepListener steps) {
        this.platform = platform;
        this.raw = raw;
        this.quarantine = new Quarantine(platform.zones().quarantine());
        this.curated = new CuratedZone(platform.zones().curated());
        this.source = source;
        this.settings = settings;
        this.steps = steps;
    }

    /** Takes the batch through curated to the ledger; each step done twice does nothing more. */
    BatchRecord commit(Lease lease, Manifest manifest) {
        requireSameMode(manifest);
        List<String> files = raw.verifiedFiles(manifest);
        TableState state = lease.state();
        Optional<BatchRecord> last = platform.bookmarks().findBatch(settings.name(), state.lastBatch());
        steps.step(settings.name(), Step.REMOVE_LEFTOVERS, () -> {
            raw.removeLeftovers(manifest);
            last.ifPresent(entered -> Leftovers.remove(platform, entered));
        });
        SparkSession spark = CuratedZone.prepare(Sessions.pipeline(platform.spark()), manifest);
        Dataset<Row> rows = rows(spark, manifest, files);
        if (manifest.attempt() != lease.fence()) {
            requireIntact(manifest, rows);
        }
        Curated done = manifest.gone().isPresent()
                ? removed(spark, manifest, rows, state, last)
                : curated(spark, manifest, rows, lease, last);
        steps.step(settings.name(), Step.PUBLISH_CATALOG, () -> platform.catalog()
                .publish(new CatalogPublisher.CuratedTable(
                        settings.name(),
                        curated.location(settings.name()),
                        done.commit().columns(),
                        settings.curate().partitionBy())));
        BatchRecord batch = record(lease, manifest, done.rejected(), done.commit());
        boolean ingest = manifest.kind() == BatchRecord.Kind.INGEST;
        Advance advance = new Advance(
                batch.positionAfter(),
                ingest ? manifest.observations() : state.observations(),
                ingest ? TableState.Overlap.NONE : state.overlap(),
                ingest ? Optional.of(manifest.readPoint()) : Optional.empty(),
                platform.clock().instant(),
                batch.curatedVersion(),
                done.known());
        steps.step(settings.name(), Step.ADVANCE_BOOKMARK, () -> platform.bookmarks()
                .commit(lease, batch, advance));
        // Only the holder gets here: a run without lease must not remove the folder that its successor's batch names.
        quarantine.removeLeftovers(settings.name(), manifest.batch(), batch.quarantine());
        return batch;
    }

    /**
     * What curated has of a batch.
     *
     * @param known the columns that the ledger takes as curated's; empty leaves them
     */
    private record Curated(Rejected rejected, CuratedZone.Commit commit, List<Column> known) {}

    /** Keys of rows that the source no longer has: as curated has them, so there is nothing to cast or judge. */
    private Curated removed(
            SparkSession spark, Manifest manifest, Dataset<Row> keys, TableState state, Optional<BatchRecord> last) {
        CuratedZone.Commit commit = steps.step(
                settings.name(),
                Step.COMMIT_CURATED,
                () -> curated.remove(spark, settings, keys, manifest, known(state, last)));
        return new Curated(new Rejected(0, Optional.empty()), commit, List.of());
    }

    private Curated curated(
            SparkSession spark, Manifest manifest, Dataset<Row> rows, Lease lease, Optional<BatchRecord> last) {
        TableState state = lease.state();
        EffectiveSchema schema = Drift.ofRaw(
                settings,
                manifest.columns(),
                manifest.rebuild() == Manifest.Rebuild.EVERYTHING ? List.of() : state.columns());
        Dataset<Row> projected = new Projection(
                        schema.columns(), manifest.columns(), settings.curate(), source.timeZone())
                .project(decoded(manifest, rows));
        Rejected rejected =
                steps.step(settings.name(), Step.WRITE_QUARANTINE, () -> quarantine(projected, manifest, lease));
        CuratedZone.Commit commit = steps.step(
                settings.name(),
                Step.COMMIT_CURATED,
                () -> curated.commit(
                        spark,
                        settings,
                        schema,
                        standing(
                                spark,
                                manifest,
                                new Masks(platform.secrets())
                                        .apply(
                                                inTurn(spark, manifest, schema, projected),
                                                schema.columns(),
                                                settings.schema())),
                        manifest,
                        source.timeZone(),
                        manifest.rebuild() == Manifest.Rebuild.EVERYTHING ? Optional.empty() : known(state, last)));
        return new Curated(rejected, commit, known(commit.columns(), schema, manifest));
    }

    /**
     * The columns the ledger takes as curated's: without those that this batch brought and filled in its own rows only, so
     * that the next ordinary batch sees them as gained and fills the others.
     */
    private static List<Column> known(List<Column> columns, EffectiveSchema schema, Manifest manifest) {
        return columns.stream()
                .filter(column -> !schema.gained().contains(column.name())
                        || manifest.filled().contains(column.name()))
                .toList();
    }

    /** What another run left may have been damaged since; what this one wrote it has just measured. */
    private void requireIntact(Manifest manifest, Dataset<Row> rows) {
        RawWriter.Written present = RawWriter.measure(rows);
        if (present.rows() != manifest.rows() || !present.checksum().equals(manifest.checksum())) {
            throw new SluiceException(
                    ErrorCode.RAW_CORRUPT,
                    "Cannot finish batch " + manifest.batch() + " of table " + settings.name() + ": its raw files hold "
                            + present.rows() + " rows with checksum " + present.checksum() + ", its manifest says "
                            + manifest.rows() + " with " + manifest.checksum()
                            + ". Restore the files from the bucket's versions, or discard the batch with 'sluice bookmark"
                            + " rewind " + settings.name() + " --to-start'");
        }
    }

    private void requireSameMode(Manifest manifest) {
        if (manifest.basis().mode() != settings.curate().mode()
                || !manifest.basis().primaryKey().equals(settings.curate().primaryKey())) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot finish batch " + manifest.batch() + " of table " + settings.name()
                            + ": it was read for curate.mode "
                            + manifest.basis().mode() + " and primary-key "
                            + manifest.basis().primaryKey() + ", the settings now say otherwise. Register the former"
                            + " settings until it is committed, or discard it with 'sluice bookmark rewind "
                            + settings.name() + " --to-start'");
        }
    }

    /** Changes that are taken in again leave out what later ones removed; in a history they end where those ended them. */
    private Dataset<Row> inTurn(SparkSession spark, Manifest manifest, EffectiveSchema schema, Dataset<Row> projected) {
        if (manifest.kind() == BatchRecord.Kind.INGEST || manifest.events().isEmpty()) {
            return projected;
        }
        Removals removals = new Removals(platform, raw, source, settings);
        return switch (settings.curate().mode()) {
            case MERGE -> removals.without(spark, manifest, schema, projected);
            case HISTORY -> removals.beside(spark, manifest, schema, projected);
            case APPEND, REPLACE -> projected;
        };
    }

    /** Rows that are taken in again leave out what a reconciliation has found deleted since; a history has it end. */
    private Dataset<Row> standing(SparkSession spark, Manifest manifest, Dataset<Row> masked) {
        return new Removals(platform, raw, source, settings).withoutGone(spark, manifest, masked);
    }

    /** The rows that raw holds, or that the events in raw leave. */
    private static Dataset<Row> decoded(Manifest manifest, Dataset<Row> raw) {
        return manifest.events()
                .map(events -> Decoding.decode(raw, events.format(), manifest.columns(), events.snapshot()))
                .orElse(raw);
    }

    private record Rejected(long rows, Optional<String> folder) {}

    private Dataset<Row> rows(SparkSession spark, Manifest manifest, List<String> files) {
        StructType schema = RawSchema.of(manifest);
        return files.isEmpty()
                ? spark.createDataFrame(List.of(), schema)
                : spark.read()
                        .schema(schema)
                        // Parquet writes a checksum with each page; it is looked at only when asked for.
                        .option("parquet.page.verify-checksum.enabled", "true")
                        .parquet(files.toArray(String[]::new));
    }

    private Rejected quarantine(Dataset<Row> projected, Manifest manifest, Lease lease) {
        long rows = manifest.rejected().isPresent()
                        && manifest.settingsFingerprint().equals(Fingerprint.of(settings))
                ? manifest.rejected().getAsLong()
                : projected
                        .filter(org.apache.spark.sql.functions.not(Projection.passes()))
                        .count();
        Optional<String> folder = rows == 0
                ? Optional.empty()
                : Optional.of(quarantine.write(projected, settings.name(), manifest.batch(), lease.fence()));
        return new Rejected(rows, folder);
    }

    /** What the ledger has seen of curated; a rewind is a batch of the ledger that curated never had. */
    static Optional<CuratedZone.Known> known(TableState state, Optional<BatchRecord> last) {
        long batch = last.filter(entered -> entered.curatedVersion().isPresent())
                .map(BatchRecord::batch)
                .orElse(0L);
        return state.curatedVersion().map(version -> new CuratedZone.Known(version, batch));
    }

    private BatchRecord record(Lease lease, Manifest manifest, Rejected rejected, CuratedZone.Commit commit) {
        TableState state = lease.state();
        return new BatchRecord(
                settings.name(),
                manifest.batch(),
                manifest.kind(),
                lease.holder().runId(),
                lease.fence(),
                manifest.window(),
                state.position(),
                manifest.next().or(state::position),
                manifest.min(),
                manifest.max(),
                manifest.rows(),
                rejected.rows(),
                rejected.folder(),
                manifest.replays(),
                Optional.of(commit.version()),
                manifest.startedAt(),
                platform.clock().instant(),
                manifest.readPoint(),
                manifest.notes());
    }
}
