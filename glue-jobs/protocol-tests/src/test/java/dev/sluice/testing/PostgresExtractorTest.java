package dev.sluice.testing;

import dev.sluice.testing.contract.DatabaseContract;
import dev.sluice.testing.contract.SourceRows;
import java.time.Instant;

class PostgresExtractorTest extends DatabaseContract {

    @Override
    protected Database newSource() {
        Database source = PostgresServer.newDatabase("contract");
        SourceRows.create(source);
        source.execute("CREATE TABLE ticks (id int, at timestamptz NOT NULL DEFAULT now())");
        return source;
    }

    @Override
    protected String literal(Instant stamp) {
        return "'" + stamp + "'::timestamptz";
    }

    /** MaintenanceTest and MaskingTest show it of the same rows. */
    @Override
    protected boolean sharesItsRaw() {
        return true;
    }
}
