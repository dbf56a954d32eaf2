package dev.sluice.verify;

import dev.sluice.bookmark.Position;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The instants that a comparison holds against each other.
 *
 * @param curatedVersion the Delta version that curated was read at; empty where it was not read
 * @param batch the last batch in that version, as the ledger has it; empty where the ledger does not tell
 * @param curatedReadPoint the source's time as of which that version is complete; empty where the ledger does not tell
 * @param position the table's bookmark: rows at or after it are read by the next run; empty for full reads
 * @param databaseTime the database's clock at the start of the one transaction all its rows were read in
 */
public record ConsistentPoint(
        Optional<Long> curatedVersion,
        Optional<Long> batch,
        Optional<Instant> curatedReadPoint,
        Optional<Position> position,
        Instant databaseTime) {
    public ConsistentPoint {
        Objects.requireNonNull(curatedVersion, "curatedVersion");
        Objects.requireNonNull(batch, "batch");
        Objects.requireNonNull(curatedReadPoint, "curatedReadPoint");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(databaseTime, "databaseTime");
    }
}
