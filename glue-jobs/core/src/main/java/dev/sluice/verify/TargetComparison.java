package dev.sluice.verify;

import static dev.sluice.database.SqlText.identifier;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.load.Loader;
import dev.sluice.run.Platform;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A target table as it is now against curated at the version its own load bookmark names. */
final class TargetComparison {

    /** How often to look again where a load committed between the look at its bookmark and the snapshot. */
    private static final int ATTEMPTS = 5;

    private final Platform platform;
    private final SparkSession spark;
    private final SourceSettings target;
    private final TableSettings settings;
    private final LoadSettings load;

    TargetComparison(
            Platform platform, SparkSession spark, SourceSettings target, TableSettings settings, LoadSettings load) {
        this.platform = platform;
        this.spark = spark;
        this.target = target;
        this.settings = settings;
        this.load = load;
    }

    Comparison compare() {
        JdbcEndpoint endpoint = platform.connections().resolve(target);
        Loader loader = platform.loader(target);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Long> before = loader.findLoadedVersion(endpoint, settings, load);
            try (DatabaseView view = DatabaseView.begin(endpoint, action())) {
                // Rows and bookmark change in one transaction, so between two looks that agree the rows were the same.
                if (!before.equals(loader.findLoadedVersion(endpoint, settings, load))) {
                    continue;
                }
                return before.isEmpty() ? neverLoaded(view) : compare(view, before.get());
            }
        }
        throw new SluiceException(
                ErrorCode.LEASE_HELD,
                "Cannot " + action() + ": loads kept changing it meanwhile. Verify again once they are done");
    }

    private Comparison compare(DatabaseView view, long version) {
        Dataset<Row> curated = CuratedRows.read(platform, spark, settings.name(), version);
        TargetForms forms = TargetForms.of(curated.schema(), view, load);
        List<ComparedColumn> columns = forms.compared();
        if (columns.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TARGET_MISMATCH,
                    "Cannot " + action() + ": it has no column of curated in a type that can be compared. Load it into"
                            + " a table of its own");
        }
        List<Integer> key = CuratedRows.key(settings.curate().rowKey(), columns);
        Narrowing.Outcome outcome = new Narrowing(columns, key)
                .compare(
                        new LakeSide(curated, columns, key),
                        new DatabaseSide(
                                spark,
                                view,
                                new DatabaseSide.Rows(identifier(load.schema(), load.table()), "TRUE", "false"),
                                columns,
                                key),
                        Optional.empty());
        Optional<BatchRecord> batch = platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                .filter(record ->
                        record.curatedVersion().map(at -> at <= version).orElse(false))
                .findFirst();
        return Comparison.of(
                "curated " + settings.name(),
                label(),
                new ConsistentPoint(
                        Optional.of(version),
                        batch.map(BatchRecord::batch),
                        batch.map(BatchRecord::readPoint),
                        Optional.empty(),
                        view.time()),
                columns,
                forms.notCompared(),
                outcome,
                notes(version, key));
    }

    private List<String> notes(long version, List<Integer> key) {
        List<String> notes =
                new ArrayList<>(CuratedRows.keyNotes(settings.curate().rowKey(), key));
        platform.bookmarks()
                .load(settings.name())
                .curatedVersion()
                .filter(latest -> latest > version)
                .ifPresent(latest -> notes.add("the target was loaded up to curated's version " + version
                        + "; those up to " + latest + " are yet to be loaded"));
        return notes;
    }

    private Comparison neverLoaded(DatabaseView view) {
        TableState state = platform.bookmarks().load(settings.name());
        long version = state.curatedVersion()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot " + action() + ": nothing has been ingested yet. Run it first with 'sluice run "
                                + settings.name() + "'"));
        long rows = CuratedRows.read(platform, spark, settings.name(), version).count();
        return new Comparison(
                "curated " + settings.name(),
                label(),
                new ConsistentPoint(
                        Optional.of(version),
                        Optional.of(state.lastBatch()),
                        state.readPoint(),
                        Optional.empty(),
                        view.time()),
                rows,
                0,
                List.of(),
                List.of(),
                rows == 0
                        ? List.of()
                        : List.of(new Comparison.Count(Difference.Kind.MISSING, Optional.empty(), rows, rows)),
                List.of(),
                List.of("nothing has been loaded into it yet; load it with 'sluice load " + settings.name() + "'"));
    }

    private String action() {
        return "verify target " + label() + " of table " + settings.name();
    }

    private String label() {
        return load.target() + ":" + load.schema() + "." + load.table();
    }
}
