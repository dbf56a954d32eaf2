package dev.sluice.run;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.RawZone;
import java.util.Optional;

/** What lies beside a batch that the ledger has entered. The entry never changes, so anyone may remove it at any time. */
final class Leftovers {

    private Leftovers() {}

    /**
     * Removes quarantined rows that the entry does not name. A rewind has no rows at all: whatever lies in raw under its
     * number, manifest and all, is a batch that it discarded or one of a run that woke after it. Where rewinds follow each
     * other any of them may have died before it cleaned up, so the entry before a rewind is looked at too.
     */
    static void remove(Platform platform, BatchRecord entered) {
        Optional<BatchRecord> next = Optional.of(entered);
        while (next.isPresent()) {
            BatchRecord batch = next.get();
            new Quarantine(platform.zones().quarantine())
                    .removeLeftovers(batch.table(), batch.batch(), batch.quarantine());
            if (batch.kind() != BatchRecord.Kind.REWIND) {
                return;
            }
            new RawZone(platform.zones().raw()).discard(batch.table(), batch.batch());
            next = platform.bookmarks().findBatch(batch.table(), batch.batch() - 1);
        }
    }
}
