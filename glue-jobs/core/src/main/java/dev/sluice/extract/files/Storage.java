package dev.sluice.extract.files;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.util.SerializableConfiguration;

/** Hadoop's file systems, on the driver or an executor, without the checksum files they put beside files on disks. */
final class Storage {

    private static final int BUFFER = 1 << 17;

    private final SerializableConfiguration configuration;

    Storage(SerializableConfiguration configuration) {
        this.configuration = configuration;
    }

    /** Whether a file can be opened by its key: slashes that follow each other become one, and . and .. are no names. */
    static boolean canName(String root, String key) {
        return new Path(root + "/" + key).toUri().getPath().endsWith("/" + key);
    }

    Configuration configuration() {
        return configuration.value();
    }

    InputStream open(String uri) throws IOException {
        Path path = new Path(uri);
        return system(path).open(path, BUFFER);
    }

    /**
     * What became of a copy.
     *
     * @param sha256 of the copy; empty text where there is none
     */
    record Copied(TakeFiles.State state, String sha256) {
        private static Copied not(TakeFiles.State state) {
            return new Copied(state, "");
        }
    }

    /** Copies a file's bytes as they are; the copy appears whole or is removed. */
    Copied copy(String from, String to, long bytes) throws IOException {
        Path source = new Path(from);
        Path target = new Path(to);
        FileSystem sources = system(source);
        FileSystem targets = system(target);
        MessageDigest digest = sha256();
        FileStatus before;
        InputStream in;
        try {
            before = sources.getFileStatus(source);
            in = begun(new DigestInputStream(sources.open(source, BUFFER), digest));
        } catch (FileNotFoundException failure) {
            // A disk says the same of a file that is there and may not be read.
            return Copied.not(sources.exists(source) ? TakeFiles.State.DENIED : TakeFiles.State.GONE);
        } catch (AccessDeniedException | AccessControlException failure) {
            return Copied.not(TakeFiles.State.DENIED);
        }
        long copied;
        try (in;
                OutputStream out = targets.create(target, true, BUFFER)) {
            copied = in.transferTo(out);
        }
        if (copied != bytes || !isAsBefore(sources, before, bytes)) {
            targets.delete(target, false);
            return Copied.not(TakeFiles.State.CHANGED);
        }
        return new Copied(TakeFiles.State.TAKEN, HexFormat.of().formatHex(digest.digest()));
    }

    private static boolean isAsBefore(FileSystem system, FileStatus before, long bytes) throws IOException {
        try {
            FileStatus after = system.getFileStatus(before.getPath());
            return before.getModificationTime() == after.getModificationTime() && after.getLen() == bytes;
        } catch (FileNotFoundException gone) {
            return false;
        }
    }

    /** Asks for the first byte: some stores say only then that a file may not be read. */
    private static InputStream begun(InputStream stream) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(stream, BUFFER);
        try {
            bytes.mark(1);
            bytes.read();
            bytes.reset();
            return bytes;
        } catch (IOException failure) {
            bytes.close();
            throw failure;
        }
    }

    String sha256(String uri) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(open(uri), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private FileSystem system(Path path) throws IOException {
        FileSystem system = path.getFileSystem(configuration.value());
        return system instanceof LocalFileSystem local ? local.getRaw() : system;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
