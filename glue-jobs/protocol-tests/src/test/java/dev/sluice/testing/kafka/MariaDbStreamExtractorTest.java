package dev.sluice.testing.kafka;

import dev.sluice.kafka.Connector;
import dev.sluice.testing.MariaDbServer;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.ResourceLock;

/** MariaDB's binary log as JSON. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MariaDbStreamExtractorTest extends StreamContract {

    MariaDbStreamExtractorTest() {
        super(Connector.Format.JSON, ChangeStream.ofMariaDb(Connector.Format.JSON));
    }

    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
