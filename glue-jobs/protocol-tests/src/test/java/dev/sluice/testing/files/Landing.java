package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.FileColumns;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A folder that files land in, a lake that reads it, and short words for what tests do with both. */
final class Landing {

    /** The key of the file that a row comes from. */
    static final ColumnSettings FILE = new ColumnSettings(
            "file", ColumnType.of("string"), true, FileColumns.FILE, Optional.empty(), Optional.empty());

    static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private static final ObjectMapper JSON = new ObjectMapper();

    final Path folder;
    final Lake lake;
    private int written;

    Landing(Path home) {
        this.folder = home.resolve("landing");
        this.lake = Lake.in(home).connect("partner", folder);
        file("orders/.keep", "");
        file("events/.keep", "");
    }

    static FileSettings files(String path, FileSettings.Format format) {
        return new FileSettings(
                path,
                FileSettings.DEFAULT_PATTERN,
                format,
                FileSettings.Csv.DEFAULT,
                Optional.empty(),
                FileSettings.DEFAULT_ENCODING,
                Duration.ofMinutes(1),
                Optional.empty());
    }

    /** A keyed table of CSV files with this delimiter and an id. */
    static Items files(String table, char delimiter) {
        FileSettings plain = files(table, FileSettings.Format.CSV);
        return Items.table("partner/" + table)
                .files(new FileSettings(
                        plain.path(),
                        plain.pattern(),
                        plain.format(),
                        new FileSettings.Csv(
                                delimiter, '"', FileSettings.Header.FIRST_RECORD, List.of(), Optional.empty()),
                        plain.records(),
                        plain.encoding(),
                        plain.settle(),
                        plain.marker()))
                .columns("id bigint not null")
                .merge("id");
    }

    static TableName name(String table) {
        return new TableName("partner", table);
    }

    /** A keyed table of CSV files below {@code orders}, of which a later {@code version} wins. */
    static Items orders() {
        return Items.table("partner/orders")
                .files(files("orders", FileSettings.Format.CSV))
                .columns("id bigint not null", "status string", "price decimal(12,2)", "version int")
                .merge("id")
                .orderBy("version")
                .rule("price-not-negative", "price >= 0");
    }

    /** An append table of JSON lines below {@code events}. */
    static Items events() {
        return Items.table("partner/events")
                .files(files("events", FileSettings.Format.JSON_LINES))
                .columns("id bigint not null", "payload string")
                .column(FILE)
                .append();
    }

    Landing register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
        return this;
    }

    /** A file that was written long ago, each a second after the one before. */
    Path file(String key, String content) {
        written++;
        return file(key, content.getBytes(StandardCharsets.UTF_8), LONG_AGO.plusSeconds(written));
    }

    Path file(String key, byte[] content, Instant modified) {
        return write(folder.resolve(key), content, modified);
    }

    static Path write(Path file, byte[] content, Instant modified) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            Files.setLastModifiedTime(file, FileTime.from(modified));
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    TableOutcome run(RunListener listener, IngestRequest request) {
        return new Ingest(lake, listener).run(request).tables().get(0);
    }

    TableOutcome run(String table) {
        return run(RunListener.NONE, IngestRequest.of(runId(), List.of(name(table))));
    }

    BatchRecord ingest(String table) {
        return ingest(IngestRequest.of(runId(), List.of(name(table))));
    }

    BatchRecord ingest(IngestRequest request) {
        TableOutcome outcome = run(RunListener.NONE, request);
        assertThat(outcome.failure()).isEmpty();
        return outcome.batch().orElseThrow(() -> new AssertionError("no batch: " + outcome));
    }

    void idle(String table) {
        TableOutcome outcome = run(table);
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.status()).isEqualTo(TableOutcome.Status.IDLE);
    }

    TableState state(String table) {
        return lake.bookmarks().load(name(table));
    }

    List<BatchRecord> history(String table) {
        return lake.bookmarks().history(name(table), Integer.MAX_VALUE);
    }

    List<String> orderRows() {
        return RowsOf.curated(lake, "partner/orders", "id", "status", "price");
    }

    List<String> eventRows() {
        return RowsOf.curated(lake, "partner/events", "id", "payload", "file");
    }

    /** What is in quarantine, as {@code rule|column|value}. */
    List<String> reasons(String table) {
        return quarantined(table).stream()
                .flatMap(entry -> {
                    JsonNode reason = entry.path("reasons").get(0);
                    return java.util.stream.Stream.of(reason.path("rule").asText() + "|"
                            + reason.path("column").asText() + "|"
                            + reason.path("value").asText());
                })
                .sorted()
                .toList();
    }

    List<JsonNode> quarantined(String table) {
        return new Quarantine(lake.zones().quarantine())
                .list(lake.settings().findTable(name(table)).orElseThrow(), history(table), Integer.MAX_VALUE).stream()
                        .map(entry -> {
                            try {
                                return JSON.readTree(entry.json());
                            } catch (IOException failure) {
                                throw new UncheckedIOException(failure);
                            }
                        })
                        .toList();
    }

    static String runId() {
        return "run-" + UUID.randomUUID();
    }
}
