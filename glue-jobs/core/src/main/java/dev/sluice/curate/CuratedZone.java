package dev.sluice.curate;

import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.quality.Projection;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.Relation;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import io.delta.tables.DeltaMergeBuilder;
import io.delta.tables.DeltaTable;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/**
 * Puts batches into curated Delta tables. A batch is one Delta commit with the transaction id (Sluice, table; batch
 * number): Delta passes over a number it has seen, so putting a batch twice, also by two runs at once, does it once.
 */
public final class CuratedZone {

    static final String TRANSACTION_APPLICATION = "spark.databricks.delta.write.txnAppId";
    static final String TRANSACTION_VERSION = "spark.databricks.delta.write.txnVersion";

    private final ZoneFiles files;

    public CuratedZone(ZoneFiles files) {
        this.files = Objects.requireNonNull(files, "files");
    }

    /** A batch's commit: the version curated has now. */
    public record Commit(long version, List<Column> columns) {}

    /**
     * What a ledger has seen of a curated table.
     *
     * @param version the Delta version of the last batch
     * @param batch that batch's number; 0 where it is not known
     */
    public record Known(long version, long batch) {}

    /** A curated table's root as Spark names it. */
    public String location(TableName table) {
        return files.uri(table.toString());
    }

    /**
     * Makes a session that of one batch: the transaction id is a session setting, and batches run side by side, so the
     * session must be the batch's own.
     */
    public static SparkSession prepare(SparkSession session, Manifest manifest) {
        session.conf().set(TRANSACTION_APPLICATION, LedgerCheck.application(manifest.table()));
        session.conf().set(TRANSACTION_VERSION, String.valueOf(manifest.batch()));
        session.conf().set("spark.databricks.delta.properties.defaults.enableChangeDataFeed", "true");
        // Names the batch in Delta's own history.
        session.conf().set("spark.databricks.delta.commitInfo.userMetadata", LedgerCheck.identity(manifest));
        // Raw files never change, so a merge may read them twice instead of copying them first.
        session.conf().set("spark.databricks.delta.merge.materializeSource", "none");
        return session;
    }

    /**
     * Puts a batch into the table, in one commit.
     *
     * @param spark the batch's session, made by {@link #prepare}
     * @param projected the batch's rows as {@link Projection} made them; those that do not pass are left out, and of a full
     *     read they keep the row that curated has under their key
     * @param zone the source's time zone
     * @param known what the ledger has seen last; a table that lacks it is damaged
     */
    public Commit commit(
            SparkSession spark,
            TableSettings settings,
            EffectiveSchema schema,
            Dataset<Row> projected,
            Manifest manifest,
            ZoneId zone,
            Optional<Known> known) {
        String location = location(settings.name());
        boolean exists = LedgerCheck.exists(spark, location);
        known.ifPresent(seen -> LedgerCheck.requireKnown(spark, settings, location, seen));
        if (exists) {
            LedgerCheck.requireSameLedger(spark, manifest, location);
        }
        Dataset<Row> rows = Candidates.of(projected, schema.columns(), manifest.columns(), settings.curate());
        // Of events, with what tells their order besides.
        Dataset<Row> changed = projected.filter(Projection.passes()).drop(Projection.RAW, Projection.REASONS);
        boolean everything = !exists || manifest.rebuild() == Manifest.Rebuild.EVERYTHING;
        settings.curate().retention().ifPresent(retention -> {
            Retention.prepare(spark, retention);
            if (exists) {
                Retention.apply(spark, location, retention);
            }
        });
        if (!everything && settings.curate().mode() != CurateSettings.Mode.REPLACE) {
            Widening.apply(spark, settings, schema, location);
        }
        switch (settings.curate().mode()) {
            case MERGE -> {
                if (manifest.events().isPresent()) {
                    ChangeMerge changes = new ChangeMerge(
                            settings.curate(),
                            schema.columns(),
                            manifest.events().get());
                    if (everything) {
                        overwrite(changes.fresh(changed), settings, location);
                    } else {
                        addColumns(spark, schema, location);
                        changes.merge(spark, changed, location);
                    }
                    break;
                }
                Dataset<Row> latest = Candidates.latestPerKey(rows, settings.curate());
                if (everything) {
                    overwrite(Candidates.passing(latest), settings, location);
                } else {
                    merge(spark, latest, settings, schema, manifest, location);
                }
            }
            case APPEND -> append(Candidates.passing(rows), settings, manifest, zone, location, everything);
            case REPLACE -> overwrite(Candidates.passing(rows), settings, location);
            case HISTORY -> {
                if (manifest.events().isPresent()) {
                    ChangeHistory changes = new ChangeHistory(settings.curate(), schema.columns(), manifest);
                    if (everything) {
                        overwrite(changes.fresh(changed), settings, location);
                    } else {
                        addColumns(spark, schema, location);
                        changes.merge(spark, changed, location, version(spark, location));
                    }
                    break;
                }
                HistoryMerge history = new HistoryMerge(settings.curate(), schema, manifest, Candidates.PASSES);
                if (everything) {
                    overwrite(history.fresh(rows.drop(Candidates.ARRIVAL, Candidates.DELETES)), settings, location);
                } else {
                    addColumns(spark, schema, location);
                    history.merge(
                            spark,
                            rows.drop(Candidates.ARRIVAL, Candidates.DELETES),
                            location,
                            version(spark, location),
                            readsEverything(settings, manifest));
                }
            }
        }
        DeltaLog log = DeltaLog.forTable(spark, location);
        org.apache.spark.sql.types.StructType type =
                log.unsafeVolatileSnapshot().schema();
        return new Commit(log.unsafeVolatileSnapshot().version(), CuratedColumns.of(type));
    }

    /**
     * Does to the rows of these keys what the batch of a reconciliation says, in one commit.
     *
     * @param spark the batch's session, made by {@link #prepare}
     * @param keys the batch's rows
     */
    public Commit remove(
            SparkSession spark, TableSettings settings, Dataset<Row> keys, Manifest manifest, Optional<Known> known) {
        String location = location(settings.name());
        known.ifPresent(seen -> LedgerCheck.requireKnown(spark, settings, location, seen));
        LedgerCheck.requireSameLedger(spark, manifest, location);
        manifest.gone().orElseThrow().markColumn().ifPresent(mark -> addMark(spark, mark, location));
        GoneRows.apply(spark, keys, manifest, location);
        DeltaLog log = DeltaLog.forTable(spark, location);
        return new Commit(
                log.unsafeVolatileSnapshot().version(),
                CuratedColumns.of(log.unsafeVolatileSnapshot().schema()));
    }

    /** The rows at the latest version, which stays the one that is read; throws {@code CURATED_CORRUPT} as a batch would. */
    public Dataset<Row> rows(SparkSession spark, TableSettings settings, Known known) {
        String location = location(settings.name());
        LedgerCheck.requireKnown(spark, settings, location, known);
        return spark.read()
                .format("delta")
                .option("versionAsOf", version(spark, location))
                .load(location);
    }

    /** The table's upkeep; empty where there is no Delta table yet. Throws {@code CURATED_CORRUPT} where it lacks a batch. */
    public Optional<Upkeep> upkeep(SparkSession spark, TableSettings settings, Optional<Known> known) {
        String location = location(settings.name());
        boolean exists = LedgerCheck.exists(spark, location);
        known.ifPresent(seen -> LedgerCheck.requireKnown(spark, settings, location, seen));
        return exists ? Optional.of(new Upkeep(spark, location, settings)) : Optional.empty();
    }

    static void overwrite(Dataset<Row> rows, TableSettings settings, String location) {
        rows.write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("overwriteSchema", "true")
                .partitionBy(settings.curate().partitionBy().toArray(String[]::new))
                .save(location);
    }

    private static void append(
            Dataset<Row> rows,
            TableSettings settings,
            Manifest manifest,
            ZoneId zone,
            String location,
            boolean everything) {
        if (everything) {
            overwrite(rows, settings, location);
            return;
        }
        var writer = rows.write().format("delta").option("mergeSchema", "true");
        boolean files = settings.extract().relation() instanceof Relation.Files;
        if (files) {
            if (!manifest.replacedFiles().isEmpty()) {
                writer.mode(SaveMode.Overwrite)
                        .option("replaceWhere", WindowCondition.ofFiles(settings, manifest.replacedFiles()))
                        .save(location);
                return;
            }
            writer.mode(SaveMode.Append).save(location);
        } else if (manifest.rebuild() == Manifest.Rebuild.WINDOW) {
            // The rows of the window go in the commit that brings them again, so each is there once.
            writer.mode(SaveMode.Overwrite)
                    .option("replaceWhere", WindowCondition.of(settings, replaced(manifest), zone))
                    .save(location);
        } else {
            writer.mode(SaveMode.Append).save(location);
        }
    }

    /**
     * The rows that a batch takes the place of: those of its window, and after a rewind all from its begin on. What lies at
     * and above the bound then comes back with the next batches, wherever the bound is.
     */
    private static dev.sluice.bookmark.Window replaced(Manifest manifest) {
        return manifest.kind() == BatchRecord.Kind.INGEST
                ? new dev.sluice.bookmark.Window(manifest.window().from(), Optional.empty())
                : manifest.window();
    }

    private static void merge(
            SparkSession spark,
            Dataset<Row> rows,
            TableSettings settings,
            EffectiveSchema schema,
            Manifest manifest,
            String location) {
        addColumns(spark, schema, location);
        List<String> names = schema.columns().stream().map(ColumnSettings::name).toList();
        Map<String, String> assignments = new LinkedHashMap<>();
        names.forEach(name -> assignments.put(quoted(name), "s." + quoted(name)));
        String key = settings.curate().primaryKey().stream()
                .map(name -> "t." + quoted(name) + " = s." + quoted(name))
                .collect(Collectors.joining(" AND "));
        Optional<String> mark = settings.markColumn().filter(columns(spark, location)::contains);
        // Rows that are read again unchanged cost no write and no entry in the change feed.
        String differs = names.stream()
                        .map(name -> "NOT (t." + quoted(name) + " <=> s." + quoted(name) + ")")
                        .collect(Collectors.joining(" OR ", "(", ""))
                + mark.map(name -> " OR t." + quoted(name) + " IS NOT NULL").orElse("") + ")";
        // A row that was found deleted and is there again is no longer marked.
        mark.ifPresent(name -> assignments.put(quoted(name), "NULL"));
        String newer = "s." + Candidates.PASSES;
        // A file may be late: what it brings must not replace what came of a later change.
        boolean late = settings.extract().relation() instanceof Relation.Files
                && (!settings.curate().orderBy().isEmpty() || manifest.kind() == BatchRecord.Kind.BACKFILL);
        if (late || !manifest.replays().isEmpty()) {
            newer += " AND " + notOlder(settings);
        }
        DeltaMergeBuilder merge = DeltaTable.forPath(spark, location)
                .as("t")
                .merge(rows.as("s"), key)
                .whenMatched(expr(newer + " AND s." + Candidates.DELETES))
                .delete()
                .whenMatched(expr(newer + " AND NOT s." + Candidates.DELETES + " AND " + differs))
                .updateExpr(assignments)
                .whenNotMatched(expr("s." + Candidates.PASSES + " AND NOT s." + Candidates.DELETES))
                .insertExpr(assignments);
        if (manifest.basis().strategy() == Strategy.FULL && manifest.kind() == BatchRecord.Kind.INGEST) {
            merge = merge.whenNotMatchedBySource().delete();
        }
        merge.execute();
    }

    /** A quarantined row that is taken in again must not replace a newer one of its key: one that is later in the order. */
    private static String notOlder(TableSettings settings) {
        List<String> order = order(settings);
        String condition = "true";
        for (int i = order.size() - 1; i >= 0; i--) {
            String ours = "s." + quoted(order.get(i));
            String theirs = "t." + quoted(order.get(i));
            condition = "(" + theirs + " IS NULL OR " + ours + " > " + theirs + " OR (" + ours + " = " + theirs
                    + " AND " + condition + "))";
        }
        return condition;
    }

    /**
     * The columns that tell which of two rows of one key is newer: the settings' order, else the bookmark. Throws {@code
     * REQUEST_INVALID} where curated keeps neither.
     */
    public static List<String> order(TableSettings settings) {
        if (!settings.curate().orderBy().isEmpty()) {
            return settings.curate().orderBy();
        }
        List<String> bookmark =
                settings.extract().bookmark().map(BookmarkSettings::columns).orElse(List.of());
        return settings.schema().columns().stream()
                .filter(column -> bookmark.equals(List.of(column.sourceName()))
                        && column.expression().isEmpty())
                .map(ColumnSettings::name)
                .findFirst()
                .map(List::of)
                .orElseThrow(
                        () -> new SluiceException(
                                ErrorCode.REQUEST_INVALID,
                                "Cannot replay the quarantine of table " + settings.name()
                                        + ", or read files of it again out of turn: nothing in curated tells which of two rows of one key is newer. Set curate.order-by"));
    }

    /**
     * Whether the batch is all that the source has: a full read, and the first one after a rewind to the beginning. What
     * Glue's own bookmark left out is not known.
     */
    private static boolean readsEverything(TableSettings settings, Manifest manifest) {
        boolean glue = settings.extract()
                .bookmark()
                .map(bookmark -> bookmark.engine() == BookmarkSettings.Engine.GLUE)
                .orElse(false);
        return manifest.kind() == BatchRecord.Kind.INGEST
                && !glue
                && manifest.window().equals(dev.sluice.bookmark.Window.ALL);
    }

    private static long version(SparkSession spark, String location) {
        return DeltaLog.forTableWithSnapshot(spark, location)._2().version();
    }

    private static void addColumns(SparkSession spark, EffectiveSchema schema, String location) {
        List<String> present = columns(spark, location);
        String added = schema.columns().stream()
                .filter(column -> !present.contains(column.name()))
                .map(column -> quoted(column.name()) + " " + column.type().ddl())
                .collect(Collectors.joining(", "));
        if (!added.isEmpty()) {
            spark.sql("ALTER TABLE delta.`" + location + "` ADD COLUMNS (" + added + ")");
        }
    }

    private static void addMark(SparkSession spark, String mark, String location) {
        if (!columns(spark, location).contains(mark)) {
            spark.sql("ALTER TABLE delta.`" + location + "` ADD COLUMNS (" + quoted(mark) + " timestamp)");
        }
    }

    private static List<String> columns(SparkSession spark, String location) {
        return List.of(DeltaLog.forTable(spark, location)
                .unsafeVolatileSnapshot()
                .schema()
                .fieldNames());
    }
}
