package dev.sluice.localglue.source;

import dev.sluice.localglue.Options;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which files a source holds.
 *
 * @param paths files or folders
 * @param recurse whether files in folders of a folder count
 * @param exclusions globs over a file's path, whole or below its folder
 * @param maxFiles how many files a run takes
 * @param maxBytes how many bytes a run takes; one file is taken in any case
 * @param band how long before the last modification time files are remembered by name, milliseconds
 */
record FileSelection(
        List<String> paths,
        boolean recurse,
        List<String> exclusions,
        Optional<Long> maxFiles,
        Optional<Long> maxBytes,
        long band) {

    /** A file of the source; the time in milliseconds since 1970. */
    record Found(String path, long modified, long bytes) {}

    private static final long MAX_BAND = 900_000;
    // Spark packs small files into partitions by itself, so the grouping options are taken and not needed.
    private static final Set<String> KNOWN = Set.of(
            "paths",
            "path",
            "recurse",
            "exclusions",
            "boundedFiles",
            "boundedSize",
            "groupFiles",
            "groupSize",
            "maxBand");

    static FileSelection of(Options options) {
        options.allowOnly("file source", KNOWN);
        List<String> paths = new ArrayList<>(options.list("paths"));
        options.text("path").ifPresent(paths::add);
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("Cannot read file source: no paths are given");
        }
        Optional<Long> files = options.positive("boundedFiles");
        Optional<Long> bytes = options.positive("boundedSize");
        if (files.isPresent() && bytes.isPresent()) {
            throw new IllegalArgumentException(
                    "Cannot read file source: boundedFiles and boundedSize are both given; give one of them");
        }
        return new FileSelection(
                List.copyOf(paths),
                options.isTrue("recurse"),
                options.list("exclusions"),
                files,
                bytes,
                options.positive("maxBand").orElse(MAX_BAND));
    }

    /** All files there are, the oldest first. */
    List<Found> list(Configuration configuration) {
        Map<String, Found> found = new LinkedHashMap<>();
        for (String path : paths) {
            try {
                Path root = new Path(path);
                FileSystem files = root.getFileSystem(configuration);
                Path qualified = files.makeQualified(root);
                collect(files, qualified, files.getFileStatus(qualified), found);
            } catch (FileNotFoundException failure) {
                throw new UncheckedIOException(
                        "Cannot read file source: " + path + "; no such file or folder", failure);
            } catch (IOException failure) {
                throw new UncheckedIOException(
                        "Cannot read file source: " + path + "; " + failure.getMessage(), failure);
            }
        }
        return found.values().stream()
                .sorted(Comparator.comparingLong(Found::modified).thenComparing(Found::path))
                .toList();
    }

    /** As many of the files as one run takes, the first ones. */
    List<Found> bounded(List<Found> files) {
        long most = maxFiles.orElse(Long.MAX_VALUE);
        long room = maxBytes.orElse(Long.MAX_VALUE);
        List<Found> taken = new ArrayList<>();
        for (Found file : files) {
            room -= file.bytes();
            if (taken.size() == most || (room < 0 && !taken.isEmpty())) {
                break;
            }
            taken.add(file);
        }
        return taken;
    }

    private void collect(FileSystem files, Path root, FileStatus at, Map<String, Found> found) throws IOException {
        if (at.isFile()) {
            if (!isExcluded(root, at.getPath())) {
                String path = at.getPath().toString();
                found.put(path, new Found(path, at.getModificationTime(), at.getLen()));
            }
            return;
        }
        for (FileStatus entry : files.listStatus(at.getPath())) {
            String name = entry.getPath().getName();
            boolean hidden = name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
            if (!hidden && (entry.isFile() || recurse)) {
                collect(files, root, entry, found);
            }
        }
    }

    private boolean isExcluded(Path root, Path file) {
        String whole = file.toUri().getPath();
        String below = root.toUri().relativize(file.toUri()).getPath();
        for (String glob : exclusions) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + withoutScheme(glob));
            if (matcher.matches(java.nio.file.Path.of(whole)) || matcher.matches(java.nio.file.Path.of(below))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutScheme(String glob) {
        return glob.replaceFirst("^file:(//)?", "").replaceFirst("^s3[an]?://[^/]+", "");
    }
}
