package dev.sluice.extract.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A part of the ledger as a file: a JSON object per line, sorted by key, packed by gzip. */
final class LedgerFormat {

    private static final String KEY = "key";
    private static final String ETAG = "etag";
    private static final String BYTES = "bytes";
    private static final String MODIFIED = "modified";
    private static final String SHA256 = "sha256";
    private static final String BATCH = "batch";
    private static final String COPY = "copy";
    private static final String OUTCOME = "outcome";
    private static final String REASON = "reason";

    private static final ObjectMapper JSON = new ObjectMapper();

    private LedgerFormat() {}

    static byte[] write(List<Original> originals) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            for (Original original : originals) {
                packed.write(JSON.writeValueAsBytes(node(original)));
                packed.write('\n');
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("Memory takes every write", impossible);
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #write} wrote, entry by entry; throws {@code RAW_CORRUPT} naming the path. */
    static Iterator<Original> read(String path, byte[] bytes) {
        try {
            return new Entries(
                    path,
                    new BufferedReader(new InputStreamReader(
                            new GZIPInputStream(new ByteArrayInputStream(bytes)), StandardCharsets.UTF_8)));
        } catch (IOException failure) {
            throw corrupt(path, failure);
        }
    }

    private static ObjectNode node(Original original) {
        ObjectNode node = JSON.createObjectNode()
                .put(KEY, original.key())
                .put(ETAG, original.etag())
                .put(BYTES, original.bytes())
                .put(MODIFIED, original.modified().toString())
                .put(SHA256, original.sha256())
                .put(BATCH, original.batch())
                .put(COPY, original.copy())
                .put(OUTCOME, original.outcome().name());
        original.reason().ifPresent(reason -> node.put(REASON, reason));
        return node;
    }

    private static Original original(String path, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return new Original(
                    node.path(KEY).asText(),
                    node.path(ETAG).asText(),
                    node.path(BYTES).asLong(),
                    Instant.parse(node.path(MODIFIED).asText()),
                    node.path(SHA256).asText(),
                    node.path(BATCH).asLong(),
                    node.path(COPY).asText(),
                    Original.Outcome.valueOf(node.path(OUTCOME).asText()),
                    node.has(REASON) ? Optional.of(node.path(REASON).asText()) : Optional.empty());
        } catch (JsonProcessingException | IllegalArgumentException | java.time.DateTimeException failure) {
            throw corrupt(path, failure);
        }
    }

    static SluiceException corrupt(String path, Exception failure) {
        return new SluiceException(
                ErrorCode.RAW_CORRUPT,
                "Cannot read " + path + ", a part of the ledger of files: "
                        + (failure == null ? "it is missing" : failure.getMessage())
                        + ". Restore it from the bucket's versions",
                failure);
    }

    private static final class Entries implements Iterator<Original> {

        private final String path;
        private final BufferedReader lines;
        private String next;

        Entries(String path, BufferedReader lines) {
            this.path = path;
            this.lines = lines;
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Original next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            Original original = original(path, next);
            advance();
            return original;
        }

        private void advance() {
            try {
                next = lines.readLine();
            } catch (IOException | UncheckedIOException failure) {
                throw corrupt(path, failure);
            }
        }
    }
}
