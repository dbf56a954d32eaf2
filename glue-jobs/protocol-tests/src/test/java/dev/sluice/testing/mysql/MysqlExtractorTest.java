package dev.sluice.testing.mysql;

import dev.sluice.testing.Database;
import dev.sluice.testing.MariaDbServer;
import dev.sluice.testing.contract.ExtractorContract;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class MysqlExtractorTest extends ExtractorContract {

    @Override
    protected Database newSource() {
        Database source = MariaDbServer.newDatabase("contract");
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(20), price decimal(12,2),
                    updated_at timestamp(6) NOT NULL DEFAULT current_timestamp(6), INDEX (updated_at));
                CREATE TABLE events (id bigint AUTO_INCREMENT PRIMARY KEY, payload text);
                CREATE TABLE ticks (id int, at timestamp(6) NOT NULL DEFAULT current_timestamp(6));
                """);
        return source;
    }

    @Override
    protected String literal(Instant stamp) {
        return "TIMESTAMP'"
                + LocalDateTime.ofInstant(stamp, ZoneOffset.UTC).toString().replace('T', ' ') + "'";
    }
}
