package dev.sluice.verify;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.curate.GoneRows;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.jdbc.JdbcTable;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Platform;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Curated against the source as it is now. The ledger is read first, so the source is never older than curated. While no
 * run is at work curated's latest version is compared, which is what its readers see; beside a run that of the ledger.
 * What may have changed since then has its bookmark at or after the table's: of a keyed table such a row may differ and is
 * said to be the next run's; of an append table it is not compared, for curated holds what lies before.
 */
final class SourceComparison {

    private final Platform platform;
    private final SparkSession spark;
    private final SourceSettings source;
    private final TableSettings settings;

    SourceComparison(Platform platform, SparkSession spark, SourceSettings source, TableSettings settings) {
        this.platform = platform;
        this.spark = spark;
        this.source = source;
        this.settings = settings;
    }

    Comparison compare() {
        TableState state = platform.bookmarks().load(settings.name());
        List<BatchRecord> history = platform.bookmarks().history(settings.name(), Integer.MAX_VALUE);
        long known = CuratedRows.version(state);
        long version = quietVersion(state).orElse(known);
        if (settings.extract().events().isPresent()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot verify table " + settings.name() + " against "
                            + settings.extract().relation()
                            + ": a topic holds changes and no rows. Verify its loads with --scope targets, or register"
                            + " the database itself as a source and compare");
        }
        JdbcEndpoint endpoint = platform.connections().resolve(source);
        Dataset<Row> curated = current(CuratedRows.read(platform, spark, settings.name(), version));
        try (DatabaseView view = DatabaseView.begin(endpoint, "verify table " + settings.name())) {
            JdbcTable table = JdbcTable.load(view.connection(), endpoint, settings);
            SourceForms forms = SourceForms.of(settings, table, CuratedRows.columns(curated), source.timeZone());
            List<ComparedColumn> columns = forms.compared().stream()
                    .map(SourceForms.SourceForm::column)
                    .toList();
            if (columns.isEmpty()) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot verify table " + settings.name()
                                + ": none of its columns is a copy of a source column. Verify what it is made of");
            }
            List<Integer> key = CuratedRows.key(settings.curate().primaryKey(), columns);
            Optional<Position> position = position(state, history);
            Narrowing.Outcome outcome = new Narrowing(columns, key)
                    .compare(
                            new DatabaseSide(spark, view, rows(table, position), columns, key),
                            new LakeSide(curated, columns, key),
                            QuarantinedRows.find(
                                    spark,
                                    new Quarantine(platform.zones().quarantine()),
                                    settings,
                                    history,
                                    table,
                                    forms.compared(),
                                    key));
            List<String> notes =
                    new ArrayList<>(CuratedRows.keyNotes(settings.curate().primaryKey(), key));
            if (version > known) {
                notes.add("curated was committed to " + (version - known) + " times after its last batch, by none of"
                        + " Sluice's runs: version " + version + " was compared, that batch made " + known);
            }
            notes.addAll(notes(state, position, outcome));
            return Comparison.of(
                    source.source() + ":" + settings.extract().relation(),
                    "curated " + settings.name(),
                    new ConsistentPoint(
                            Optional.of(version),
                            Optional.of(state.lastBatch()),
                            state.readPoint(),
                            position,
                            view.time()),
                    columns,
                    forms.notCompared(),
                    outcome,
                    notes);
        }
    }

    /** The rows that stand for rows of the source, as it has them: without the columns that are Sluice's own. */
    private Dataset<Row> current(Dataset<Row> curated) {
        Dataset<Row> standing = GoneRows.standing(curated, settings);
        Dataset<Row> plain = settings.curate().mode() == Mode.HISTORY
                ? standing.drop(HistoryColumns.ALL.toArray(String[]::new))
                : standing;
        return settings.markColumn().map(plain::drop).orElse(plain);
    }

    /** The latest version, if no run had the table's lease while it was looked up. */
    private Optional<Long> quietVersion(TableState state) {
        Optional<Long> latest = CuratedRows.latestVersion(platform, spark, settings.name());
        TableState after = platform.bookmarks().load(settings.name());
        boolean quiet =
                state.work() == TableState.Work.FINISHED && state.hold().isEmpty() && after.fence() == state.fence();
        return latest.filter(version -> quiet);
    }

    /**
     * How far curated has read. After a rewind the bookmark lies before what curated holds, and the last batch that moved
     * it tells.
     */
    private Optional<Position> position(TableState state, List<BatchRecord> history) {
        if (settings.extract().strategy() == Strategy.FULL) {
            return Optional.empty();
        }
        return state.overlap() == TableState.Overlap.REWOUND
                ? history.stream()
                        .filter(batch -> batch.kind() == BatchRecord.Kind.INGEST)
                        .findFirst()
                        .flatMap(BatchRecord::positionAfter)
                : state.position();
    }

    private DatabaseSide.Rows rows(JdbcTable table, Optional<Position> position) {
        Optional<String> kept =
                settings.curate().deleteWhen().map(condition -> "NOT COALESCE((" + condition + "), FALSE)");
        if (position.isEmpty()) {
            return new DatabaseSide.Rows(
                    table.from(),
                    kept.map(sql -> table.filter() + " AND " + sql).orElse(table.filter()),
                    "false");
        }
        if (settings.curate().mode() == Mode.APPEND) {
            return new DatabaseSide.Rows(
                    table.from(), table.condition(new Window(Optional.empty(), position)), "false");
        }
        String pending = table.condition(new Window(position, Optional.empty()));
        // A row that was marked as deleted since is curated's until the next run.
        String rows = kept.map(sql -> table.filter() + " AND (" + sql + " OR (" + pending + "))")
                .orElse(table.filter());
        return new DatabaseSide.Rows(table.from(), rows, pending);
    }

    private List<String> notes(TableState state, Optional<Position> position, Narrowing.Outcome outcome) {
        List<String> notes = new ArrayList<>();
        if (position.isPresent() && settings.curate().mode() == Mode.APPEND) {
            notes.add("compared up to the bookmark, " + position.get().text());
        }
        if (outcome.counts().isEmpty()) {
            return notes;
        }
        if (settings.extract().strategy() == Strategy.FULL) {
            notes.add(
                    "the table is read in full, so nothing tells what changed in the source after curated's read point"
                            + state.readPoint().map(at -> ", " + at).orElse("")
                            + "; run it and verify again to tell a change from a difference");
        } else if (outcome.counts().stream()
                .anyMatch(count -> count.kind() == Difference.Kind.EXTRA
                        && count.explanation().isEmpty())) {
            notes.add("an incremental read does not see rows that the source deletes: they stay in curated until "
                    + (settings.reconcile().isPresent()
                            ? "'sluice reconcile " + settings.name() + "'"
                            : "the table is rebuilt with 'sluice bookmark rewind " + settings.name()
                                    + " --to-start', or reconciled (reconcile)"));
        }
        return notes;
    }
}
