package dev.sluice.extract;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;

/** Reads one kind of source. */
public interface Extractor {

    /** The extractor for a kind of source, with the ledger's bookmarks. */
    static Extractor of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL, MYSQL, MARIADB -> new JdbcExtractor();
        };
    }

    /**
     * Opens a table for reading; the caller closes it. Connects, and throws {@code SOURCE_UNREACHABLE} or {@code
     * CREDENTIALS_REJECTED}.
     */
    Extraction open(SourceSettings source, JdbcEndpoint endpoint, TableSettings table);
}
