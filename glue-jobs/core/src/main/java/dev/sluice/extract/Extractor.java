package dev.sluice.extract;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;

/** Reads one kind of source. */
public interface Extractor {

    /**
     * Opens a table for reading; the caller closes it. Connects, and throws {@code SOURCE_UNREACHABLE} or {@code
     * CREDENTIALS_REJECTED}.
     */
    Extraction open(SourceSettings source, JdbcEndpoint endpoint, TableSettings table);
}
