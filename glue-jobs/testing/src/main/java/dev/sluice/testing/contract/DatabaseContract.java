package dev.sluice.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Position;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Bound.Guarantee;
import dev.sluice.extract.Extraction;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.RunListener;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.testing.Database;
import dev.sluice.testing.Items;
import dev.sluice.testing.Lake;
import dev.sluice.testing.RowsOf;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Difference;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds for every database that tables are read from, beside what holds for every source: late commits, ties and rows
 * that change unseen. A kind of database says how it makes the tables.
 */
public abstract class DatabaseContract extends ExtractorContract {

    private static final TableName KEYED = TableName.parse("shop/orders");
    private static final TableName APPENDED = TableName.parse("shop/events");
    private static final TableName TICKS = TableName.parse("shop/ticks");
    private static final int LATE_RUNS = 2;
    private static final long POLL_MILLIS = 50;

    /** What the tests of every source share. */
    private Database shared;

    private Lake sharedLake;

    /** A test's own. */
    private Database source;

    private Lake lake;

    /**
     * A new database with the tables that {@link SourceRows} describes and {@code ticks (id int, at)}. Stamps are in
     * microseconds and set by the server where none is given, as are the numbers of events.
     */
    protected abstract Database newSource();

    /** A literal of a stamp's type. */
    protected abstract String literal(Instant stamp);

    /** The kind's guarantee for a role that may see what it needs. */
    protected Guarantee guarantee() {
        return Guarantee.OPEN_TRANSACTIONS;
    }

    @Override
    protected Lake open(Lake empty) {
        shared = newSource();
        sharedLake = connect(empty, shared);
        return sharedLake;
    }

    private static Lake connect(Lake empty, Database database) {
        return empty.connect("shop", database.endpoint()).connect("log", database.endpoint());
    }

    @Override
    protected Items orders(Items item) {
        return orders(item, shared);
    }

    private static Items orders(Items item, Database database) {
        return item.relation(database.table("orders"))
                .incremental("updated_at")
                .columns("updated_at timestamp")
                .orderBy("updated_at");
    }

    @Override
    protected Items events(Items item) {
        return item.relation(shared.table("events")).incremental("id");
    }

    @Override
    protected Items kinds(Items item) {
        return item.relation(shared.table("kinds"));
    }

    @Override
    protected void write(List<Order> orders, List<Event> events) {
        SourceRows.write(shared, orders, events);
    }

    @Override
    protected void write(List<Kinds> rows) {
        SourceRows.write(shared, rows);
    }

    /** Those between the bound and what is committed. */
    @Override
    protected boolean readsRowsAgain() {
        return true;
    }

    @Override
    protected void settle() {
        settle(sharedLake);
    }

    /** A database and a lake of the test's own. */
    private void own(Path folder) {
        source = newSource();
        lake = connect(Lake.in(folder), source);
        register(orders(Items.table(KEYED.toString()), source)
                .columns("id bigint not null", "status string", "price decimal(12,2)")
                .merge("id"));
        register(Items.table(APPENDED.toString())
                .relation(source.table("events"))
                .incremental("id")
                .columns("id bigint not null", "status string")
                .append());
        register(Items.table(TICKS.toString())
                .relation(source.table("ticks"))
                .incremental("at")
                .columns("id int", "at timestamp")
                .append());
        source.execute(
                "INSERT INTO orders (id, status, price) VALUES (1, 'early', 1), (2, 'early', 2), (3, 'early', 3);"
                        + "INSERT INTO events (status) VALUES ('early'), ('early');"
                        + "INSERT INTO ticks (id) VALUES (1), (2)");
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private void runWell(TableName... tables) {
        assertThat(new Ingest(lake, RunListener.NONE)
                        .run(IngestRequest.of("run-" + UUID.randomUUID(), List.of(tables)))
                        .failed())
                .isEmpty();
    }

    private void assertCuratedEqualsSource() {
        assertThat(RowsOf.curated(lake, "shop/orders", "id", "status", "price"))
                .isEqualTo(RowsOf.query(source, "SELECT id, status, price FROM orders"));
        assertThat(RowsOf.curated(lake, "shop/events", "id", "status"))
                .isEqualTo(RowsOf.query(source, "SELECT id, status FROM events"));
    }

    /** Waits until a bound fixed now lies above every stamp there is. */
    private static void settle(Lake lake) {
        Instant begun = bound(lake).readPoint();
        Instant settled;
        do {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while stamps settle", interrupted);
            }
            settled = ((Position.At) bound(lake).position().orElseThrow()).instant();
        } while (!settled.isAfter(begun));
    }

    private static Bound bound(Lake lake) {
        try (Extraction extraction = extraction(lake)) {
            return extraction.fixBound(Optional.empty(), List.of());
        }
    }

    private static Extraction extraction(Lake lake) {
        var shop = lake.settings().findSource("shop").orElseThrow();
        var settings = lake.settings().findTable(KEYED).orElseThrow();
        return lake.extractor(shop, settings).open(shop, lake.connections(), settings);
    }

    private Connection transaction(String... statements) throws SQLException {
        Connection connection = source.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return connection;
    }

    @Test
    void thePromiseNamesTheGuarantee() {
        try (Extraction extraction = extraction(sharedLake)) {
            assertThat(extraction.promise().guarantee()).isEqualTo(guarantee());
        }
    }

    /** Rows below the greatest stamp and number commit after each run: what loses them with a plain watermark. */
    @Test
    void noLateCommitIsLost(@TempDir Path folder) throws SQLException {
        own(folder);
        Set<String> plain = new HashSet<>();
        String watermark = literal(Instant.parse("2000-01-01T00:00:00Z"));
        for (int run = 1; run <= LATE_RUNS; run++) {
            try (Connection late = transaction(
                    "INSERT INTO orders (id, status, price) VALUES (" + (100 + run) + ", 'late', 1)",
                    "INSERT INTO events (status) VALUES ('late')")) {
                source.execute("INSERT INTO orders (id, status, price) VALUES (" + (200 + run) + ", 'swift', 1);"
                        + "INSERT INTO events (status) VALUES ('swift')");
                runWell(KEYED, APPENDED);
                plain.addAll(RowsOf.query(source, "SELECT id FROM orders WHERE updated_at > " + watermark));
                watermark = "(SELECT max(updated_at) FROM orders WHERE id = " + (200 + run) + ")";
                late.commit();
            }
        }
        settle(lake);
        runWell(KEYED, APPENDED);
        settle(lake);
        runWell(KEYED, APPENDED);
        assertCuratedEqualsSource();
        plain.addAll(RowsOf.query(source, "SELECT id FROM orders WHERE updated_at > " + watermark));
        assertThat(RowsOf.query(source, "SELECT id FROM orders").size() - plain.size())
                .as("rows that a plain watermark loses, so the test can see loss")
                .isEqualTo(LATE_RUNS);
    }

    @Test
    void rowsThatShareTheBookmarkWithTheBoundAreReadOnce(@TempDir Path folder) {
        own(folder);
        settle(lake);
        runWell(TICKS);
        Instant bound = ((Position.At) lake.bookmarks().load(TICKS).position().orElseThrow()).instant();
        source.execute("INSERT INTO ticks (id, at) VALUES (3, " + literal(bound) + "), (4, " + literal(bound) + ")");
        settle(lake);
        runWell(TICKS);
        runWell(TICKS);
        assertThat(RowsOf.curated(lake, "shop/ticks", "id")).containsExactly("1", "2", "3", "4");
    }

    @Test
    void verifyFindsARowThatChangedUnseen(@TempDir Path folder) {
        own(folder);
        settle(lake);
        runWell(KEYED);
        assertThat(verify().verdict()).isEqualTo(Verdict.EQUAL);
        source.execute("UPDATE orders SET status = 'silent' WHERE id = 3");
        Comparison comparison = verify();
        assertThat(comparison.verdict()).isNotEqualTo(Verdict.EQUAL);
        assertThat(comparison.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Difference.Kind.DIFFERENT);
            assertThat(difference.key()).isEqualTo(Map.of("id", "3"));
            assertThat(difference.toString()).contains("silent", "early");
        });
    }

    private Comparison verify() {
        return new Verification(lake)
                .verify(KEYED, Set.of(Scope.CURATED))
                .comparisons()
                .get(0);
    }
}
