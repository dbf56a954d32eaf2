package dev.sluice.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.raw.ZoneFiles.ZoneFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A named snapshot of a curated table, as its document in the zone says it.
 *
 * @param name the name
 * @param version the Delta version it holds
 * @param committedAt when that version came to be
 * @param takenAt until when it was certainly the latest
 * @param schema the columns, in order, as Spark writes a schema as JSON
 * @param files data files below the snapshots' own folder of files, with their lengths
 */
record TableSnapshot(
        SnapshotName name, long version, Instant committedAt, Instant takenAt, String schema, List<ZoneFile> files) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "name";
    private static final String VERSION = "version";
    private static final String COMMITTED_AT = "committed-at";
    private static final String TAKEN_AT = "taken-at";
    private static final String SCHEMA = "schema";
    private static final String FILES = "files";
    private static final String PATH = "path";
    private static final String BYTES = "bytes";

    TableSnapshot {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(committedAt, "committedAt");
        Objects.requireNonNull(takenAt, "takenAt");
        Objects.requireNonNull(schema, "schema");
        files = List.copyOf(files);
    }

    /** Whether the table was at a time exactly what the snapshot holds. */
    boolean held(Instant at) {
        return !at.isBefore(committedAt) && !at.isAfter(takenAt);
    }

    byte[] write() {
        ObjectNode document = JSON.createObjectNode();
        document.put(NAME, name.toString());
        document.put(VERSION, version);
        document.put(COMMITTED_AT, committedAt.toString());
        document.put(TAKEN_AT, takenAt.toString());
        document.put(SCHEMA, schema);
        ArrayNode list = document.putArray(FILES);
        files.forEach(file -> list.addObject().put(PATH, file.path()).put(BYTES, file.bytes()));
        return document.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@code CURATED_CORRUPT} naming the document. */
    static TableSnapshot read(String path, byte[] content) {
        try {
            JsonNode document = JSON.readTree(content);
            List<ZoneFile> files = new ArrayList<>();
            for (JsonNode file : document.required(FILES)) {
                files.add(new ZoneFile(
                        file.required(PATH).textValue(), file.required(BYTES).longValue()));
            }
            return new TableSnapshot(
                    SnapshotName.find(document.required(NAME).asText())
                            .orElseThrow(() -> new IllegalArgumentException("its name is none")),
                    document.required(VERSION).longValue(),
                    Instant.parse(document.required(COMMITTED_AT).asText()),
                    Instant.parse(document.required(TAKEN_AT).asText()),
                    document.required(SCHEMA).asText(),
                    files);
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException damaged) {
            throw corrupt(path, damaged);
        } catch (IOException damaged) {
            throw corrupt(path, damaged);
        }
    }

    private static SluiceException corrupt(String path, Exception cause) {
        return new SluiceException(
                ErrorCode.CURATED_CORRUPT,
                "Cannot read snapshot " + path + ": " + cause.getMessage()
                        + ". Restore the file from the bucket's versions, or delete it and do without that snapshot",
                cause);
    }
}
