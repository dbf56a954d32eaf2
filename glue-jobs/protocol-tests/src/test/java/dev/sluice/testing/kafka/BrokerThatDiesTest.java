package dev.sluice.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.TableState;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.Tidiness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A broker that is killed while a run reads, and comes back as it was. */
@Isolated("the broker is that of all")
class BrokerThatDiesTest {

    private static final TableName LOG = TableName.parse("shop/order_log");
    private static final String TOPIC = "broker-that-dies";

    private final HandMade event = HandMade.orders();
    private final List<String> written = new ArrayList<>();
    private Lake lake;

    @Test
    void aRunWhoseBrokerDiesChangesNothingAndTheNextBringsEverythingOnce(@TempDir Path folder) {
        KafkaServer.createTopic(TOPIC, 2);
        lake = Lake.in(folder).connect("shop", KafkaServer.endpoint());
        lake.settings()
                .register(
                        Items.table(LOG.toString())
                                .topic(TOPIC, EventFormat.DEBEZIUM_JSON)
                                .columns("id bigint", "status string")
                                .append()
                                .build(),
                        SettingsStore.Existing.REFUSE);
        write(1, 6);
        assertThat(run(RunListener.NONE).failure()).isEmpty();
        TableState before = lake.bookmarks().load(LOG);
        List<String> rows = rows();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(written);

        write(7, 12);
        String address = KafkaServer.broker().bootstrapServers();
        Failure failure;
        try {
            failure = run(new KillsTheBroker()).failure().orElseThrow();
            TableState after = lake.bookmarks().load(LOG);
            assertThat(after.position()).isEqualTo(before.position());
            assertThat(after.lastBatch()).isEqualTo(before.lastBatch());
            assertThat(after.hold()).isEmpty();
            assertThat(rows()).isEqualTo(rows);
        } finally {
            KafkaServer.restart();
        }
        assertThat(failure.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE);
        assertThat(failure.message())
                .startsWith("Cannot run table shop/order_log: no broker answers. Check connection.bootstrap-servers");
        assertThat(KafkaServer.broker().bootstrapServers()).isEqualTo(address);

        write(13, 14);
        assertThat(run(RunListener.NONE).failure()).isEmpty();
        assertThat(rows()).containsExactlyInAnyOrderElementsOf(written);
        assertThat(run(RunListener.NONE).status()).isEqualTo(TableOutcome.Status.IDLE);
        Tidiness.assertNothingIsLeftOver(lake, LOG);
    }

    /** Changes of these keys, in two partitions by turns. */
    private void write(long first, long last) {
        List<KafkaServer.Message> messages = new ArrayList<>();
        for (long id = first; id <= last; id++) {
            messages.add(event.change((int) (id % 2), "c", 10 * id, 10 * id, id, "status " + id));
            written.add(id + "|status " + id + "|" + id % 2 + "|" + (id - 1) / 2);
        }
        KafkaServer.write(TOPIC, messages.toArray(KafkaServer.Message[]::new));
    }

    private List<String> rows() {
        return RowsOf.curated(lake, LOG.toString(), "id", "status", "_sluice_partition", "_sluice_offset");
    }

    private TableOutcome run(RunListener listener) {
        return new Ingest(lake, listener)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(LOG)))
                .tables()
                .get(0);
    }

    /** Once the bound is fixed and what lies before it is known to be there. */
    private static final class KillsTheBroker implements RunListener {
        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step step) {}

        @Override
        public void after(TableName table, Step step) {
            if (step == Step.OPEN_SNAPSHOT) {
                KafkaServer.kill();
            }
        }
    }
}
