package dev.sluice.extract;

import java.util.Objects;

/**
 * Which guarantee a table has against late commits, and why.
 *
 * @param guarantee what every bound of the table rests on
 * @param reason one sentence for people, with the remedy where a stronger guarantee is to be had
 */
public record Promise(Bound.Guarantee guarantee, String reason) {
    public Promise {
        Objects.requireNonNull(guarantee, "guarantee");
        Objects.requireNonNull(reason, "reason");
    }
}
