package dev.sluice.database;

import dev.sluice.settings.SourceSettings;

/** Turns a source item's references into an endpoint that can be opened. */
public interface Connections {

    /** The endpoint of a source; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    JdbcEndpoint resolve(SourceSettings source);

    /** The endpoints of a source of kind http; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    default HttpEndpoint resolveHttp(SourceSettings source) {
        throw new UnsupportedOperationException("No endpoints here for source " + source.source());
    }

    /** The endpoint of a source of kind kafka; throws {@code SECRET_MISSING} where a reference leads nowhere. */
    default KafkaEndpoint resolveKafka(SourceSettings source) {
        throw new UnsupportedOperationException("No Kafka here for source " + source.source());
    }
}
