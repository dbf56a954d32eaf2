package dev.sluice.extract.files;

/** A file cannot be read to its end as what it is said to be. The message says why and where, and quotes nothing of it. */
final class MalformedFileException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedFileException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
