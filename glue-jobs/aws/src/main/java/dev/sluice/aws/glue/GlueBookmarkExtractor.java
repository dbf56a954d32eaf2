package dev.sluice.aws.glue;

import com.amazonaws.services.glue.GlueContext;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.Connections;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Extractor;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Reads a table by Glue's own job bookmarks: each run gets the rows whose bookmark columns are above those of the last
 * committed run. What the ledger's engine promises of late commits, ties and updates, this one does not. The relation is
 * described by the source's ordinary extractor, and rows come in the raw types of that description.
 */
public final class GlueBookmarkExtractor implements Extractor {

    /** A system property, true where a job runs outside Glue on a machine that is gone after it, and its bookmarks too. */
    static final String FORGOTTEN = "sluice.glue-bookmarks.forgotten";

    private final Supplier<GlueContext> context;
    private final Extractor describing;
    private final GlueBookmarks bookmarks;
    private final Clock clock;

    /**
     * @param context gives the job's context; asked when rows are read
     * @param describing opens the same table for its description
     * @param bookmarks is told of each table that is read
     * @param clock gives the read point
     */
    public GlueBookmarkExtractor(
            Supplier<GlueContext> context, Extractor describing, GlueBookmarks bookmarks, Clock clock) {
        this.context = Objects.requireNonNull(context, "context");
        this.describing = Objects.requireNonNull(describing, "describing");
        this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * As any extractor; throws {@code SETTINGS_INVALID} for a query, which Glue cannot keep a bookmark of, and in a
     * container, where nobody keeps any.
     */
    @Override
    public Extraction open(SourceSettings source, Connections connections, TableSettings table) {
        if (source.kind() != SourceKind.POSTGRESQL) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name() + " by Glue's bookmarks (extract.bookmark.engine): source "
                            + source.source() + " is no PostgreSQL. Set the engine to sluice.");
        }
        if (!(table.extract().relation() instanceof Relation.Table)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name()
                            + " by Glue's bookmarks (extract.bookmark.engine): it is a query. Create a view of it in the"
                            + " source and name that as extract.relation, or set the engine to sluice.");
        }
        if (Boolean.getBoolean(FORGOTTEN)) {
            throw new SluiceException(
                    ErrorCode.SETTINGS_INVALID,
                    "Cannot read table " + table.name()
                            + " by Glue's bookmarks (extract.bookmark.engine): this job runs in a container, where Glue does"
                            + " not keep them. Set the engine to sluice, or let Glue ingest the source.");
        }
        return new GlueExtraction(
                describing.open(source, connections, table),
                new GlueSource(context, connections.resolve(source), table, bookmarks),
                clock);
    }
}
