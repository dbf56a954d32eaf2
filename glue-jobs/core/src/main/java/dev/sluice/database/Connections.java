package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SourceSettings;

/** Turns a source item's references into an endpoint that can be opened. */
public interface Connections {

    /** The endpoint of a source; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    JdbcEndpoint resolve(SourceSettings source);

    /** The refusal of a source that is no database. */
    static SluiceException noDatabase(SourceSettings source) {
        return new SluiceException(
                ErrorCode.REQUEST_INVALID,
                source.connection() instanceof ConnectionSettings.Folder folder
                        ? "Cannot connect source " + source.source() + " (connection.path): " + folder.path()
                                + ". It holds files and is no database. Name a database."
                        : "Cannot connect source " + source.source() + " as a database: it is of kind "
                                + (source.connection() instanceof ConnectionSettings.Http ? "http" : "kafka"));
    }

    /** The endpoints of a source of kind http; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    default HttpEndpoint resolveHttp(SourceSettings source) {
        throw new UnsupportedOperationException("No endpoints here for source " + source.source());
    }

    /** The endpoint of a source of kind kafka; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    default KafkaEndpoint resolveKafka(SourceSettings source) {
        throw new UnsupportedOperationException("No Kafka here for source " + source.source());
    }
}
