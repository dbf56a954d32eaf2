package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.kafka.Connector;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.MariaDbServer;
import dev.sluice.testing.RowsOf;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** MariaDB's binary log through Debezium and Kafka to curated, with Debezium killed and runs that die. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
@ResourceLock(MariaDbServer.TRANSACTIONS)
class MariaDbStreamTest {

    private static final TableName TABLE = TableName.parse("shop/orders");

    private static final String SELECT =
            "SELECT id, status, price, cast(active AS char), cast(day AS char), cast(at AS char) FROM orders";

    @Test
    void changesOfEveryKindArrive(@TempDir Path folder) {
        try (ChangeStream stream = ChangeStream.ofMariaDb(Connector.Format.JSON)) {
            stream.database()
                    .execute(
                            """
                            CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(40), price decimal(12,2),
                                active tinyint(1), day date, at datetime(6));
                            INSERT INTO orders SELECT seq, 'before', seq / 4, seq % 2, '2024-02-29', '2024-02-29 12:34:56.789012'
                                FROM seq_1_to_40""");
            stream.start();
            stream.catchUp();
            Lake lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
            lake.settings()
                    .register(
                            Items.table(TABLE.toString())
                                    .topic(stream.topic("orders"), EventFormat.DEBEZIUM_JSON)
                                    .columns(
                                            "id bigint not null",
                                            "status string",
                                            "price decimal(12,2)",
                                            "active smallint",
                                            "day date",
                                            "at timestamp_ntz")
                                    .merge("id")
                                    .build(),
                            SettingsStore.Existing.REPLACE);
            assertThat(run(lake, RunListener.NONE).failed()).isEmpty();
            assertEqual(stream, lake);

            stream.database()
                    .execute(
                            """
                            UPDATE orders SET status = 'many rows in one event' WHERE id <= 20;
                            UPDATE orders SET status = 'once more' WHERE id <= 10;
                            DELETE FROM orders WHERE id BETWEEN 5 AND 7;
                            UPDATE orders SET id = 500 WHERE id = 8;
                            INSERT INTO orders (id, status) VALUES (6, 'again')""");
            stream.kill();
            stream.database().execute("FLUSH BINARY LOGS; UPDATE orders SET price = 9.99 WHERE id = 6");
            stream.start();
            stream.catchUp();
            assertThat(run(lake, new Crash(new Crash.Point(Step.COMMIT_CURATED, Crash.Side.AFTER)))
                            .failed())
                    .isNotEmpty();
            assertThat(run(lake, RunListener.NONE).failed()).isEmpty();
            assertEqual(stream, lake);

            stream.database()
                    .execute("INSERT INTO orders (id) VALUES (900); TRUNCATE TABLE orders;"
                            + "INSERT INTO orders (id, status) VALUES (1, 'after')");
            stream.catchUp();
            assertThat(run(lake, RunListener.NONE).failed()).isEmpty();
            assertEqual(stream, lake);
        }
    }

    private static RunReport run(Lake lake, RunListener listener) {
        return new Ingest(lake, listener).run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)));
    }

    private static void assertEqual(ChangeStream stream, Lake lake) {
        assertThat(RowsOf.curated(lake, TABLE.toString(), "id", "status", "price", "active", "day", "at"))
                .isEqualTo(RowsOf.query(stream.database(), SELECT));
    }
}
