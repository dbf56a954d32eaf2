package dev.sluice.extract;

import dev.sluice.database.Connections;
import dev.sluice.extract.jdbc.JdbcExtractor;
import dev.sluice.extract.kafka.KafkaExtractor;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;

/** Reads one kind of source. */
public interface Extractor {

    /** The extractor for a kind of source, with the ledger's bookmarks. */
    static Extractor of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL, MYSQL, MARIADB, SQLSERVER, ORACLE -> new JdbcExtractor();
            case KAFKA -> new KafkaExtractor();
        };
    }

    /**
     * Opens a table for reading; the caller closes it. Connects, and throws {@code SOURCE_UNREACHABLE} or {@code
     * CREDENTIALS_REJECTED}.
     *
     * @param connections leads from the source's references to what opens it
     */
    Extraction open(SourceSettings source, Connections connections, TableSettings table);
}
