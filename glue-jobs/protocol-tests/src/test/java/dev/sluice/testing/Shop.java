package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.TableState;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A source {@code shop} with a lake beside it, and short words for what tests do with one table of it at a time. */
final class Shop {

    private static final ObjectMapper JSON = new ObjectMapper();

    final Database source = PostgresServer.newDatabase("shop");
    final Lake lake;

    Shop(Path folder) {
        lake = Lake.in(folder).connect("shop", source.endpoint());
    }

    /** The source in another time zone, with so many tables at once. */
    Shop describe(ZoneId zone, int maxConcurrentTables) {
        lake.settings()
                .register(
                        new SourceSettings(
                                "shop",
                                1,
                                SourceKind.POSTGRESQL,
                                new ConnectionSettings.Jdbc(source.endpoint().url(), Optional.of("shop")),
                                zone,
                                maxConcurrentTables),
                        SettingsStore.Existing.REPLACE);
        return this;
    }

    static TableName name(String table) {
        return new TableName("shop", table);
    }

    void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    TableOutcome run(IngestRequest request) {
        return new Ingest(lake, RunListener.NONE).run(request).tables().get(0);
    }

    TableOutcome run(String table) {
        return run(IngestRequest.of(runId(), List.of(name(table))));
    }

    /** A run that commits a batch. */
    BatchRecord ingest(String table) {
        return ingest(IngestRequest.of(runId(), List.of(name(table))));
    }

    BatchRecord ingest(IngestRequest request) {
        TableOutcome outcome = run(request);
        assertThat(outcome.failure()).isEmpty();
        return outcome.batch().orElseThrow(() -> new AssertionError("no batch: " + outcome));
    }

    /** A run that fails and leaves the table's bookmark, batches and curated columns. */
    Failure fail(IngestRequest request) {
        TableName table = request.tables().get(0);
        TableState before = lake.bookmarks().load(table);
        Failure failure = run(request).failure().orElseThrow();
        TableState after = lake.bookmarks().load(table);
        assertThat(after.position()).isEqualTo(before.position());
        assertThat(after.lastBatch()).isEqualTo(before.lastBatch());
        assertThat(after.columns()).isEqualTo(before.columns());
        assertThat(after.hold()).isEmpty();
        return failure;
    }

    Failure fail(String table) {
        return fail(IngestRequest.of(runId(), List.of(name(table))));
    }

    TableState state(String table) {
        return lake.bookmarks().load(name(table));
    }

    List<BatchRecord> history(String table) {
        return lake.bookmarks().history(name(table), Integer.MAX_VALUE);
    }

    List<String> curated(String table, String... columns) {
        return RowsOf.curated(lake, "shop/" + table, columns);
    }

    List<String> query(String sql) {
        return RowsOf.query(source, sql);
    }

    /** What lies in quarantine, as the JSON objects it was written as. */
    List<JsonNode> quarantined(String table) {
        return new Quarantine(lake.zones().quarantine())
                .list(lake.settings().findTable(name(table)).orElseThrow(), history(table), Integer.MAX_VALUE).stream()
                        .map(entry -> json(entry.json()))
                        .toList();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("Not JSON: " + text, failure);
        }
    }

    static String runId() {
        return "run-" + UUID.randomUUID();
    }

    /** The bound stays a second behind the clock; rows stamped before it need that long to fall below. */
    static void settle() {
        try {
            TimeUnit.MILLISECONDS.sleep(1200);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
