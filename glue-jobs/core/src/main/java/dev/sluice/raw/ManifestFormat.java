package dev.sluice.raw;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.LogProgress;
import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.SourceColumn;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** A manifest as JSON: its content, and a SHA-256 over that content, so that damage is noticed. */
final class ManifestFormat {

    private static final String CONTENT = "manifest";
    private static final String DIGEST = "sha256";
    private static final String TABLE = "table";
    private static final String BATCH = "batch";
    private static final String KIND = "kind";
    private static final String RUN = "run";
    private static final String ATTEMPT = "attempt";
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final String NEXT = "next";
    private static final String OBSERVATIONS = "observations";
    private static final String VALUE = "value";
    private static final String AT = "at";
    private static final String REBUILD = "rebuild";
    private static final String READ_POINT = "read-point";
    private static final String STARTED_AT = "started-at";
    private static final String ROWS = "rows";
    private static final String REJECTED = "rejected";
    private static final String SETTINGS = "settings-fingerprint";
    private static final String BASIS = "basis";
    private static final String STRATEGY = "strategy";
    private static final String RELATION = "relation";
    private static final String FILTER = "filter";
    private static final String BOOKMARK = "bookmark";
    private static final String MODE = "mode";
    private static final String PRIMARY_KEY = "primary-key";
    private static final String VALID_TIME = "valid-time";
    private static final String MASKING = "masking";
    private static final String FILLED = "filled";
    private static final String MIN = "min";
    private static final String MAX = "max";
    private static final String CHECKSUM = "checksum";
    private static final String COLUMNS = "columns";
    private static final String NAME = "name";
    private static final String SOURCE_TYPE = "source-type";
    private static final String RAW_TYPE = "raw-type";
    private static final String NATURAL_TYPE = "natural-type";
    private static final String NULLABLE = "nullable";
    private static final String NOTE = "note";
    private static final String REPLAYS = "replays";
    private static final String EVENTS = "events";
    private static final String FORMAT = "format";
    private static final String SNAPSHOT = "snapshot";
    private static final String TRUNCATION = "truncation";
    private static final String PLACE = "place";
    private static final String MILLIS = "millis";
    private static final String CLEARED = "cleared";
    private static final String GONE = "gone";
    private static final String ACTION = "action";
    private static final String MARK_COLUMN = "mark-column";
    private static final String KEY = "key";
    private static final String TYPE = "type";
    private static final String DESCRIBED = "described";
    private static final String FILES = "files";
    private static final String PATH = "path";
    private static final String BYTES = "bytes";
    private static final String INTAKE = "intake";
    private static final String LEDGER = "ledger";
    private static final String REPLACED_FILES = "replaced-files";
    private static final String NOTES = "notes";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestFormat() {}

    static byte[] write(Manifest manifest) {
        ObjectNode content = JSON.createObjectNode();
        content.put(TABLE, manifest.table().toString());
        content.put(BATCH, manifest.batch());
        content.put(KIND, manifest.kind().name());
        content.put(RUN, manifest.runId());
        content.put(ATTEMPT, manifest.attempt());
        position(content, FROM, manifest.window().from());
        position(content, TO, manifest.window().to());
        position(content, NEXT, manifest.next());
        ArrayNode observations = content.putArray(OBSERVATIONS);
        for (Observation observation : manifest.observations()) {
            observations
                    .addObject()
                    .put(VALUE, observation.value())
                    .put(AT, observation.at().toString());
        }
        content.put(REBUILD, manifest.rebuild().name());
        content.put(READ_POINT, manifest.readPoint().toString());
        content.put(STARTED_AT, manifest.startedAt().toString());
        content.put(ROWS, manifest.rows());
        manifest.rejected().ifPresent(rejected -> content.put(REJECTED, rejected));
        content.set(BASIS, basis(manifest.basis()));
        ArrayNode filled = content.putArray(FILLED);
        manifest.filled().forEach(filled::add);
        content.put(SETTINGS, manifest.settingsFingerprint());
        position(content, MIN, manifest.min());
        position(content, MAX, manifest.max());
        content.put(CHECKSUM, manifest.checksum());
        ArrayNode columns = content.putArray(COLUMNS);
        for (SourceColumn column : manifest.columns()) {
            ObjectNode node = columns.addObject()
                    .put(NAME, column.name())
                    .put(SOURCE_TYPE, column.sourceType())
                    .put(RAW_TYPE, column.rawType().ddl())
                    .put(NATURAL_TYPE, column.naturalType().ddl())
                    .put(NULLABLE, column.nullability() == SourceColumn.Nullability.NULLABLE);
            column.note().ifPresent(note -> node.put(NOTE, note));
        }
        ArrayNode replays = content.putArray(REPLAYS);
        manifest.replays().forEach(replays::add);
        ArrayNode files = content.putArray(FILES);
        for (ZoneFiles.ZoneFile file : manifest.files()) {
            files.addObject().put(PATH, file.path()).put(BYTES, file.bytes());
        }
        manifest.intake().ifPresent(intake -> {
            ArrayNode ledger =
                    content.putObject(INTAKE).put(BATCH, intake.batch()).putArray(LEDGER);
            intake.ledger().forEach(ledger::add);
        });
        if (!manifest.replacedFiles().isEmpty()) {
            ArrayNode replaced = content.putArray(REPLACED_FILES);
            manifest.replacedFiles().forEach(replaced::add);
        }
        ArrayNode notes = content.putArray(NOTES);
        manifest.notes().forEach(notes::add);
        manifest.events().ifPresent(events -> {
            ObjectNode node =
                    content.putObject(EVENTS).put(FORMAT, events.format().name());
            events.snapshot().ifPresent(place -> node.put(SNAPSHOT, place));
            events.cleared().ifPresent(place -> node.put(CLEARED, place));
            events.truncation().ifPresent(last -> {
                ObjectNode truncation = node.putObject(TRUNCATION).put(PLACE, last.place());
                last.millis().ifPresent(millis -> truncation.put(MILLIS, millis));
            });
            events.described().ifPresent(place -> node.put(DESCRIBED, place));
            ArrayNode gone = node.putArray(GONE);
            events.gone().stream().sorted().forEach(gone::add);
        });
        manifest.gone().ifPresent(gone -> {
            ObjectNode node = content.putObject(GONE).put(ACTION, gone.action().name());
            gone.markColumn().ifPresent(column -> node.put(MARK_COLUMN, column));
            ArrayNode key = node.putArray(KEY);
            gone.key().forEach(column -> key.addObject()
                    .put(NAME, column.name())
                    .put(TYPE, column.type().ddl()));
        });
        ObjectNode document = JSON.createObjectNode();
        document.set(CONTENT, content);
        document.put(DIGEST, digest(content));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("A tree of scalars cannot fail to be written", failure);
        }
    }

    /** Reads what {@link #write} wrote; throws {@code RAW_CORRUPT} naming {@code path} where it is anything else. */
    static Manifest read(String path, byte[] bytes) {
        try {
            JsonNode document = JSON.readTree(bytes);
            JsonNode content = document.path(CONTENT);
            if (!content.isObject()
                    || !digest(content).equals(document.path(DIGEST).asText())) {
                throw corrupt(path, "its content does not match its checksum", null);
            }
            return parse(content);
        } catch (JsonProcessingException failure) {
            throw corrupt(path, "it is no JSON: " + failure.getOriginalMessage(), failure);
        } catch (IOException | IllegalArgumentException | java.time.DateTimeException failure) {
            throw corrupt(path, failure.getMessage(), failure);
        }
    }

    private static Manifest parse(JsonNode content) {
        return new Manifest(
                TableName.parse(content.path(TABLE).asText()),
                content.path(BATCH).asLong(),
                BatchRecord.Kind.valueOf(content.path(KIND).asText()),
                content.path(RUN).asText(),
                content.path(ATTEMPT).asLong(),
                new Window(position(content, FROM), position(content, TO)),
                position(content, NEXT),
                list(
                        content.path(OBSERVATIONS),
                        node -> new Observation(
                                node.path(VALUE).asLong(),
                                Instant.parse(node.path(AT).asText()))),
                Manifest.Rebuild.valueOf(content.path(REBUILD).asText()),
                Instant.parse(content.path(READ_POINT).asText()),
                Instant.parse(content.path(STARTED_AT).asText()),
                content.path(ROWS).asLong(),
                content.has(REJECTED) ? OptionalLong.of(content.path(REJECTED).asLong()) : OptionalLong.empty(),
                basis(content.path(BASIS)),
                list(content.path(FILLED), JsonNode::asText),
                content.path(SETTINGS).asText(),
                position(content, MIN),
                position(content, MAX),
                content.path(CHECKSUM).asText(),
                list(content.path(COLUMNS), ManifestFormat::column),
                list(content.path(REPLAYS), JsonNode::asLong),
                list(
                        content.path(FILES),
                        node -> new ZoneFiles.ZoneFile(
                                node.path(PATH).asText(), node.path(BYTES).asLong())),
                content.has(INTAKE)
                        ? Optional.of(new Intake(
                                content.path(INTAKE).path(BATCH).asLong(),
                                list(content.path(INTAKE).path(LEDGER), JsonNode::asText)))
                        : Optional.empty(),
                list(content.path(REPLACED_FILES), JsonNode::asText),
                list(content.path(NOTES), JsonNode::asText),
                content.has(EVENTS) ? Optional.of(events(content.path(EVENTS))) : Optional.empty(),
                content.has(GONE) ? Optional.of(gone(content.path(GONE))) : Optional.empty());
    }

    private static GoneBasis gone(JsonNode node) {
        return new GoneBasis(
                ReconcileSettings.Action.valueOf(node.path(ACTION).asText()),
                text(node, MARK_COLUMN),
                list(
                        node.path(KEY),
                        column -> new Column(
                                column.path(NAME).asText(),
                                ColumnType.of(column.path(TYPE).asText()))));
    }

    private static EventBasis events(JsonNode node) {
        return new EventBasis(
                EventFormat.valueOf(node.path(FORMAT).asText()),
                text(node, SNAPSHOT),
                text(node, CLEARED),
                node.has(TRUNCATION) ? Optional.of(truncation(node.path(TRUNCATION))) : Optional.empty(),
                text(node, DESCRIBED),
                Set.copyOf(list(node.path(GONE), JsonNode::asText)));
    }

    private static LogProgress.Truncation truncation(JsonNode node) {
        return new LogProgress.Truncation(
                node.path(PLACE).asText(),
                node.has(MILLIS) ? Optional.of(node.path(MILLIS).asLong()) : Optional.empty());
    }

    private static Optional<String> text(JsonNode node, String key) {
        return node.has(key) ? Optional.of(node.path(key).asText()) : Optional.empty();
    }

    private static ObjectNode basis(Basis basis) {
        ObjectNode node = JSON.createObjectNode();
        node.put(STRATEGY, basis.strategy().name());
        node.put(RELATION, basis.relation());
        node.put(FILTER, basis.filter());
        ArrayNode bookmark = node.putArray(BOOKMARK);
        basis.bookmark().forEach(bookmark::add);
        node.put(MODE, basis.mode().name());
        ArrayNode key = node.putArray(PRIMARY_KEY);
        basis.primaryKey().forEach(key::add);
        if (!basis.validTime().isEmpty()) {
            node.put(VALID_TIME, basis.validTime());
        }
        if (!basis.masking().isEmpty()) {
            basis.masking().forEach(node.putArray(MASKING)::add);
        }
        return node;
    }

    private static Basis basis(JsonNode node) {
        return new Basis(
                ExtractSettings.Strategy.valueOf(node.path(STRATEGY).asText()),
                node.path(RELATION).asText(),
                node.path(FILTER).asText(),
                list(node.path(BOOKMARK), JsonNode::asText),
                CurateSettings.Mode.valueOf(node.path(MODE).asText()),
                list(node.path(PRIMARY_KEY), JsonNode::asText),
                node.path(VALID_TIME).asText(),
                list(node.path(MASKING), JsonNode::asText));
    }

    private static SourceColumn column(JsonNode node) {
        return new SourceColumn(
                node.path(NAME).asText(),
                node.path(SOURCE_TYPE).asText(),
                ColumnType.of(node.path(RAW_TYPE).asText()),
                ColumnType.of(node.path(NATURAL_TYPE).asText()),
                node.path(NULLABLE).asBoolean() ? SourceColumn.Nullability.NULLABLE : SourceColumn.Nullability.NOT_NULL,
                node.has(NOTE) ? Optional.of(node.path(NOTE).asText()) : Optional.empty());
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
        List<T> elements = new ArrayList<>();
        array.forEach(node -> elements.add(element.apply(node)));
        return elements;
    }

    private static void position(ObjectNode node, String key, Optional<Position> position) {
        position.ifPresent(value -> node.put(key, value.text()));
    }

    private static Optional<Position> position(JsonNode node, String key) {
        return node.has(key) ? Optional.of(Position.parse(node.path(key).asText())) : Optional.empty();
    }

    private static String digest(JsonNode content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(content.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    static SluiceException corrupt(String path, String cause, Exception failure) {
        return new SluiceException(
                ErrorCode.RAW_CORRUPT,
                "Cannot read manifest " + path + ": " + cause
                        + ". Restore the file from the bucket's versions, or set the bookmark back with"
                        + " 'sluice bookmark rewind', which discards the unfinished batch",
                failure);
    }
}
