package dev.sluice.change;

/**
 * A change whose place in its database's log is not told. That is no matter of one record: none of the connector's can be
 * put in order, and a guess would lose changes.
 */
final class UnplacedEventException extends UnreadableEventException {

    UnplacedEventException(String message) {
        super(message);
    }
}
