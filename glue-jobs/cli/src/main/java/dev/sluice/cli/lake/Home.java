package dev.sluice.cli.lake;

import dev.sluice.raw.DiskFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The folder of a local lake and where its parts lie in it.
 *
 * @param folder absolute
 */
public record Home(Path folder) {

    public Home {
        Objects.requireNonNull(folder, "folder");
        folder = folder.toAbsolutePath().normalize();
    }

    /** Makes the folder where it is missing. */
    public Home create() {
        try {
            Files.createDirectories(folder);
            return this;
        } catch (IOException failure) {
            throw DiskFailures.of(
                    "Cannot create the lake's folder: " + folder,
                    failure,
                    "Name one that can be written with --home or SLUICE_HOME.");
        }
    }

    public Path raw() {
        return folder.resolve("raw");
    }

    public Path curated() {
        return folder.resolve("curated");
    }

    public Path quarantine() {
        return folder.resolve("quarantine");
    }

    /** One JSON file per secret. */
    public Path secrets() {
        return folder.resolve("secrets");
    }

    /** One JSON file per curated table, in a folder per source. */
    public Path catalog() {
        return folder.resolve("catalog");
    }

    /** Settings files that the demo and {@code discover} write by default. */
    public Path settings() {
        return folder.resolve("settings");
    }

    /** What Glue's bookmarks know, one JSON file per job. */
    public Path glueBookmarks() {
        return folder.resolve("glue-bookmarks");
    }

    public Path logs() {
        return folder.resolve("logs");
    }

    /** Spark's temporary files. */
    public Path scratch() {
        return folder.resolve("tmp");
    }
}
