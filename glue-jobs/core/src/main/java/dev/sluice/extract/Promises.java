package dev.sluice.extract;

import dev.sluice.database.SqlText;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.Relation;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** Says which guarantee a table has and why. */
final class Promises {

    private Promises() {}

    static Promise of(
            Transactions look, Connection connection, PostgresTable table, Optional<BookmarkSettings> bookmark)
            throws SQLException {
        if (bookmark.isEmpty()) {
            return new Promise(Bound.Guarantee.FULL_READ, "Each run reads everything in one snapshot");
        }
        Bound.Guarantee guarantee = BoundFixer.guarantee(look.sight(), bookmark.get());
        return new Promise(guarantee, reason(look, bookmark.get()) + cached(connection, table));
    }

    private static String reason(Transactions look, BookmarkSettings bookmark) {
        String delay = "rows that commit later than " + words(bookmark.settle())
                + " (extract.bookmark.settle) after their bookmark are missed";
        if (look.sight() == Transactions.Sight.STANDBY) {
            return "The source is a standby and does not show the primary's transactions: " + delay
                    + ". Read from the primary for more";
        }
        if (look.sight() == Transactions.Sight.OWN_ROLE) {
            return "The role may not see other roles' transactions: " + delay + ". Grant it pg_read_all_stats for more";
        }
        if (bookmark.clock() == BookmarkSettings.StampedBy.CLIENT) {
            return "A client's clock stamps the bookmark (extract.bookmark.clock): " + delay;
        }
        return "All open transactions are seen, prepared ones included: no late commit is missed";
    }

    /** A session that takes several values of a sequence at once may use one long after greater ones were committed. */
    private static String cached(Connection connection, PostgresTable table) throws SQLException {
        if (table.bookmark()
                        .filter(bookmark -> bookmark.kind() == PostgresBookmark.Kind.SEQUENCE)
                        .isEmpty()
                || !(table.extract().relation() instanceof Relation.Table)) {
            return "";
        }
        StringBuilder words = new StringBuilder();
        for (String column : table.bookmark().get().columns()) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence("
                                    + SqlText.literal(table.from()) + ", " + SqlText.literal(column)
                                    + ")::regclass AND seqcache > 1")) {
                if (row.next()) {
                    words.append(". But the sequence of ")
                            .append(column)
                            .append(" has CACHE ")
                            .append(row.getLong(1))
                            .append(": a session may use a lower value later, which is missed. Set CACHE 1");
                }
            }
        }
        return words.toString();
    }

    private static String words(Duration duration) {
        return duration.getSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.getSeconds() + " s";
    }
}
