package dev.sluice.load;

import dev.sluice.SluiceException;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a load's rows from curated into its staging table: the changes, or everything where these are lost. */
final class LoadStaging {

    private static final Logger LOG = LoggerFactory.getLogger(LoadStaging.class);
    private static final int MAX_PARTITIONS = 4;
    private static final long PARTITION_BYTES = 16L << 20;

    private final TableSettings table;
    private final LoadSettings load;
    private final TargetTable target;
    private final PostgresConnections connections;
    private final LoadFailures failures;
    private final List<String> key;

    LoadStaging(TableSettings table, LoadSettings load, PostgresConnections connections, LoadFailures failures) {
        this.table = table;
        this.load = load;
        this.target = TargetTable.of(load);
        this.connections = connections;
        this.failures = failures;
        this.key = table.curate().rowKey();
    }

    /** What lies in the staging table. */
    record Staged(LoadOutcome.How how, TargetChange.Way way, List<Long> attempts) {}

    Staged stage(Connection connection, LoadPlan plan, StagingTable stage) {
        try {
            return stageOrFail(connection, plan, stage);
        } catch (SQLException failure) {
            throw failures.explained(failure);
        }
    }

    /** Refuses to load everything into a table that earlier loads appended to: that would repeat their rows. */
    void refuseDoubling(Connection connection, LoadPlan plan) throws SQLException {
        if (load.mode() != LoadSettings.Mode.APPEND || plan.begun().isEmpty() || !plan.targetExists()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT EXISTS (SELECT FROM " + target.sql() + ")")) {
            rows.next();
            if (rows.getBoolean(1)) {
                throw failures.refused("Curated's changes since version "
                        + plan.begun().get().curatedVersion()
                        + " cannot be read any more, and appending everything to a table that has rows could"
                        + " double them. Empty the table with TRUNCATE " + target.sql()
                        + " and load again, or set the load's mode to upsert or replace.");
            }
        }
    }

    private Staged stageOrFail(Connection connection, LoadPlan plan, StagingTable stage) throws SQLException {
        Optional<Staged> changes = Optional.empty();
        if (plan.changes().isPresent()) {
            changes = stageChanges(plan, stage, plan.changes().get());
            if (changes.isEmpty()) {
                LOG.info(
                        "{}: the change feed does not reach back to version {}; loading everything",
                        table.name(),
                        plan.changes().get().from());
                refuseDoubling(connection, plan);
                stage.clear();
            }
        }
        Staged staged = changes.isPresent() ? changes.get() : stageEverything(plan, stage);
        stage.analyze();
        return staged;
    }

    /** Stages the change feed; empty where it turns out to be lost. */
    private Optional<Staged> stageChanges(LoadPlan plan, StagingTable stage, CuratedTable.Changes changes)
            throws SQLException {
        boolean append = load.mode() == LoadSettings.Mode.APPEND;
        int partitions = (int) Math.min(MAX_PARTITIONS, 1 + changes.bytes() / PARTITION_BYTES);
        TargetChange.Way way = append ? TargetChange.Way.EXCHANGE_KEYS : TargetChange.Way.UPSERT_CHANGES;
        try {
            Dataset<Row> rows;
            if (append && changes.effect() == CuratedTable.Effect.INSERTS) {
                way = TargetChange.Way.INSERT;
                rows = plan.curated().inserted(changes).coalesce(partitions);
            } else if (key.isEmpty()) {
                throw failures.refused("Since version " + (changes.from() - 1)
                        + " curated changed rows or took some back,"
                        + " and without a key an append load cannot tell which. Declare curate.primary-key, or"
                        + " set the load's mode to replace, or empty the table with TRUNCATE " + target.sql()
                        + " and delete its row in sluice.load_bookmark to append everything anew.");
            } else {
                rows = plan.curated().changed(changes, key, partitions);
            }
            return Optional.of(new Staged(LoadOutcome.How.CHANGES, way, copy(rows, plan, stage)));
        } catch (SluiceException failure) {
            throw failure;
        } catch (Exception failure) {
            failures.throwIfDatabaseFailed(failure);
            if (CuratedTable.isFeedLost(failure)) {
                return Optional.empty();
            }
            throw failures.of(failure);
        }
    }

    private Staged stageEverything(LoadPlan plan, StagingTable stage) throws SQLException {
        TargetChange.Way way =
                switch (load.mode()) {
                    case UPSERT -> TargetChange.Way.UPSERT_EVERYTHING;
                    case APPEND -> TargetChange.Way.INSERT;
                    case REPLACE -> plan.fit().keyed()
                            ? TargetChange.Way.UPSERT_EVERYTHING
                            : TargetChange.Way.EXCHANGE_EVERYTHING;
                };
        try {
            Dataset<Row> rows = plan.curated().rows().coalesce(MAX_PARTITIONS);
            return new Staged(LoadOutcome.How.EVERYTHING, way, copy(rows, plan, stage));
        } catch (Exception failure) {
            failures.throwIfDatabaseFailed(failure);
            if (CuratedTable.isFeedLost(failure)) {
                throw failures.corrupt(failure);
            }
            throw failures.of(failure);
        }
    }

    /** The load's one Spark action. Gives back which task attempts copied the rows that count. */
    private List<Long> copy(Dataset<Row> rows, LoadPlan plan, StagingTable stage) {
        List<Column> travelling = new ArrayList<>();
        List<CopyField> fields = new ArrayList<>();
        for (TargetFit.Column column : plan.fit().columns()) {
            StructField field = plan.curated().schema().apply(column.name());
            travelling.add(CopyField.travelling(field));
            fields.add(CopyField.of(field.dataType()));
        }
        travelling.add(functions.col(StagingTable.OPERATION));
        return rows.select(travelling.toArray(Column[]::new))
                .mapPartitions(new CopyPartition(connections, stage.sql(), fields), Encoders.LONG())
                .collectAsList();
    }
}
