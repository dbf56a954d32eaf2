package dev.sluice.cli.lake;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Java's archive of the classes that a process has loaded, from which those after it start in half the time. It knows
 * classes of jars alone, so that folders of this JVM's class path become jars.
 */
final class ClassArchive {

    /** What a process does with the archive. */
    enum Use {
        /** Starts from it, where it is there. */
        READ,
        /** Writes it as it ends by itself. */
        WRITE
    }

    private final Path folder;

    private ClassArchive(Path folder) {
        this.folder = folder;
    }

    /** The archive of processes on a lake; it goes with the lake. */
    static ClassArchive of(Home home) {
        return new ClassArchive(home.folder().resolve("classes"));
    }

    /** What a JVM is told. */
    List<String> options(Use use) {
        Path archive = folder.resolve("archive.jsa");
        return switch (use) {
            case READ -> Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive) : List.of();
            case WRITE -> List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        };
    }

    /** This JVM's class path in its order, of jars alone. */
    String classPath() throws IOException {
        Files.createDirectories(folder);
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path jar = folder.resolve(jars.size() + ".jar");
                if (!Files.exists(jar)) {
                    pack(path, jar);
                }
                jars.add(jar.toString());
            } else {
                jars.add(entry);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(file);
                Stream<Path> inside = Files.walk(classes)) {
            packed.setLevel(0);
            for (Path one : inside.filter(Files::isRegularFile).sorted().toList()) {
                packed.putNextEntry(
                        new JarEntry(classes.relativize(one).toString().replace(File.separatorChar, '/')));
                Files.copy(one, packed);
                packed.closeEntry();
            }
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }
}
