package dev.sluice.extract.jdbc;

import dev.sluice.extract.Bound;
import dev.sluice.extract.Promise;
import dev.sluice.settings.BookmarkSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Says which guarantee a table has and why. */
final class Promises {

    private Promises() {}

    static Promise of(Transactions look, Connection connection, JdbcTable table, Optional<BookmarkSettings> bookmark)
            throws SQLException {
        if (bookmark.isEmpty()) {
            return new Promise(Bound.Guarantee.FULL_READ, "Each run reads everything in one snapshot");
        }
        Bound.Guarantee guarantee = BoundFixer.guarantee(look.sight(), bookmark.get());
        return new Promise(
                guarantee,
                reason(table.dialect(), look, bookmark.get()) + table.dialect().reservation(connection, table, look));
    }

    private static String reason(Dialect dialect, Transactions look, BookmarkSettings bookmark) {
        String delay = "rows that commit later than " + words(bookmark.settle())
                + " (extract.bookmark.settle) after their bookmark are missed";
        if (look.sight() != Transactions.Sight.ALL) {
            Dialect.Blindness blindness = dialect.blindness(look.sight());
            return blindness.reason() + ": " + delay + ". " + blindness.remedy();
        }
        if (bookmark.clock() == BookmarkSettings.StampedBy.CLIENT) {
            return "A client's clock stamps the bookmark (extract.bookmark.clock): " + delay;
        }
        return "All open transactions are seen, prepared ones included: no late commit is missed";
    }

    static String words(Duration duration) {
        return duration.getSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.getSeconds() + " s";
    }
}
