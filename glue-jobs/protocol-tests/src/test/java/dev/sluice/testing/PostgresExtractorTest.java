package dev.sluice.testing;

import dev.sluice.testing.contract.ExtractorContract;
import java.time.Instant;

class PostgresExtractorTest extends ExtractorContract {

    @Override
    protected Database newSource() {
        Database source = PostgresServer.newDatabase("contract");
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2),
                    updated_at timestamptz NOT NULL DEFAULT now());
                CREATE INDEX ON orders (updated_at);
                CREATE TABLE events (id bigserial PRIMARY KEY, payload text);
                CREATE TABLE ticks (id int, at timestamptz NOT NULL DEFAULT now());
                """);
        return source;
    }

    @Override
    protected String literal(Instant stamp) {
        return "'" + stamp + "'::timestamptz";
    }
}
