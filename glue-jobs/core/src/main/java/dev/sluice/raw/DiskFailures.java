package dev.sluice.raw;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a failure of a disk means, and what to do about it. */
public final class DiskFailures {

    private static final List<String> FULL = List.of("no space left on device", "disk quota exceeded");
    private static final String READ_ONLY = "read-only file system";

    private DiskFailures() {}

    /** Whether a failure says that a disk, or somebody's share of it, is full. */
    public static boolean isFull(Throwable failure) {
        return failure instanceof IOException && FULL.stream().anyMatch(lower(failure.getMessage())::contains);
    }

    /**
     * The error of something that could not be done: {@code STORAGE_FULL} where the disk is full, {@code STORAGE_DENIED}
     * where this user may not, else {@code FAILED}.
     *
     * @param undone the first sentence without its full stop, "Cannot write file: ..."
     * @param remedy what to do unless the disk is full
     */
    public static SluiceException of(String undone, IOException failure, String remedy) {
        if (isFull(failure)) {
            return new SluiceException(
                    ErrorCode.STORAGE_FULL,
                    undone + ". The disk is full: " + reason(failure) + ". Free space, then run again.",
                    failure);
        }
        if (failure instanceof AccessDeniedException
                || lower(failure.getMessage()).contains(READ_ONLY)) {
            return new SluiceException(
                    ErrorCode.STORAGE_DENIED,
                    undone + ". The user that runs Sluice is not permitted to: " + reason(failure) + ". " + remedy,
                    failure);
        }
        return new SluiceException(
                ErrorCode.FAILED,
                undone + ". " + failure.getClass().getSimpleName() + ": " + reason(failure) + ". " + remedy,
                failure);
    }

    private static String reason(IOException failure) {
        Optional<String> said = failure instanceof FileSystemException ofFile
                ? Optional.ofNullable(ofFile.getReason()).or(() -> Optional.ofNullable(ofFile.getFile()))
                : Optional.ofNullable(failure.getMessage());
        return said.orElse("no reason is given");
    }

    private static String lower(String message) {
        return String.valueOf(message).toLowerCase(Locale.ROOT);
    }
}
