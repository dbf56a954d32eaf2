package dev.sluice.extract.files;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.raw.DiskFailures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** Files on a disk. What stands for an ETag is the time of the last write and the number of the file on its disk. */
public final class LocalSourceFiles implements SourceFiles {

    @Override
    public Iterator<SourceFile> list(String root, String folder, String after) {
        requireLocal(root);
        Path base = Path.of(root);
        Path start = folder.equals(".") ? base : base.resolve(folder);
        if (!Files.isDirectory(start)) {
            throw new SluiceException(
                    ErrorCode.RELATION_MISSING,
                    "Cannot list the files of " + start
                            + ": there is no such folder. Check connection.path and extract.files.path, or make the folder");
        }
        return new Walk(base, start, (folder.equals(".") ? "" : folder + "/") + after);
    }

    @Override
    public String uri(String root) {
        requireLocal(root);
        return "file://" + root;
    }

    private static void requireLocal(String root) {
        if (root.contains("://")) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot list the files of " + root
                            + ": this lake reads files of its own disks only. Use a folder in connection.path, or run on"
                            + " AWS");
        }
    }

    /** Depth first; a folder's name counts with the slash that ends it, which is the order of whole keys. */
    private static final class Walk implements Iterator<SourceFile> {

        private final Path base;
        private final String after;
        private final Deque<Iterator<Path>> open = new ArrayDeque<>();
        private SourceFile next;

        private record Child(Path path, String name) {}

        Walk(Path base, Path start, String after) {
            this.base = base;
            this.after = after;
            open.push(children(start));
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public SourceFile next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            SourceFile file = next;
            advance();
            return file;
        }

        private void advance() {
            next = null;
            while (next == null && !open.isEmpty()) {
                if (!open.peek().hasNext()) {
                    open.pop();
                    continue;
                }
                Path path = open.peek().next();
                if (isBefore(path)) {
                    continue;
                }
                if (Files.isDirectory(path)) {
                    open.push(children(path));
                } else {
                    next = file(path);
                }
            }
        }

        /** A folder that the start lies in is not before it. */
        private boolean isBefore(Path path) {
            String key = base.relativize(path).toString().replace(File.separatorChar, '/');
            return !after.startsWith(key) && ORDER.compare(key, after) < 0;
        }

        private static Iterator<Path> children(Path folder) {
            try (Stream<Path> children = Files.list(folder)) {
                return children.map(path -> new Child(path, path.getFileName() + (Files.isDirectory(path) ? "/" : "")))
                        .sorted(Comparator.comparing(Child::name, ORDER))
                        .map(Child::path)
                        .toList()
                        .iterator();
            } catch (NoSuchFileException gone) {
                return List.<Path>of().iterator();
            } catch (IOException failure) {
                throw failed("list the files of " + folder, failure);
            }
        }

        private SourceFile file(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                if (!attributes.isRegularFile()) {
                    return null;
                }
                var modified = attributes.lastModifiedTime().toInstant();
                return new SourceFile(
                        base.relativize(path).toString().replace(File.separatorChar, '/'),
                        modified + " " + attributes.fileKey(),
                        attributes.size(),
                        modified);
            } catch (NoSuchFileException gone) {
                return null;
            } catch (IOException failure) {
                throw failed("look at file " + path, failure);
            }
        }

        private static SluiceException failed(String undone, IOException failure) {
            return DiskFailures.of(
                    "Cannot " + undone, failure, "Let the user that runs Sluice read below connection.path");
        }
    }
}
