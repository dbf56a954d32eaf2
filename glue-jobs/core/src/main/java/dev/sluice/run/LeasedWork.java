package dev.sluice.run;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.quality.Quarantine;
import dev.sluice.raw.RawZone;
import dev.sluice.settings.TableName;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Work under a lease. Whatever a run fails with once its lease was taken over may be its successor's doing, so it is told
 * as the loss; and what its attempt alone wrote goes, since nobody will look for it.
 */
final class LeasedWork {

    private LeasedWork() {}

    /** Does the work; throws {@code LEASE_LOST} where it failed and the lease is no longer the keeper's. */
    static <T> T run(Platform platform, LeaseKeeper keeper, Supplier<T> work) {
        try {
            return work.get();
        } catch (Exception failure) {
            // Spark throws checked exceptions that no signature declares, as where a file of the attempt is gone.
            Optional<SluiceException> lost = keeper.findLoss(failure);
            if (lost.isEmpty()) {
                throw failure;
            }
            try {
                discard(platform, keeper.lease());
            } catch (RuntimeException undone) {
                lost.get().addSuppressed(undone);
            }
            throw lost.get();
        }
    }

    static boolean isLoss(Exception failure) {
        return failure instanceof SluiceException && ((SluiceException) failure).code() == ErrorCode.LEASE_LOST;
    }

    /** Only the lease's holder writes below its fence, so nobody else is at work in these folders. */
    private static void discard(Platform platform, Lease lease) {
        TableName table = lease.state().table();
        long batch = lease.state().lastBatch() + 1;
        Optional<BatchRecord> entered = platform.bookmarks().findBatch(table, batch);
        RawZone raw = new RawZone(platform.zones().raw());
        if (entered.map(BatchRecord::kind).equals(Optional.of(BatchRecord.Kind.REWIND))) {
            raw.discard(table, batch);
        } else {
            raw.discardAttempt(table, batch, lease.fence());
        }
        new Quarantine(platform.zones().quarantine())
                .discardAttempt(table, batch, lease.fence(), entered.flatMap(BatchRecord::quarantine));
    }
}
