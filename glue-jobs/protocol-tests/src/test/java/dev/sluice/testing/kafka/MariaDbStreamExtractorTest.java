package dev.sluice.testing.kafka;

import dev.sluice.kafka.Connector;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** MariaDB's binary log as JSON. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MariaDbStreamExtractorTest extends StreamContract {

    MariaDbStreamExtractorTest() {
        super(Connector.Format.JSON, ChangeStream.ofMariaDb(Connector.Format.JSON));
    }

    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
