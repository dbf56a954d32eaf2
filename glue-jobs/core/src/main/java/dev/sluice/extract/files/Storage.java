package dev.sluice.extract.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** Hadoop's file systems, on the driver or an executor, without the checksum files they put beside files on disks. */
final class Storage {

    private static final int BUFFER = 1 << 17;

    private final SerializableConfiguration configuration;

    Storage(SerializableConfiguration configuration) {
        this.configuration = configuration;
    }

    Configuration configuration() {
        return configuration.value();
    }

    InputStream open(String uri) throws IOException {
        Path path = new Path(uri);
        return system(path).open(path, BUFFER);
    }

    /**
     * Copies a file's bytes as they are; the copy appears whole or is removed.
     *
     * @return the copy's SHA-256; empty text where the file was written to meanwhile
     */
    String copy(String from, String to, long bytes) throws IOException {
        Path source = new Path(from);
        Path target = new Path(to);
        FileSystem sources = system(source);
        FileSystem targets = system(target);
        FileStatus before = sources.getFileStatus(source);
        MessageDigest digest = sha256();
        long copied;
        try (InputStream in = new DigestInputStream(sources.open(source, BUFFER), digest);
                OutputStream out = targets.create(target, true, BUFFER)) {
            copied = in.transferTo(out);
        }
        FileStatus after = sources.getFileStatus(source);
        if (copied != bytes || before.getModificationTime() != after.getModificationTime() || after.getLen() != bytes) {
            targets.delete(target, false);
            return "";
        }
        return HexFormat.of().formatHex(digest.digest());
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
