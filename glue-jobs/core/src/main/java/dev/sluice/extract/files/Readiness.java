package dev.sluice.extract.files;

import dev.sluice.settings.FileSettings;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which files of a listing are a table's, and which of these are complete. A file that is being written is left alone: it
 * has a temporary name, or was written just now, or lacks its marker.
 */
final class Readiness {

    private static final List<String> TEMPORARY = List.of(
            ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~", "._copying_", ".inprogress");

    private final FileSettings settings;
    private final PathMatcher pattern;
    private final Optional<TimeFolders> folders;
    private final int prefix;
    private final Instant settledBefore;
    private final Set<String> markers = new HashSet<>();

    /**
     * @param now the moment of the listing
     * @param markers the listing once more; walked only where the settings name a marker
     */
    Readiness(FileSettings settings, Instant now, Iterable<SourceFile> markers) {
        this.settings = settings;
        this.pattern = FileSystems.getDefault().getPathMatcher("glob:" + settings.pattern());
        this.folders = settings.partitions().map(TimeFolders::new);
        this.prefix = settings.path().equals(".") ? 0 : settings.path().length() + 1;
        this.settledBefore = now.minus(settings.settle());
        settings.marker().ifPresent(ending -> {
            for (Iterator<SourceFile> files = markers.iterator(); files.hasNext(); ) {
                String key = files.next().key();
                if (key.endsWith(ending)) {
                    this.markers.add(key);
                }
            }
        });
    }

    /** Whose a file is. */
    enum Belonging {
        /** The table's, complete or not. */
        TABLE,
        /** The table's but for its place: in no folder that tells a time as the settings say. */
        NO_FOLDER,
        /** Not the table's. */
        NONE
    }

    Belonging belonging(SourceFile file) {
        String name = file.key().substring(prefix);
        if (!isNamed(name)) {
            return Belonging.NONE;
        }
        return folders.map(times -> times.hold(name)).orElse(true) ? Belonging.TABLE : Belonging.NO_FOLDER;
    }

    private boolean isNamed(String name) {
        for (String part : name.split("/")) {
            if (part.startsWith(".") || part.startsWith("_")) {
                return false;
            }
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return TEMPORARY.stream().noneMatch(lower::endsWith)
                && settings.marker().filter(name::endsWith).isEmpty()
                && pattern.matches(Path.of(name));
    }

    /** Whether nobody is writing to it any more. */
    boolean isComplete(SourceFile file) {
        return !file.modified().isAfter(settledBefore)
                && settings.marker()
                        .map(ending -> markers.contains(file.key() + ending))
                        .orElse(true);
    }
}
