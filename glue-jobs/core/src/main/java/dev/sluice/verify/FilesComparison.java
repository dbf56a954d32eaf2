package dev.sluice.verify;

import static dev.sluice.SparkNames.column;

import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.curate.Candidates;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.quality.Projection;
import dev.sluice.run.Platform;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Curated against the files it was made of: every original in raw is read again from its first byte, held against the
 * SHA-256 it was taken with, and judged by the settings as they are. Files that no batch has taken yet are said to be the
 * next run's.
 */
final class FilesComparison {

    private final Platform platform;
    private final SparkSession spark;
    private final SourceSettings source;
    private final TableSettings settings;

    FilesComparison(Platform platform, SparkSession spark, SourceSettings source, TableSettings settings) {
        this.platform = platform;
        this.spark = spark;
        this.source = source;
        this.settings = settings;
    }

    Comparison compare() {
        TableState state = platform.bookmarks().load(settings.name());
        long version = CuratedRows.version(state);
        Dataset<Row> curated = CuratedRows.read(platform, spark, settings.name(), version);
        Instant now = platform.clock().instant();
        Window taken = new Window(Optional.empty(), Optional.of(new Position.Sequence(state.lastBatch() + 1)));
        try (Extraction extraction =
                platform.extractor(source, settings).open(source, platform.connections(), settings)) {
            Bound bound = extraction.fixBound(state.position(), List.of());
            boolean news = state.overlap() == TableState.Overlap.REWOUND
                    || !bound.position().equals(state.position());
            try (Snapshot snapshot = extraction.openSnapshot()) {
                Dataset<Row> raw = snapshot.read(spark, taken);
                SourceTable table = snapshot.table();
                EffectiveSchema schema = Drift.resolve(settings, table, table.columns(), List.of());
                Dataset<Row> derived = Candidates.anew(
                        new Projection(schema.columns(), table.columns(), settings.curate(), source.timeZone())
                                .project(raw),
                        schema.columns(),
                        table.columns(),
                        settings.curate());
                List<NotCompared> notCompared = new ArrayList<>();
                List<ComparedColumn> columns = columns(schema, curated, notCompared);
                List<Integer> key = CuratedRows.key(settings.curate().primaryKey(), columns);
                Narrowing.Outcome outcome = new Narrowing(columns, key)
                        .compare(
                                new LakeSide(derived, columns, key),
                                new LakeSide(curated, columns, key),
                                Optional.empty());
                return Comparison.of(
                        source.source() + ":" + settings.extract().relation(),
                        "curated " + settings.name(),
                        new ConsistentPoint(
                                Optional.of(version),
                                Optional.of(state.lastBatch()),
                                state.readPoint(),
                                state.position(),
                                now),
                        columns,
                        notCompared,
                        outcome,
                        notes(key, news));
            }
        }
    }

    /** The columns that two sets of rows of the lake can be held against each other by. */
    static List<ComparedColumn> columns(EffectiveSchema schema, Dataset<Row> curated, List<NotCompared> notCompared) {
        List<String> present = List.of(curated.columns());
        List<ComparedColumn> columns = new ArrayList<>();
        for (ColumnSettings column : schema.columns()) {
            if (!present.contains(column.name())) {
                notCompared.add(new NotCompared(column.name(), "curated does not have it yet"));
                continue;
            }
            if (column.masking().isPresent()) {
                notCompared.add(new NotCompared(column.name(), "it is masked in curated"));
                continue;
            }
            Form.of(column.type())
                    .ifPresentOrElse(
                            form -> columns.add(
                                    new ComparedColumn(column.name(), form, "", form.lake(column(column.name())))),
                            () -> notCompared.add(new NotCompared(column.name(), "arrays have no form to compare")));
        }
        return columns;
    }

    private List<String> notes(List<Integer> key, boolean news) {
        List<String> notes =
                new ArrayList<>(CuratedRows.keyNotes(settings.curate().primaryKey(), key));
        notes.add("raw's copies of the files were read again and have the content they were taken with");
        if (news) {
            notes.add("files that have come since are read by the next run");
        }
        return notes;
    }
}
