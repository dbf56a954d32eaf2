package dev.sluice.aws.glue;

import com.amazonaws.services.glue.GlueContext;
import dev.sluice.extract.Extractor;
import dev.sluice.extract.files.FilesExtractor;
import dev.sluice.extract.files.SourceFiles;
import dev.sluice.extract.http.HttpExtractor;
import dev.sluice.run.Platform;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.util.function.Supplier;

/**
 * The extractors of a platform that has Glue's bookmarks beside the ledger's.
 *
 * @param files where the files of sources lie
 * @param context gives the job's context; asked when rows are read by Glue's bookmarks
 * @param bookmarks is told of each table that is read by them
 */
public record GlueExtractors(
        Platform platform, SourceFiles files, Supplier<GlueContext> context, GlueBookmarks bookmarks) {

    /** The one for a table of this source. */
    public Extractor of(SourceSettings source, TableSettings table) {
        if (source.kind() == SourceKind.FILES) {
            return new FilesExtractor(files, platform.zones().raw(), platform.bookmarks(), platform.clock());
        }
        if (source.kind() == SourceKind.HTTP) {
            return new HttpExtractor(
                    platform.zones().raw(),
                    platform.bookmarks(),
                    platform.clock(),
                    source.timeZone(),
                    HttpExtractor.FIRST_PAUSE);
        }
        Extractor own = Extractor.of(source.kind());
        return switch (table.extract().engine()) {
            case SLUICE -> own;
            case GLUE -> new GlueBookmarkExtractor(context, own, bookmarks, platform.clock());
        };
    }
}
