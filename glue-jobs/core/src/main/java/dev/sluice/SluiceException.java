package dev.sluice;

import java.util.Objects;

/**
 * The exception of Sluice; a subclass only carries details of one code. Its message has the form "Cannot (verb) (thing): (value). (Cause). (Remedy)", names the
 * table and the settings key where there is one, and never holds a secret.
 */
public class SluiceException extends RuntimeException {

    private final ErrorCode code;

    /** An error that Sluice itself found. */
    public SluiceException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** An error that something below reported; {@code message} already says what that was. */
    public SluiceException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** What went wrong, for exit codes and retry rules. */
    public ErrorCode code() {
        return code;
    }

    /** Whether the same call may succeed later with nothing changed by a person. */
    public boolean retryable() {
        return code.retryable();
    }
}
