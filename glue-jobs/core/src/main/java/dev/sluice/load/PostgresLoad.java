package dev.sluice.load;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.database.SqlText;
import dev.sluice.load.LoadBookmarks.Bookmark;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One load of one curated table into one PostgreSQL table; {@link PostgresLoader} tells the rules. */
final class PostgresLoad {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLoad.class);
    private static final int MAX_PARTITIONS = 4;
    private static final long PARTITION_BYTES = 16L << 20;

    private final SparkSession spark;
    private final JdbcEndpoint endpoint;
    private final TableSettings table;
    private final LoadSettings load;
    private final String curatedPath;
    private final StepListener steps;
    private final PostgresConnections connections;
    private final TargetTable target;
    private final LoadBookmarks bookmarks;
    private final List<String> key;

    PostgresLoad(
            SparkSession spark,
            JdbcEndpoint endpoint,
            TableSettings table,
            LoadSettings load,
            String curatedPath,
            StepListener steps) {
        this.spark = session(spark);
        this.endpoint = endpoint;
        this.table = table;
        this.load = load;
        this.curatedPath = curatedPath;
        this.steps = steps;
        this.connections = new PostgresConnections(endpoint);
        this.target = TargetTable.of(load);
        this.bookmarks = bookmarks(table, load);
        this.key = table.curate().rowKey();
    }

    /** A session of its own, in which a file that is missing is an error: it may hold changes. */
    private static SparkSession session(SparkSession spark) {
        SparkSession session = spark.newSession();
        session.conf().set("spark.sql.files.ignoreMissingFiles", "false");
        session.conf().set("spark.sql.files.ignoreCorruptFiles", "false");
        return session;
    }

    static LoadBookmarks bookmarks(TableSettings table, LoadSettings load) {
        return new LoadBookmarks(table.name(), TargetTable.of(load));
    }

    static String described(TableSettings table, LoadSettings load, JdbcEndpoint endpoint) {
        return table.name() + " into " + load.target() + ":" + TargetTable.of(load) + " at " + endpoint.display();
    }

    /** Where the load begins, and how it goes on from there. */
    private record Plan(
            Optional<Bookmark> begun,
            Optional<Long> fromVersion,
            boolean targetExists,
            CuratedTable curated,
            TargetFit fit,
            Optional<CuratedTable.Changes> changes) {}

    /** What lies in the staging table. */
    private record Staged(LoadOutcome.How how, TargetChange.Way way, List<Long> attempts) {}

    /** Loads once; empty where another load moved the bookmark meanwhile. */
    Optional<LoadOutcome> attempt() {
        try (Connection connection = connections.open()) {
            return attempt(connection);
        } catch (SQLException failure) {
            throw PostgresErrors.explained(undone(), failure);
        } catch (CompletionException failure) {
            throwIfDatabaseFailed(failure);
            throw failure;
        }
    }

    private Optional<LoadOutcome> attempt(Connection connection) throws SQLException {
        CuratedTable curated = curated();
        LoadBookmarks.Found found = bookmarks.find(connection);
        Optional<Bookmark> begun = found.bookmark();
        Bookmark latest = new Bookmark(curated.id(), curated.version());
        if (found.ofTarget().equals(Optional.of(latest))) {
            return Optional.of(new LoadOutcome(
                    LoadOutcome.How.NOTHING, Optional.of(latest.curatedVersion()), latest.curatedVersion(), 0, 0));
        }
        Optional<TargetShape> shape = TargetShape.find(connection, target);
        TargetFit fit = TargetFit.of(shape, curated.schema(), () -> loaded(begun, curated), table, load);
        if (!fit.differences().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TARGET_MISMATCH,
                    undone() + ". The target's shape does not fit:\n- " + String.join("\n- ", fit.differences()));
        }
        Optional<Long> fromVersion = shape.isPresent() ? begun.map(Bookmark::curatedVersion) : Optional.empty();
        Plan plan = new Plan(
                begun, fromVersion, shape.isPresent(), curated, fit, changes(begun, shape.isPresent(), curated, fit));
        LoadBookmarks.create(connection);
        if (plan.changes().isPresent() && plan.changes().get().effect() == CuratedTable.Effect.NONE) {
            return committed(connection, plan, LoadOutcome.How.CHANGES, Optional.empty());
        }
        if (plan.changes().isEmpty()) {
            refuseDoubling(connection, plan);
        }
        try (StagingTable stage = StagingTable.create(connection, table.name() + " " + target, fit.columns())) {
            Callable<Staged> staging = () -> stage(connection, plan, stage);
            Staged staged = steps.step(table.name(), Step.STAGE_LOAD, staging);
            List<String> columns =
                    fit.columns().stream().map(TargetFit.Column::name).toList();
            TargetChange change = new TargetChange(target, stage, staged.attempts(), columns, key);
            RowChange rows = transaction -> {
                TargetChange.Count count = change.apply(transaction, staged.way());
                // With the rows, so that a load which dies right after its commit leaves no staging table.
                stage.drop();
                return count;
            };
            return committed(connection, plan, staged.how(), Optional.of(rows));
        }
    }

    private CuratedTable curated() {
        Optional<CuratedTable> found;
        try {
            found = CuratedTable.find(spark, curatedPath);
        } catch (RuntimeException failure) {
            throw corrupt(failure);
        }
        return found.orElseThrow(() -> new SluiceException(
                ErrorCode.REQUEST_INVALID,
                undone() + ". There is no curated table at " + curatedPath + ". Run the table's ingestion first."));
    }

    /** The columns that curated had in the version the target has; empty where its log no longer says. */
    private Optional<StructType> loaded(Optional<Bookmark> begun, CuratedTable curated) {
        try {
            return begun.filter(bookmark -> bookmark.deltaTableId().equals(curated.id())
                            && bookmark.curatedVersion() <= curated.version())
                    .flatMap(bookmark -> curated.schemaAt(bookmark.curatedVersion()));
        } catch (RuntimeException failure) {
            throw corrupt(failure);
        }
    }

    /** The changes to load; empty where everything has to be. */
    private Optional<CuratedTable.Changes> changes(
            Optional<Bookmark> begun, boolean targetExists, CuratedTable curated, TargetFit fit) {
        if (begun.isEmpty() || !targetExists) {
            return Optional.empty();
        }
        long version = begun.get().curatedVersion();
        if (!begun.get().deltaTableId().equals(curated.id()) || version > curated.version()) {
            LOG.info("{}: the curated table is not the one that was loaded; loading everything", table.name());
            return Optional.empty();
        }
        Optional<CuratedTable.Changes> changes;
        try {
            changes = curated.changesSince(version);
            if (changes.isPresent() && !fit.added().isEmpty()) {
                Set<String> before = loaded(begun, curated)
                        .map(schema -> Set.of(schema.fieldNames()))
                        .orElse(Set.of());
                if (fit.added().stream().anyMatch(before::contains)) {
                    LOG.info("{}: the target lost columns; loading everything to fill them", table.name());
                    return Optional.empty();
                }
            }
        } catch (RuntimeException failure) {
            throw corrupt(failure);
        }
        boolean whole = load.mode() == LoadSettings.Mode.REPLACE
                && changes.map(CuratedTable.Changes::effect)
                        .filter(effect -> effect != CuratedTable.Effect.NONE)
                        .isPresent();
        return whole ? Optional.empty() : changes;
    }

    /** A load of everything into a table that earlier loads appended to would repeat their rows. */
    private void refuseDoubling(Connection connection, Plan plan) throws SQLException {
        if (load.mode() != LoadSettings.Mode.APPEND || plan.begun().isEmpty() || !plan.targetExists()) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT EXISTS (SELECT FROM " + target.sql() + ")")) {
            rows.next();
            if (rows.getBoolean(1)) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        undone() + ". Curated's changes since version "
                                + plan.begun().get().curatedVersion()
                                + " cannot be read any more, and appending everything to a table that has rows could"
                                + " double them. Empty the table with TRUNCATE " + target.sql()
                                + " and load again, or set the load's mode to upsert or replace.");
            }
        }
    }

    private Staged stage(Connection connection, Plan plan, StagingTable stage) {
        try {
            return stageOrFail(connection, plan, stage);
        } catch (SQLException failure) {
            throw PostgresErrors.explained(undone(), failure);
        }
    }

    private Staged stageOrFail(Connection connection, Plan plan, StagingTable stage) throws SQLException {
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
    private Optional<Staged> stageChanges(Plan plan, StagingTable stage, CuratedTable.Changes changes)
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
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        undone() + ". Since version " + (changes.from() - 1)
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
            throwIfDatabaseFailed(failure);
            if (CuratedTable.isFeedLost(failure)) {
                return Optional.empty();
            }
            throw SqlFailures.of("load table " + described(table, load, endpoint), endpoint, failure);
        }
    }

    private Staged stageEverything(Plan plan, StagingTable stage) throws SQLException {
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
            throwIfDatabaseFailed(failure);
            if (CuratedTable.isFeedLost(failure)) {
                throw corrupt(failure);
            }
            throw SqlFailures.of("load table " + described(table, load, endpoint), endpoint, failure);
        }
    }

    /** The load's one Spark action. Gives back which task attempts copied the rows that count. */
    private List<Long> copy(Dataset<Row> rows, Plan plan, StagingTable stage) {
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

    /** Changes rows in the transaction of the load, and says how many. */
    private interface RowChange {
        TargetChange.Count apply(Connection transaction) throws SQLException;
    }

    private Optional<LoadOutcome> committed(
            Connection connection, Plan plan, LoadOutcome.How how, Optional<RowChange> rows) {
        Callable<Optional<LoadOutcome>> commit = () -> commit(connection, plan, how, rows);
        return steps.step(table.name(), Step.COMMIT_LOAD, commit);
    }

    private Optional<LoadOutcome> commit(
            Connection connection, Plan plan, LoadOutcome.How how, Optional<RowChange> rows) throws SQLException {
        CuratedTable curated = plan.curated();
        TargetChange.Count count = new TargetChange.Count(0, 0);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (!bookmarks.lock(connection).equals(plan.begun())) {
                connection.rollback();
                connection.setAutoCommit(true);
                return Optional.empty();
            }
            if (!plan.targetExists()) {
                createSchema(statement);
            }
            for (String definition : plan.fit().definitions()) {
                statement.execute(definition);
            }
            if (rows.isPresent()) {
                count = rows.get().apply(connection);
            }
            bookmarks.move(connection, new Bookmark(curated.id(), curated.version()));
        } catch (SQLException failure) {
            rollback(connection, failure);
            throw PostgresErrors.explained(undone(), failure);
        }
        try {
            connection.commit();
        } catch (SQLException failure) {
            throw outcomeOf(failure);
        }
        connection.setAutoCommit(true);
        List<String> changes = plan.targetExists() ? plan.fit().definitions() : List.of();
        changes.forEach(change -> LOG.info("{}: {}", table.name(), change));
        return Optional.of(new LoadOutcome(
                how, plan.fromVersion(), curated.version(), count.upserted(), count.deleted(), changes));
    }

    private void createSchema(Statement statement) throws SQLException {
        String literal = SqlText.literal(SqlText.identifier(target.schema()));
        try (ResultSet rows = statement.executeQuery("SELECT to_regnamespace(" + literal + ") IS NULL")) {
            rows.next();
            if (!rows.getBoolean(1)) {
                return;
            }
        }
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + SqlText.identifier(target.schema()));
    }

    /** What a failed commit means: a lost connection leaves open whether the database had got it. */
    private SluiceException outcomeOf(SQLException failure) {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        if (state.startsWith("08") || state.startsWith("57P")) {
            return new SluiceException(
                    ErrorCode.OUTCOME_UNKNOWN,
                    undone() + ". The connection was lost while the transaction committed: " + failure.getMessage()
                            + ". Load again: the load bookmark in the target tells what happened.",
                    failure);
        }
        return PostgresErrors.explained(undone(), failure);
    }

    private static void rollback(Connection connection, SQLException failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException further) {
            failure.addSuppressed(further);
        }
    }

    private void throwIfDatabaseFailed(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException known) {
                throw known;
            }
        }
        Optional<SQLException> database = SqlFailures.findSqlException(failure);
        if (database.isPresent()) {
            throw PostgresErrors.explained(undone(), database.get());
        }
    }

    private SluiceException corrupt(Exception failure) {
        return new SluiceException(
                ErrorCode.CURATED_CORRUPT,
                undone() + ". The curated table at " + curatedPath + " cannot be read: "
                        + String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("")
                        + ". Restore its folder from the bucket's versions, or move it away and build it anew with"
                        + " 'sluice bookmark rewind " + table.name() + " --to-start' and 'sluice run " + table.name()
                        + "'.",
                failure);
    }

    private String undone() {
        return "Cannot load table " + described(table, load, endpoint);
    }
}
