package dev.sluice.aws.glue;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Promise;
import dev.sluice.extract.Snapshot;
import dev.sluice.extract.SourceTable;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A table opened for Glue's engine: what it is comes from the source, what is new only Glue knows. */
final class GlueExtraction implements Extraction {

    private final Extraction description;
    private final GlueSource source;
    private final Clock clock;

    GlueExtraction(Extraction description, GlueSource source, Clock clock) {
        this.description = description;
        this.source = source;
        this.clock = clock;
    }

    @Override
    public SourceTable describe() {
        return description.describe();
    }

    @Override
    public Promise promise() {
        return new Promise(
                Bound.Guarantee.GLUE,
                "Glue's job bookmarks (extract.bookmark.engine) hand out what is above the greatest value read: rows that"
                        + " commit later at or below it, and updates that leave it as it is, are missed. Set the"
                        + " engine to sluice for more");
    }

    @Override
    public List<String> advice() {
        return description.advice();
    }

    @Override
    public Bound fixBound(Optional<Position> from, List<Observation> observations) {
        return new Bound(Optional.empty(), List.of(), clock.instant(), Bound.Guarantee.GLUE, Optional.empty());
    }

    /** Glue says what is new by reading it. */
    @Override
    public News hasNews(Window window) {
        return News.SOME;
    }

    @Override
    public Estimate estimate(Window window) {
        return description.estimate(window);
    }

    @Override
    public Snapshot openSnapshot() {
        SourceTable table = describe();
        return new Snapshot() {
            @Override
            public SourceTable table() {
                return table;
            }

            /** The rows Glue has not handed out; the window is Glue's to know. */
            @Override
            public Dataset<Row> read(SparkSession spark, Window window) {
                return source.read(table);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public News hasValues(String column, Optional<Position> before) {
        return description.hasValues(column, before);
    }

    @Override
    public void close() {
        description.close();
    }
}
