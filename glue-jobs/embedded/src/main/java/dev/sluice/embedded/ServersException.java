package dev.sluice.embedded;

/**
 * The embedded servers could not be started, reached or stopped.
 *
 * <p>The message says what cannot be done, why, and what helps; where the daemon failed it ends with the tail of its
 * log.
 */
public final class ServersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServersException(String message) {
        super(message);
    }

    ServersException(String message, Throwable cause) {
        super(message, cause);
    }
}
