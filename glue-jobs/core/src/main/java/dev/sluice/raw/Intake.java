package dev.sluice.raw;

import java.util.List;

/**
 * Which files of its source a table has taken, as of a batch.
 *
 * @param batch the last batch that took any
 * @param ledger the parts of the ledger, relative to the raw zone, oldest first; the last names what that batch took
 */
public record Intake(long batch, List<String> ledger) {
    public Intake {
        ledger = List.copyOf(ledger);
        if (ledger.isEmpty()) {
            throw new IllegalArgumentException("A ledger has at least one part");
        }
    }

    /** What the batch itself took. */
    public String taken() {
        return ledger.get(ledger.size() - 1);
    }
}
