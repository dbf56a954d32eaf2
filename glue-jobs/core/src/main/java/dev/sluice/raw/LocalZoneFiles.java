package dev.sluice.raw;

import dev.sluice.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** A zone on the local disk. */
public final class LocalZoneFiles implements ZoneFiles {

    private final Path root;

    /** A zone below this folder, which is made when the first file is written. */
    public LocalZoneFiles(Path root) {
        this.root = Objects.requireNonNull(root, "root").toAbsolutePath().normalize();
    }

    @Override
    public String root() {
        return "file://" + root;
    }

    @Override
    public Created createIfAbsent(String path, byte[] content) {
        Path file = resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Path part = file.resolveSibling(".part-" + UUID.randomUUID());
            try {
                try (FileChannel channel =
                        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    ByteBuffer buffer = ByteBuffer.wrap(content);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                    channel.force(true);
                }
                // A hard link appears with its whole content or not at all, and never replaces a file.
                Files.createLink(file, part);
                return Created.CREATED;
            } catch (FileAlreadyExistsException taken) {
                return Created.EXISTED;
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException failure) {
            throw failed("write file", file, failure);
        }
    }

    /** A second name for the same bytes: a zone's files never change. */
    @Override
    public void copy(String from, String to) {
        Path file = resolve(to);
        try {
            Files.createDirectories(file.getParent());
            Path part = file.resolveSibling(".part-" + UUID.randomUUID());
            try {
                Files.createLink(part, resolve(from));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                // Where the file is the same already, a move does nothing.
                Files.deleteIfExists(part);
            }
        } catch (IOException failure) {
            throw failed("copy file", resolve(from), failure);
        }
    }

    @Override
    public Optional<byte[]> read(String path) {
        try {
            return Optional.of(Files.readAllBytes(resolve(path)));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException failure) {
            throw failed("read file", resolve(path), failure);
        }
    }

    @Override
    public List<ZoneFile> list(String folder) {
        Path start = resolve(folder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> new ZoneFile(root.relativize(file).toString(), length(file)))
                    .sorted(Comparator.comparing(ZoneFile::path))
                    .toList();
        } catch (IOException failure) {
            throw failed("list folder", start, failure);
        } catch (UncheckedIOException failure) {
            throw failed("list folder", start, failure.getCause());
        }
    }

    @Override
    public void delete(String path) {
        Path start = resolve(path);
        if (!Files.exists(start)) {
            return;
        }
        try (Stream<Path> files = Files.walk(start)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw failed("delete folder", start, failure);
        } catch (UncheckedIOException failure) {
            throw failed("delete folder", start, failure.getCause());
        }
    }

    private Path resolve(String path) {
        Path resolved = root.resolve(path).normalize();
        if (!resolved.startsWith(root)) {
            throw new IllegalArgumentException("A zone's paths lie below its root: " + path);
        }
        return resolved;
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failure) {
            throw failed("read the size of file", file, failure);
        }
    }

    private static SluiceException failed(String undone, Path path, IOException failure) {
        return DiskFailures.of(
                "Cannot " + undone + ": " + path,
                failure,
                "Check that the zone's disk is there and that this user may read and write below the zone, then run"
                        + " again.");
    }
}
