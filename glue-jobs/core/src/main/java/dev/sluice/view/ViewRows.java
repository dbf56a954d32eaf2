package dev.sluice.view;

import static dev.sluice.SparkNames.quoted;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.curate.CuratedZone;
import dev.sluice.run.Platform;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of a view, computed by Spark over the curated tables as they are now. The tables, and the views below, get names
 * of this instance's own in the session's catalog until it is closed.
 */
public final class ViewRows implements AutoCloseable {

    private final Platform platform;
    private final SparkSession spark;
    private final String prefix = "sluice_" + UUID.randomUUID().toString().substring(0, 8) + "_";
    private final Set<String> databases = new LinkedHashSet<>();
    private final Set<TableName> defined = new LinkedHashSet<>();

    public ViewRows(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.spark = platform.spark().newSession();
        spark.conf().set("spark.sql.session.timeZone", "UTC");
        // As Athena does: an error where a value does not fit, in place of NULL.
        spark.conf().set("spark.sql.ansi.enabled", "true");
    }

    /**
     * The rows, lazily; to be read before this is closed. Throws {@code SETTINGS_MISSING} for a view that is not registered,
     * {@code SETTINGS_INVALID} for one that does not fit its tables, and {@code REQUEST_INVALID} where a table has no
     * curated rows yet.
     */
    public Dataset<Row> read(TableName name) {
        ViewSettings view = platform.settings()
                .findView(name)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.SETTINGS_MISSING,
                        "Cannot read view " + name
                                + ": no view of that name is registered. Look it up with 'sluice views', or register it"
                                + " with 'sluice register'"));
        requireUsable(view);
        view.tables().forEach(this::define);
        return refusable("read view " + name, () -> spark.sql(ViewSql.statement(view, prefix, ColumnType::ddl)));
    }

    private void requireUsable(ViewSettings view) {
        var problems =
                new ViewCheck(Definitions.of(platform.settings())).check(view).problems();
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read view " + view.name() + ": it does not fit what is registered."
                            + problems.stream()
                                    .map(SettingsProblem::toString)
                                    .map(problem -> "\n- " + problem)
                                    .collect(Collectors.joining()));
        }
    }

    /** Gives a table or view its name; there is no circle among views that are usable. */
    private void define(TableName name) {
        if (!defined.add(name)) {
            return;
        }
        String database = prefix + ViewSql.database(name.source());
        if (databases.add(database)) {
            spark.sql("CREATE DATABASE " + database);
        }
        String definition = platform.settings()
                .findView(name)
                .map(view -> {
                    requireUsable(view);
                    view.tables().forEach(this::define);
                    return ViewSql.statement(view, prefix, ColumnType::ddl);
                })
                .orElseGet(() -> curated(name));
        refusable(
                "read " + name, () -> spark.sql("CREATE VIEW " + database + "." + name.table() + " AS " + definition));
    }

    private String curated(TableName name) {
        CuratedZone curated = new CuratedZone(platform.zones().curated());
        if (platform.bookmarks().load(name).curatedVersion().isEmpty()) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot read table " + name + ": it has no curated rows yet. Run it first with 'sluice run " + name
                            + "'");
        }
        String location = curated.location(name);
        TableSettings settings = platform.settings().findTable(name).orElseThrow();
        List<String> present =
                List.of(spark.read().format("delta").load(location).columns());
        // The first reconciliation that marks a row adds the column; until then no row is marked.
        Optional<String> unmarked = settings.markColumn().filter(mark -> !present.contains(mark));
        return Readable.of(settings).columns().stream()
                .map(column -> unmarked.equals(Optional.of(column.name()))
                        ? "CAST(NULL AS timestamp) AS " + quoted(column.name())
                        : quoted(column.name()))
                .collect(Collectors.joining(", ", "SELECT ", " FROM delta." + quoted(location)));
    }

    private interface Statement {
        Dataset<Row> run() throws AnalysisException;
    }

    /** Curated may lack what the settings have gained since its last batch. */
    private static Dataset<Row> refusable(String what, Statement statement) {
        try {
            return statement.run();
        } catch (AnalysisException failure) {
            throw new SluiceException(
                    ErrorCode.FAILED,
                    "Cannot " + what + ": "
                            + failure.getMessage().lines().findFirst().orElse("")
                            + " Run the tables it reads, which brings curated to their settings",
                    failure);
        }
    }

    /** Takes the names back. */
    @Override
    public void close() {
        databases.forEach(database -> spark.sql("DROP DATABASE " + database + " CASCADE"));
    }
}
