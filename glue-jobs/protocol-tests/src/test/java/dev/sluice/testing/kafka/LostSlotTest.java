package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.bookmark.Failure;
import dev.sluice.kafka.Connector;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replication slot is gone, and with it PostgreSQL's log of while Debezium was down. Its snapshot.mode decides who notices. */
class LostSlotTest {

    private static final TableName TABLE = TableName.parse("shop/orders");

    @Test
    void aSnapshotWhereOneIsNeededIsRefusedUntilAPersonDecides(@TempDir Path folder) {
        try (ChangeStream stream = ChangeStream.of(Connector.Format.JSON)) {
            stream.database()
                    .execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text);"
                            + "INSERT INTO orders SELECT n, 'before' FROM generate_series(1, 3) n");
            stream.start();
            stream.database().execute("UPDATE orders SET status = 'streamed' WHERE id = 3");
            stream.catchUp();
            Lake lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
            lake.settings()
                    .register(
                            Items.table(TABLE.toString())
                                    .topic(stream.topic("orders"), EventFormat.DEBEZIUM_JSON)
                                    .columns("id bigint not null", "status string")
                                    .merge("id")
                                    .build(),
                            SettingsStore.Existing.REPLACE);
            assertThat(run(lake).failure()).isEmpty();
            List<String> before = List.of("1|before", "2|before", "3|streamed");
            assertThat(curated(lake)).isEqualTo(before);

            // Debezium notes its place with a batch of records that comes after its interval.
            stream.catchUp();
            stream.kill();
            stream.dropSlot();
            stream.database()
                    .execute("UPDATE orders SET status = 'lost' WHERE id = 1; DELETE FROM orders WHERE id = 2");
            stream.start();
            stream.catchUp();
            assertThat(run(lake).status())
                    .as("by default it makes a slot anew and goes on: what the documents warn of")
                    .isEqualTo(TableOutcome.Status.IDLE);
            assertThat(curated(lake)).isEqualTo(before);

            stream.kill();
            stream.dropSlot();
            stream.start(Map.of("skipped.operations", "none", "snapshot.mode", "when_needed"));
            stream.catchUp();
            Failure failure = run(lake).failure().orElseThrow();
            assertThat(failure.code()).isEqualTo(ErrorCode.POSITION_LOST);
            assertThat(failure.message()).contains("Debezium has taken a new snapshot");
            assertThat(curated(lake)).isEqualTo(before);
            new Rewind(lake).to(TABLE, Optional.empty(), "rewind");
            assertThat(run(lake).failure()).isEmpty();
            assertThat(curated(lake)).containsExactly("1|lost", "3|streamed");
        }
    }

    private static TableOutcome run(Lake lake) {
        return new Ingest(lake, RunListener.NONE)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(TABLE)))
                .tables()
                .get(0);
    }

    private static List<String> curated(Lake lake) {
        return RowsOf.curated(lake, TABLE.toString(), "id", "status");
    }
}
