package dev.sluice.testing.mysql;

import dev.sluice.testing.Database;
import dev.sluice.testing.MariaDbServer;
import dev.sluice.testing.contract.DatabaseContract;
import dev.sluice.testing.contract.SourceRows;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.ResourceLock;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MysqlExtractorTest extends DatabaseContract {

    @Override
    protected Database newSource() {
        Database source = MariaDbServer.newDatabase("contract");
        SourceRows.create(source);
        source.execute("CREATE TABLE ticks (id int, at timestamp(6) NOT NULL DEFAULT current_timestamp(6))");
        return source;
    }

    @Override
    protected String literal(Instant stamp) {
        return "TIMESTAMP'"
                + LocalDateTime.ofInstant(stamp, ZoneOffset.UTC).toString().replace('T', ' ') + "'";
    }

    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
