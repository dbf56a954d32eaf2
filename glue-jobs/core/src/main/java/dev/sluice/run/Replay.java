package dev.sluice.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.TableState;
import dev.sluice.curate.CuratedZone;
import dev.sluice.extract.Requeue;
import dev.sluice.extract.SourceTable;
import dev.sluice.quality.Discretion;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.Basis;
import dev.sluice.raw.EventBasis;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawWriter;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Takes quarantined rows in again, after their rule or the settings were mended: each open batch of quarantine becomes one
 * batch of the protocol, with the rows as they were read then. Rows that still do not pass are quarantined again under the
 * new batch. A row never replaces one of its key that is newer in the settings' order.
 */
public final class Replay {

    private final Platform platform;
    private final RunListener listener;

    public Replay(Platform platform, RunListener listener) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Replays a table's quarantine.
     *
     * @param only one batch of it; empty for all that is open
     * @return the new batches, in order; empty where nothing is in quarantine
     */
    public List<BatchRecord> run(TableName table, Optional<Long> only, String runId) {
        SourceSettings source = platform.settings()
                .findSource(table.source())
                .orElseThrow(() -> Ingest.missing("source", table.source()));
        TableSettings settings =
                platform.settings().findTable(table).orElseThrow(() -> Ingest.missing("table", table.toString()));
        if (settings.extract().strategy() == Strategy.FULL) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot replay the quarantine of table " + table
                            + ": every run reads it in full (extract.strategy) and judges each row anew. Run it instead");
        }
        List<BatchRecord> open = Quarantine.open(platform.bookmarks().history(table, Integer.MAX_VALUE)).stream()
                .filter(batch -> only.isEmpty() || only.get() == batch.batch())
                .toList();
        if (only.isPresent() && open.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot replay batch " + only.get() + " of table " + table
                            + ": it has no rows in quarantine. See 'sluice quarantine list " + table + "'");
        }
        List<BatchRecord> replayed = new ArrayList<>();
        for (BatchRecord batch : open) {
            try {
                replay(source, settings, batch, runId).ifPresent(replayed::add);
            } catch (RuntimeException failure) {
                throw Discretion.of(Optional.of(settings)).thrown(table, failure);
            }
        }
        return replayed;
    }

    /** Empty where another replay was quicker. */
    private Optional<BatchRecord> replay(
            SourceSettings source, TableSettings settings, BatchRecord quarantined, String runId) {
        RawZone raw = new RawZone(platform.zones().raw());
        listener.before(settings.name(), Step.ACQUIRE_LEASE);
        try (LeaseKeeper keeper = LeaseKeeper.acquire(
                platform.bookmarks(), settings.name(), platform.holder(runId), platform.leaseTtl())) {
            listener.after(settings.name(), Step.ACQUIRE_LEASE);
            Optional<BatchRecord> batch =
                    LeasedWork.run(platform, keeper, () -> replay(raw, source, settings, quarantined, keeper, runId));
            listener.step(settings.name(), Step.RELEASE_LEASE, keeper::finish);
            return batch;
        }
    }

    private Optional<BatchRecord> replay(
            RawZone raw,
            SourceSettings source,
            TableSettings settings,
            BatchRecord quarantined,
            LeaseKeeper keeper,
            String runId) {
        Lease lease = keeper.lease();
        TableState state = lease.state();
        if (raw.findManifest(settings.name(), state.lastBatch() + 1).isPresent()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot replay the quarantine of table " + settings.name() + ": an earlier run left batch "
                            + (state.lastBatch() + 1) + " half done. Finish it first with 'sluice run "
                            + settings.name() + "'");
        }
        List<BatchRecord> history = platform.bookmarks().history(settings.name(), Integer.MAX_VALUE);
        if (Quarantine.open(history).stream().noneMatch(open -> open.batch() == quarantined.batch())) {
            return Optional.empty();
        }
        requireSameBasis(raw, settings, state, history);
        if (settings.curate().mode() == Mode.MERGE
                && settings.extract().events().isEmpty()) {
            CuratedZone.order(settings);
        }
        if (settings.curate().mode() == Mode.APPEND) {
            requireReadOnce(settings, quarantined, history);
        }
        RunListener steps = new GuardedListener(listener, keeper);
        Manifest manifest = write(raw, source, settings, quarantined, lease, runId, steps);
        if (settings.curate().mode() == Mode.APPEND) {
            // A rewind discards no replay whose manifest it finds; one that was quicker has the lease now.
            keeper.confirm();
        }
        return Optional.of(new BatchCommit(platform, raw, source, settings, steps).commit(keeper.lease(), manifest));
    }

    /**
     * The next run compares its settings with those of the last batch, which the replay becomes. Under others it would read
     * on from a bookmark that was made with the former ones.
     */
    private static void requireSameBasis(
            RawZone raw, TableSettings settings, TableState state, List<BatchRecord> history) {
        String remedy = state.overlap() == TableState.Overlap.REWOUND
                ? ", and its bookmark was set back. Run it first with 'sluice run " + settings.name() + "'"
                : SameBasis.rebuild(settings);
        history.stream()
                .filter(batch -> batch.kind() != BatchRecord.Kind.REWIND)
                .findFirst()
                .ifPresent(last -> SameBasis.require(
                        raw, settings, last.batch(), "Cannot replay the quarantine of table", remedy));
    }

    /** Rows that a later batch has read again are in curated or in its own quarantine; appended again they were doubled. */
    private static void requireReadOnce(TableSettings settings, BatchRecord quarantined, List<BatchRecord> history) {
        history.stream()
                .filter(later -> later.batch() > quarantined.batch()
                        && Quarantine.reads(later)
                        && later.window().overlaps(quarantined.window()))
                .findFirst()
                .ifPresent(later -> {
                    throw new SluiceException(
                            ErrorCode.REQUEST_INVALID,
                            "Cannot replay batch " + quarantined.batch() + " of append table " + settings.name()
                                    + ": batch " + later.batch() + " has read a part of its window "
                                    + quarantined.window() + " again, so rows would be added twice. Read the whole"
                                    + " window again with 'sluice bookmark rewind' or a backfill");
                });
    }

    private Manifest write(
            RawZone raw,
            SourceSettings source,
            TableSettings settings,
            BatchRecord quarantined,
            Lease lease,
            String runId,
            RunListener steps) {
        Instant now = platform.clock().instant();
        Manifest origin = raw.findManifest(settings.name(), quarantined.batch())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.RAW_CORRUPT,
                        "Cannot replay batch " + quarantined.batch() + " of table " + settings.name()
                                + ": its manifest is not in raw, so the rows' types are unknown. Restore it from the"
                                + " bucket's versions"));
        Requeue requeue = platform.extractor(source, settings)
                .requeue(Sessions.pipeline(platform.spark()), settings, origin, rows(origin, quarantined));
        SourceTable table = requeue.table();
        EffectiveSchema schema =
                Drift.ofRaw(settings, table.columns(), lease.state().columns());
        long batch = lease.state().lastBatch() + 1;
        BatchReader reader = new BatchReader(platform, raw, runId, source, settings, steps);
        RawWriter.Written written = steps.step(settings.name(), Step.WRITE_RAW, () -> {
            String folder = raw.prepareAttempt(settings.name(), batch, lease.fence());
            return origin.events().isPresent()
                    ? EventBatch.write(requeue.rows(), folder)
                    : reader.write(requeue.rows(), table, schema, folder);
        });
        Manifest manifest = new Manifest(
                settings.name(),
                batch,
                BatchRecord.Kind.REPLAY,
                runId,
                lease.fence(),
                quarantined.window(),
                Optional.empty(),
                List.of(),
                Manifest.Rebuild.NOTHING,
                quarantined.readPoint(),
                now,
                written.rows(),
                origin.events().isPresent() ? OptionalLong.empty() : OptionalLong.of(written.rejected()),
                Basis.of(settings),
                List.of(),
                Fingerprint.of(settings),
                written.min(),
                written.max(),
                written.checksum(),
                table.columns(),
                List.of(quarantined.batch()),
                raw.dataFiles(settings.name(), batch, lease.fence()),
                Optional.empty(),
                List.of(),
                List.of("rows of batch " + quarantined.batch() + " taken in again"),
                origin.events()
                        .map(events -> new EventBasis(
                                events.format(),
                                events.snapshot(),
                                Optional.empty(),
                                events.truncation(),
                                events.described(),
                                events.gone())),
                Optional.empty());
        new Removals(platform, raw, source, settings).requireReadable(Sessions.pipeline(platform.spark()), manifest);
        return steps.step(settings.name(), Step.COMMIT_MANIFEST, () -> raw.commit(manifest));
    }

    private Dataset<Row> rows(Manifest origin, BatchRecord quarantined) {
        SparkSession spark = Sessions.pipeline(platform.spark());
        Quarantine quarantine = new Quarantine(platform.zones().quarantine());
        return spark.read()
                .schema("row string")
                .json(quarantine.uri(quarantined.quarantine().orElseThrow()))
                .select(from_json(col("row"), RawSchema.of(origin), Quarantine.JSON)
                        .as("raw"))
                .select("raw.*");
    }
}
