package dev.sluice.testing.kafka;

import dev.sluice.kafka.Connector;

/** PostgreSQL's log as Avro, with a registry. */
class AvroStreamExtractorTest extends StreamContract {

    AvroStreamExtractorTest() {
        super(Connector.Format.AVRO, ChangeStream.of(Connector.Format.AVRO));
    }
}
