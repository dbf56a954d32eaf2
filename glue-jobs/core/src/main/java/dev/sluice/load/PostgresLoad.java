package dev.sluice.load;

import dev.sluice.Step;
import dev.sluice.StepListener;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlText;
import dev.sluice.load.LoadBookmarks.Bookmark;
import dev.sluice.load.LoadStaging.Staged;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One load of one curated table into one PostgreSQL table; {@link PostgresLoader} tells the rules. */
final class PostgresLoad {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLoad.class);

    private final SparkSession spark;
    private final TableSettings table;
    private final LoadSettings load;
    private final String curatedPath;
    private final StepListener steps;
    private final PostgresConnections connections;
    private final TargetTable target;
    private final LoadBookmarks bookmarks;
    private final LoadFailures failures;
    private final LoadStaging staging;

    PostgresLoad(
            SparkSession spark,
            JdbcEndpoint endpoint,
            TableSettings table,
            LoadSettings load,
            String curatedPath,
            StepListener steps) {
        this.spark = session(spark);
        this.table = table;
        this.load = load;
        this.curatedPath = curatedPath;
        this.steps = steps;
        this.connections = new PostgresConnections(endpoint);
        this.target = TargetTable.of(load);
        this.bookmarks = bookmarks(table, load);
        this.failures = new LoadFailures(table, load, endpoint, curatedPath);
        this.staging = new LoadStaging(table, load, connections, failures);
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

    /** Loads once; empty where another load moved the bookmark meanwhile. */
    Optional<LoadOutcome> attempt() {
        try (Connection connection = connections.open()) {
            return attempt(connection);
        } catch (SQLException failure) {
            throw failures.explained(failure);
        } catch (CompletionException failure) {
            failures.throwIfDatabaseFailed(failure);
            throw failure;
        }
    }

    private Optional<LoadOutcome> attempt(Connection connection) throws SQLException {
        CuratedTable curated = curated();
        LoadBookmarks.Found found = bookmarks.find(connection);
        Bookmark latest = new Bookmark(curated.id(), curated.version());
        if (found.ofTarget().equals(Optional.of(latest))) {
            return Optional.of(new LoadOutcome(
                    LoadOutcome.How.NOTHING, Optional.of(latest.curatedVersion()), latest.curatedVersion(), 0, 0));
        }
        LoadPlan plan =
                LoadPlan.of(found.bookmark(), TargetShape.find(connection, target), curated, table, load, failures);
        LoadBookmarks.create(connection);
        if (plan.changes().isPresent() && plan.changes().get().effect() == CuratedTable.Effect.NONE) {
            return committed(connection, plan, LoadOutcome.How.CHANGES, Optional.empty());
        }
        if (plan.changes().isEmpty()) {
            staging.refuseDoubling(connection, plan);
        }
        try (StagingTable stage = StagingTable.create(
                connection, table.name() + " " + target, plan.fit().columns())) {
            Callable<Staged> copy = () -> staging.stage(connection, plan, stage);
            Staged staged = steps.step(table.name(), Step.STAGE_LOAD, copy);
            List<String> columns =
                    plan.fit().columns().stream().map(TargetFit.Column::name).toList();
            TargetChange change = new TargetChange(
                    target, stage, staged.attempts(), columns, table.curate().rowKey());
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
            throw failures.corrupt(failure);
        }
        return found.orElseThrow(() ->
                failures.refused("There is no curated table at " + curatedPath + ". Run the table's ingestion first."));
    }

    /** Changes rows in the transaction of the load, and says how many. */
    private interface RowChange {
        TargetChange.Count apply(Connection transaction) throws SQLException;
    }

    private Optional<LoadOutcome> committed(
            Connection connection, LoadPlan plan, LoadOutcome.How how, Optional<RowChange> rows) {
        Callable<Optional<LoadOutcome>> commit = () -> commit(connection, plan, how, rows);
        return steps.step(table.name(), Step.COMMIT_LOAD, commit);
    }

    private Optional<LoadOutcome> commit(
            Connection connection, LoadPlan plan, LoadOutcome.How how, Optional<RowChange> rows) throws SQLException {
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
            throw failures.explained(failure);
        }
        try {
            connection.commit();
        } catch (SQLException failure) {
            throw failures.ofCommit(failure);
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

    private static void rollback(Connection connection, SQLException failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException further) {
            failure.addSuppressed(further);
        }
    }
}
