package dev.sluice.change;

/** A record that is no event of its topic's format. Its message says why and quotes none of its values. */
class UnreadableEventException extends Exception {

    UnreadableEventException(String message) {
        super(message);
    }

    UnreadableEventException(String message, Throwable cause) {
        super(message, cause);
    }
}
