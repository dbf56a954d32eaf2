package dev.sluice.extract.http;

import dev.sluice.bookmark.Window;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import dev.sluice.extract.files.AnswerFiles;
import dev.sluice.raw.Intake;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.settings.TableSettings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The answers of one pull, read from their copies in raw. */
final class HttpSnapshot implements Snapshot {

    private final HttpExtraction extraction;
    private final ZoneFiles raw;
    private final TableSettings settings;
    private final AnswerFiles files;
    private final Optional<Pull.Bookmark> watermark;
    private Optional<Kept> kept = Optional.empty();
    private Optional<SourceTable> table = Optional.empty();

    private record Kept(Pull pull, Intake intake, String folder) {}

    HttpSnapshot(
            HttpExtraction extraction,
            ZoneFiles raw,
            TableSettings settings,
            AnswerFiles files,
            Optional<Pull.Bookmark> watermark) {
        this.extraction = extraction;
        this.raw = raw;
        this.settings = settings;
        this.files = files;
        this.watermark = watermark;
    }

    @Override
    public Optional<Intake> keep(SparkSession spark, Window window, String folder) {
        Pull pull = extraction.covering(window);
        extraction.refuseWithoutBookmark(pull, window);
        kept = Optional.of(new Kept(pull, files.keep(spark, raw, folder, extraction.batch(), pull.answers()), folder));
        return kept.map(Kept::intake);
    }

    @Override
    public List<String> notes() {
        return kept.map(answers -> answers.pull().answers().size())
                .map(count -> List.of(count + (count == 1 ? " page" : " pages") + " pulled"))
                .orElse(List.of());
    }

    @Override
    public SourceTable table() {
        if (table.isEmpty()) {
            table = Optional.of(extraction.table(answers().pull().names()));
        }
        return table.get();
    }

    @Override
    public Dataset<Row> read(SparkSession spark, Window window) {
        SourceTable columns = table();
        if (!answers().pull().covers(window)) {
            // More is wanted than was kept, as to fill a column that curated gains: the batch has what that takes.
            String folder = answers().folder();
            raw.delete(folder);
            keep(spark, window, folder);
        }
        Dataset<Row> rows = HttpRows.read(
                spark, raw, files, answers().intake(), answers().pull().names(), columns, watermark);
        if (watermark.isEmpty()) {
            return rows;
        }
        return rows.filter(within(window));
    }

    /** Rows whose bookmark cannot be read are part of every window: they go to quarantine. */
    private Column within(Window window) {
        Pull.Bookmark bookmark = watermark.orElseThrow();
        Column value = HttpRows.number(bookmark);
        Column inside = functions.lit(true);
        if (window.from().isPresent()) {
            inside = inside.and(
                    value.geq(bookmark.watermark().number(window.from().get())));
        }
        if (window.to().isPresent()) {
            inside = inside.and(value.lt(bookmark.watermark().number(window.to().get())));
        }
        return value.isNull().or(inside);
    }

    @Override
    public void close() {
        kept = Optional.empty();
    }

    private Kept answers() {
        return kept.orElseThrow(() -> new IllegalStateException(
                "The answers of table " + settings.name() + " are kept before they are read"));
    }
}
