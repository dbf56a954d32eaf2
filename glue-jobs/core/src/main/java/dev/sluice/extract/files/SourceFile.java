package dev.sluice.extract.files;

import java.time.Instant;
import java.util.Objects;

/**
 * A file as a listing shows it. Key, ETag and size are its identity: a file that is written again has another ETag.
 *
 * @param key its place below the source's path, with {@code /} between folders
 * @param etag changes with every write
 * @param bytes its length
 * @param modified when it was last written
 */
public record SourceFile(String key, String etag, long bytes, Instant modified) {
    public SourceFile {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(etag, "etag");
        Objects.requireNonNull(modified, "modified");
    }
}
