package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.bookmark.Position;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.Rewind;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Crash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a rewind makes new again: the files that raw has, and those of a batch that it discards. */
class FilesRewindTest {

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home).register(Landing.orders()).register(Landing.events());
    }

    @Test
    void aRewindReadsRawAgainWhateverBecameOfTheSource() throws IOException {
        Path a = landing.file("orders/a.csv", "id,status,price,version\n1,new,1,1\n");
        landing.file("events/a.json", "{\"id\":1,\"payload\":\"a\"}\n");
        landing.ingest("orders");
        landing.ingest("events");
        landing.file("orders/b.csv", "id,status,price,version\n2,new,2,1\n");
        landing.file("events/b.json", "{\"id\":2,\"payload\":\"b\"}\n");
        landing.ingest("orders");
        landing.ingest("events");
        Files.delete(a);
        for (String table : List.of("orders", "events")) {
            new Rewind(landing.lake).to(Landing.name(table), Optional.empty(), Landing.runId());
        }
        landing.file("orders/c.csv", "id,status,price,version\n3,new,3,1\n");
        assertThat(landing.ingest("orders").rows()).isEqualTo(3);
        assertThat(landing.ingest("events").rows()).isEqualTo(2);
        assertThat(landing.orderRows()).containsExactly("1|new|1.00", "2|new|2.00", "3|new|3.00");
        assertThat(landing.eventRows()).containsExactly("1|a|events/a.json", "2|b|events/b.json");
        landing.idle("orders");
        landing.idle("events");

        new Rewind(landing.lake).to(Landing.name("events"), Optional.of(new Position.Sequence(2)), Landing.runId());
        assertThat(landing.ingest("events").rows()).isEqualTo(1);
        assertThat(landing.eventRows()).containsExactly("1|a|events/a.json", "2|b|events/b.json");
        landing.idle("events");
    }

    /** A batch that a rewind discards has taken nothing, though its manifest may still lie in raw. */
    @Test
    void filesOfADiscardedBatchAreNewAgain() throws IOException {
        landing.file("events/a.json", "{\"id\":1,\"payload\":\"a\"}\n");
        landing.ingest("events");
        landing.file("events/b.json", "{\"id\":2,\"payload\":\"b\"}\n");
        TableName table = Landing.name("events");
        assertThat(landing.run(
                                new Crash(new Crash.Point(Step.COMMIT_MANIFEST, Crash.Side.AFTER)),
                                IngestRequest.of(Landing.runId(), List.of(table)))
                        .failure())
                .isPresent();
        long discarded = landing.state("events").lastBatch() + 1;
        Path batch = landing.lake.folder().resolve("raw/" + table + "/batch=%012d/_manifest.json".formatted(discarded));
        byte[] manifest = Files.readAllBytes(batch);
        new Rewind(landing.lake).to(table, landing.state("events").position(), Landing.runId());
        assertThat(batch).doesNotExist();
        // As if the rewind had died before it cleaned up.
        Files.createDirectories(batch.getParent());
        Files.write(batch, manifest);
        landing.ingest("events");
        assertThat(landing.eventRows()).containsExactly("1|a|events/a.json", "2|b|events/b.json");
    }
}
