package dev.sluice.raw;

import java.util.List;
import java.util.Optional;

/** The files of one zone, by path relative to its root with {@code /} between folders. */
public interface ZoneFiles {

    /** The zone's root as Spark names it. */
    String root();

    /** A path as Spark names it. */
    default String uri(String path) {
        return root() + "/" + path;
    }

    /**
     * Creates a file with this content unless one is there: of any number of callers at once exactly one is told {@code
     * CREATED}, and no reader ever sees a part. Throws {@code STORAGE_FULL} or {@code
     * STORAGE_DENIED}.
     */
    Created createIfAbsent(String path, byte[] content);

    /**
     * Copies a file within the zone, without its bytes passing through this process where the storage can do so. No reader
     * ever sees a part. What is there under the new path already is replaced.
     */
    void copy(String from, String to);

    /** A file's content. */
    Optional<byte[]> read(String path);

    /** All files below a folder, at any depth, sorted by path; empty where there is no such folder. */
    List<ZoneFile> list(String folder);

    /** Removes a file, or a folder and all below it; nothing where it is not there. */
    void delete(String path);

    /** A file and its length in bytes. */
    record ZoneFile(String path, long bytes) {}

    /** The outcome of a conditional creation. */
    enum Created {
        CREATED,
        EXISTED
    }
}
