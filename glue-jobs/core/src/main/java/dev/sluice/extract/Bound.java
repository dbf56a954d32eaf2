package dev.sluice.extract;

import dev.sluice.bookmark.Observation;
import dev.sluice.bookmark.Position;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a table is settled.
 *
 * @param position no row below it can appear any more; empty for full reads and where nothing is settled yet
 * @param observations sequence values that are not settled, oldest first, to be handed to the next run
 * @param readPoint the source's clock when the bound was fixed
 * @param guarantee what the promise rests on
 * @param heldBy what keeps the bound back, for people; empty where nothing unusual does
 */
public record Bound(
        Optional<Position> position,
        List<Observation> observations,
        Instant readPoint,
        Guarantee guarantee,
        Optional<String> heldBy) {

    public Bound {
        Objects.requireNonNull(position, "position");
        observations = List.copyOf(observations);
        Objects.requireNonNull(readPoint, "readPoint");
        Objects.requireNonNull(guarantee, "guarantee");
        Objects.requireNonNull(heldBy, "heldBy");
    }

    /** What the promise that nothing commits below the bound rests on. */
    public enum Guarantee {
        /** All open transactions, prepared ones included, were seen. */
        OPEN_TRANSACTIONS,
        /** Only the settle delay: the role may not see other transactions, or a client stamps the column. */
        SETTLE_DELAY,
        /** Each file is told by its identity, whenever it arrives. */
        FILE_LEDGER,
        /** Every run reads everything; there is no bound. */
        FULL_READ,
        /** Offsets of a topic: what is written has its place. */
        OFFSETS,
        /** Glue's own job bookmarks, with their limits. */
        GLUE
    }
}
