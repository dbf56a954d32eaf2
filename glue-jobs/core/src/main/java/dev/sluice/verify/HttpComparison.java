package dev.sluice.verify;

import static dev.sluice.SparkNames.column;
import static dev.sluice.SparkNames.columns;
import static dev.sluice.SparkNames.quoted;
import static org.apache.spark.sql.functions.col;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.curate.Candidates;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.quality.Projection;
import dev.sluice.run.Platform;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.HttpSettings.Reads;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Curated against all that its endpoint answers now. What may have changed since the last batch has its bookmark at or after
 * the table's: such keys are the next run's and are not compared, and neither are those whose record does not pass.
 */
final class HttpComparison {

    private final Platform platform;
    private final SparkSession spark;
    private final SourceSettings source;
    private final TableSettings settings;

    HttpComparison(Platform platform, SparkSession spark, SourceSettings source, TableSettings settings) {
        this.platform = platform;
        this.spark = spark;
        this.source = source;
        this.settings = settings;
    }

    Comparison compare() {
        TableState state = platform.bookmarks().load(settings.name());
        long version = CuratedRows.version(state);
        if (((Relation.Http) settings.extract().relation()).settings().reads() == Reads.RECENT) {
            throw refused("its endpoint answers with recent records only (extract.http.reads), so there is nothing to"
                    + " hold older ones against. Verify its loads with --scope targets, or compare with a full export of"
                    + " the system registered as a source of files");
        }
        if (settings.curate().mode() == Mode.APPEND && bookmarkInCurated().isEmpty()) {
            throw refused("curated does not keep the bookmark, so nothing tells how far it goes. Declare the column of"
                    + " extract.bookmark in schema.columns");
        }
        Dataset<Row> all = CuratedRows.read(platform, spark, settings.name(), version);
        Dataset<Row> curated = settings.curate().mode() == Mode.HISTORY
                ? all.filter(col(HistoryColumns.IS_CURRENT)).drop(HistoryColumns.ALL.toArray(String[]::new))
                : all;
        Instant now = platform.clock().instant();
        // Executors read the answers from here; a run looks at no folder of this name.
        String folder = settings.name() + "/verify=" + UUID.randomUUID();
        try (Extraction extraction =
                        platform.extractor(source, settings).open(source, platform.connections(), settings);
                Snapshot snapshot = extraction.openSnapshot()) {
            snapshot.keep(spark, Window.ALL, folder);
            Dataset<Row> raw = snapshot.read(spark, Window.ALL);
            return compare(state, version, curated, raw, snapshot.table(), now);
        } finally {
            platform.zones().raw().delete(folder);
        }
    }

    private Comparison compare(
            TableState state, long version, Dataset<Row> curated, Dataset<Row> raw, SourceTable table, Instant now) {
        EffectiveSchema schema = Drift.resolve(settings, table, table.columns(), List.of());
        Dataset<Row> projected =
                new Projection(schema.columns(), table.columns(), settings.curate(), source.timeZone()).project(raw);
        List<NotCompared> notCompared = new ArrayList<>();
        List<ComparedColumn> columns = FilesComparison.columns(schema, curated, notCompared);
        List<Integer> key = CuratedRows.key(settings.curate().primaryKey(), columns);
        Dataset<Row> derived = Candidates.anew(projected, schema.columns(), table.columns(), settings.curate());
        Dataset<Row> held = curated;
        List<String> notes =
                new ArrayList<>(CuratedRows.keyNotes(settings.curate().primaryKey(), key));
        Optional<Column> pending = pending(state.position());
        if (settings.curate().mode() == Mode.APPEND && pending.isPresent()) {
            Column before = column(bookmarkInCurated().orElseThrow())
                    .lt(literal(state.position().orElseThrow()));
            derived = derived.filter(before);
            held = held.filter(before);
            notes.add("compared up to the bookmark, "
                    + state.position().orElseThrow().text());
        } else if (!key.isEmpty()) {
            Column left = org.apache.spark.sql.functions.not(Projection.passes());
            Dataset<Row> others = projected
                    .filter(pending.map(left::or).orElse(left))
                    .select(columns(settings.curate().primaryKey()))
                    .distinct();
            derived = without(derived, others);
            held = without(held, others);
            notes.add("records from the bookmark on, and those in quarantine, are not compared");
        }
        Narrowing.Outcome outcome = new Narrowing(columns, key)
                .compare(new LakeSide(derived, columns, key), new LakeSide(held, columns, key), Optional.empty());
        return Comparison.of(
                source.source() + ":" + settings.extract().relation(),
                "curated " + settings.name(),
                new ConsistentPoint(
                        Optional.of(version), Optional.of(state.lastBatch()), state.readPoint(), state.position(), now),
                columns,
                notCompared,
                outcome,
                notes);
    }

    private Dataset<Row> without(Dataset<Row> rows, Dataset<Row> others) {
        Column same = settings.curate().primaryKey().stream()
                .map(name -> rows.col(quoted(name)).equalTo(others.col(quoted(name))))
                .reduce(Column::and)
                .orElseThrow();
        return rows.join(others, same, "left_anti");
    }

    /** The records that the next run reads. */
    private Optional<Column> pending(Optional<Position> position) {
        return position.map(from -> {
            Column value = col(Projection.RAW + "."
                    + quoted(settings.extract()
                            .bookmark()
                            .orElseThrow()
                            .columns()
                            .get(0)));
            return value.isNull().or(value.geq(literal(from)));
        });
    }

    private static Column literal(Position position) {
        return position instanceof Position.At at
                ? org.apache.spark.sql.functions.lit(at.instant())
                : org.apache.spark.sql.functions.lit(((Position.Sequence) position).value());
    }

    private Optional<String> bookmarkInCurated() {
        return settings.extract().bookmark().flatMap(bookmark -> settings.schema().columns().stream()
                .filter(column -> column.sourceName().equals(bookmark.columns().get(0))
                        && column.expression().isEmpty()
                        && column.masking().isEmpty())
                .map(column -> column.name())
                .findFirst());
    }

    private SluiceException refused(String why) {
        return new SluiceException(ErrorCode.REQUEST_INVALID, "Cannot verify table " + settings.name() + ": " + why);
    }
}
