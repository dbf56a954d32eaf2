package dev.sluice.raw;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFs;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.local.LocalConfigKeys;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system without its processes: where Hadoop's native library is not at hand, it starts a {@code chmod}
 * for each file and folder that it makes and a {@code readlink} for each that it renames. A small table's commit makes some
 * thirty of them, which take longer than its data. Files, names and checksums are the same.
 */
public final class LocalDisk {

    private LocalDisk() {}

    /** What a Spark session on one machine is configured with, by Spark's keys. */
    public static Map<String, String> settings() {
        return Map.of(
                "spark.hadoop.fs.file.impl", Disk.class.getName(),
                "spark.hadoop.fs.AbstractFileSystem.file.impl", Context.class.getName());
    }

    /** For Hadoop's {@code FileSystem.get}, which makes it by its name. */
    public static final class Disk extends LocalFileSystem {

        public Disk() {
            super(new Raw());
        }
    }

    /** For Hadoop's {@code FileContext}, which makes it by its name; Delta commits through it. */
    public static final class Context extends ChecksumFs {

        public Context(URI uri, Configuration configuration) throws IOException, URISyntaxException {
            super(new RawContext(uri, configuration));
        }
    }

    private static final class Raw extends RawLocalFileSystem {

        @Override
        public void setPermission(Path path, FsPermission permission) throws IOException {
            if (permission.getStickyBit()) {
                super.setPermission(path, permission);
                return;
            }
            String symbols = permission.getUserAction().SYMBOL
                    + permission.getGroupAction().SYMBOL
                    + permission.getOtherAction().SYMBOL;
            Files.setPosixFilePermissions(pathToFile(path).toPath(), PosixFilePermissions.fromString(symbols));
        }

        @Override
        public FileStatus getFileLinkStatus(Path path) throws IOException {
            return Files.isSymbolicLink(pathToFile(path).toPath())
                    ? super.getFileLinkStatus(path)
                    : getFileStatus(path);
        }
    }

    private static final class RawContext extends DelegateToFileSystem {

        RawContext(URI uri, Configuration configuration) throws IOException, URISyntaxException {
            super(uri, new Raw(), configuration, "file", false);
        }

        @Override
        public int getUriDefaultPort() {
            return -1;
        }

        @Override
        public FsServerDefaults getServerDefaults(Path path) throws IOException {
            return LocalConfigKeys.getServerDefaults();
        }

        @Override
        @SuppressWarnings("deprecation") // The abstract method of the parent.
        public FsServerDefaults getServerDefaults() throws IOException {
            return LocalConfigKeys.getServerDefaults();
        }

        @Override
        public boolean isValidName(String path) {
            return true;
        }
    }
}
