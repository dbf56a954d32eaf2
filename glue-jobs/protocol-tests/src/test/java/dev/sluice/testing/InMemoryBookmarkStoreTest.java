package dev.sluice.testing;

import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.testing.contract.BookmarkStoreContract;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

class InMemoryBookmarkStoreTest extends BookmarkStoreContract {

    private final InMemoryBookmarkStore data =
            new InMemoryBookmarkStore(Clock.systemUTC(), Duration.ZERO, holder -> false);

    @Override
    protected BookmarkStore store(Clock clock, Duration clockTolerance, Predicate<LeaseHolder> ended) {
        return data.as(clock, clockTolerance, ended);
    }
}
