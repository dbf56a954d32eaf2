package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the servers' own programs are unpacked, and what is made of them once. */
final class Binaries {

    private Binaries() {}

    /**
     * A folder shared by the homes of one user, which only that user may enter; within the home where the shared one
     * belongs to somebody else.
     */
    static Path folder(RunFolder run, String name) throws IOException {
        Path shared = Path.of(System.getProperty("java.io.tmpdir"), "sluice-" + System.getProperty("user.name"));
        if (!Files.exists(shared)) {
            Files.createDirectories(
                    shared, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        boolean ours = Files.isDirectory(shared)
                && !Files.isSymbolicLink(shared)
                && Files.getOwner(shared).equals(Files.getOwner(run.folder()));
        return Files.createDirectories((ours ? shared : run.folder()).resolve(name));
    }

    /** Gives a folder its name once it is whole; drops it where another daemon was faster, whose files are the same. */
    static void publish(Path fresh, Path name) throws IOException {
        try {
            Files.move(fresh, name, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
            deleteTree(fresh);
        }
    }

    /** Copies a folder with all it holds to one that is not there yet. */
    static void copyTree(Path from, Path to) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(from)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Removes a folder with all it holds, if it is there. */
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
