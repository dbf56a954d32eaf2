package dev.sluice.bookmark;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a batch, or a look that found nothing, changes in a table's state.
 *
 * @param position where the next batch begins
 * @param observations sequence values not settled yet
 * @param overlap whether the next batch repeats rows
 * @param readPoint the source's time as of which curated is complete; empty leaves it
 * @param checkedAt when the run looked
 * @param curatedVersion curated's version; empty leaves it
 * @param columns curated's columns; empty leaves them
 */
public record Advance(
        Optional<Position> position,
        List<Observation> observations,
        TableState.Overlap overlap,
        Optional<Instant> readPoint,
        Instant checkedAt,
        Optional<Long> curatedVersion,
        List<Column> columns) {
    public Advance {
        Objects.requireNonNull(position, "position");
        observations = List.copyOf(observations);
        Objects.requireNonNull(overlap, "overlap");
        Objects.requireNonNull(readPoint, "readPoint");
        Objects.requireNonNull(checkedAt, "checkedAt");
        Objects.requireNonNull(curatedVersion, "curatedVersion");
        columns = List.copyOf(columns);
    }
}
