package dev.sluice.aws.dynamodb;

import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.settings.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ledger values for tests that do not care what they hold. */
final class Samples {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Samples() {}

    static BatchRecord batch(TableName table, long number, Lease lease) {
        Optional<Position> position = Optional.of(new Position.Sequence(number));
        return new BatchRecord(
                table,
                number,
                BatchRecord.Kind.INGEST,
                lease.holder().runId(),
                lease.fence(),
                new Window(Optional.empty(), position),
                Optional.empty(),
                position,
                Optional.empty(),
                Optional.empty(),
                1,
                0,
                Optional.empty(),
                List.of(),
                Optional.of(number),
                NOON,
                NOON,
                NOON,
                List.of());
    }

    static Advance advance(long position) {
        return new Advance(
                Optional.of(new Position.Sequence(position)),
                List.of(),
                TableState.Overlap.NONE,
                Optional.of(NOON),
                NOON,
                Optional.of(position),
                List.of());
    }
}
