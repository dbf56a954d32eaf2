package dev.sluice.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalZoneFilesTest {

    private static final String REMEDY =
            "Check that the zone's disk is there and that this user may read and write below"
                    + " the zone, then run again.";

    @TempDir
    private Path folder;

    private ZoneFiles files;

    @BeforeEach
    void aFileStandsWhereAFolderIsWanted() throws IOException {
        files = new LocalZoneFiles(folder);
        Files.writeString(folder.resolve("shop"), "no folder");
    }

    @Test
    void aFileThatCannotBeWrittenIsNotAFullDisk() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> files.createIfAbsent("shop/manifest", new byte[1]))
                .withMessage("Cannot write file: " + folder.resolve("shop/manifest") + ". FileAlreadyExistsException: "
                        + folder.resolve("shop") + ". " + REMEDY)
                .matches(failure -> failure.code() == ErrorCode.FAILED);
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithARemedy() throws IOException {
        Files.createDirectory(folder.resolve("orders"));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> files.read("orders"))
                .withMessage(
                        "Cannot read file: " + folder.resolve("orders") + ". IOException: Is a directory. " + REMEDY)
                .matches(failure -> failure.code() == ErrorCode.FAILED);
    }

    @Test
    void aFullDiskIsToldFromPermissionsAndFromTheRest() {
        assertThat(of(new FileSystemException("/zone/a", null, "No space left on device")))
                .hasMessage(
                        "Cannot write file: /zone/a. The disk is full: No space left on device. Free space, then run"
                                + " again.")
                .matches(failure -> failure.code() == ErrorCode.STORAGE_FULL);
        assertThat(of(new IOException("Disk quota exceeded")))
                .hasMessageContaining("The disk is full: Disk quota exceeded")
                .matches(failure -> failure.code() == ErrorCode.STORAGE_FULL);
        assertThat(of(new AccessDeniedException("/zone/a")))
                .hasMessage(
                        "Cannot write file: /zone/a. The user that runs Sluice is not permitted to: /zone/a. Fix it.")
                .matches(failure -> failure.code() == ErrorCode.STORAGE_DENIED);
        assertThat(of(new FileSystemException("/zone/a", null, "Read-only file system")))
                .hasMessageContaining("not permitted to: Read-only file system. Fix it.")
                .matches(failure -> failure.code() == ErrorCode.STORAGE_DENIED);
        assertThat(of(new FileSystemException("/zone/a", null, "Input/output error")))
                .hasMessage("Cannot write file: /zone/a. FileSystemException: Input/output error. Fix it.")
                .matches(failure -> failure.code() == ErrorCode.FAILED);
    }

    private static SluiceException of(IOException failure) {
        return DiskFailures.of("Cannot write file: /zone/a", failure, "Fix it.");
    }
}
