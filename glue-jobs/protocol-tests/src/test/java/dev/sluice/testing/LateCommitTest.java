package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Position;
import dev.sluice.run.TableOutcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that commit after others that began later: what loses rows with a plain watermark. */
class LateCommitTest {

    private static final int WRITERS = 4;
    private static final int RUNS = 4;

    /** Ids out of the writers' reach. */
    private static final int SLOW = 500_000_000;

    private static final int SWIFT = 600_000_000;

    @TempDir
    Path folder;

    private final Orders orders = new Orders();

    @Test
    void aTransactionThatCommitsAfterTheRunIsReadByTheNext() throws SQLException {
        orders.source.execute(
                "INSERT INTO orders VALUES (1, 'early', 1); INSERT INTO events (payload) VALUES ('early')");
        Lake lake = orders.register(Lake.in(folder));
        try (Connection late = orders.source.connect()) {
            late.setAutoCommit(false);
            execute(late, "INSERT INTO orders VALUES (2, 'late', 2)");
            execute(late, "INSERT INTO events (payload) VALUES ('late')");
            orders.source.execute(
                    "INSERT INTO orders VALUES (3, 'on time', 3); INSERT INTO events (payload) VALUES ('on time')");
            Orders.runWell(lake, Orders.KEYED);
            Orders.run(lake, dev.sluice.run.RunListener.NONE, Orders.APPENDED);
            late.commit();
        }
        settle();
        Orders.runWell(lake);
        Orders.runWell(lake);
        orders.assertCuratedEqualsSource(lake);
    }

    @Test
    void aTableOfWhichNothingIsSettledYetIsNoFailureOfALoad() throws SQLException {
        Lake lake = orders.register(Lake.in(folder));
        try (Connection open = orders.source.connect()) {
            open.setAutoCommit(false);
            execute(open, "INSERT INTO events (payload) VALUES ('open')");
            orders.source.execute("INSERT INTO events (payload) VALUES ('committed')");
            Orders.run(lake, dev.sluice.run.RunListener.NONE, Orders.APPENDED);
            assertThat(lake.bookmarks().load(Orders.APPENDED).curatedVersion()).isEmpty();
            assertThat(Orders.loadWell(lake, Orders.APPENDED).targets()).isEmpty();
        }
    }

    @Test
    void nothingIsLostOrDoubledBesideWritersThatNeverRest() throws SQLException {
        seed(orders.source);
        Lake lake = orders.register(Lake.in(folder));
        PlainWatermark plain = new PlainWatermark(orders.source);
        try (Writers writers = new Writers(orders.source)) {
            for (int run = 0; run < RUNS; run++) {
                // One transaction outlasts each run, so rows commit below the watermark however fast the machine is.
                try (Connection slow = orders.source.connect()) {
                    slow.setAutoCommit(false);
                    execute(slow, "INSERT INTO orders VALUES (" + (SLOW + run) + ", 'slow', 1)");
                    execute(slow, "INSERT INTO events (payload) VALUES ('slow')");
                    orders.source.execute("INSERT INTO orders VALUES (" + (SWIFT + run) + ", 'swift', 1)");
                    Orders.run(lake, dev.sluice.run.RunListener.NONE);
                    plain.read();
                    slow.commit();
                }
            }
            writers.stop();
        }
        settle();
        plain.read();
        Orders.runWell(lake);
        Orders.runWell(lake);
        Orders.loadWell(lake);

        orders.assertTargetAndCuratedEqualSource(lake);
        assertThat(plain.lost())
                .as("rows that a plain > watermark loses of " + plain.expected() + ", so the harness can see loss")
                .isGreaterThanOrEqualTo(RUNS);
    }

    @Test
    void aQuietTableCostsNoBatch() {
        seed(orders.source);
        Lake lake = orders.register(Lake.in(folder));
        settle();
        Orders.runWell(lake);
        var report = Orders.runWell(lake);
        assertThat(Orders.outcome(report, Orders.KEYED).status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(Orders.outcome(report, Orders.APPENDED).status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(lake.bookmarks().load(Orders.KEYED).lastBatch()).isEqualTo(1);
        assertThat(lake.bookmarks().load(Orders.APPENDED).position()).contains(new Position.Sequence(21));
    }

    private static void seed(Database source) {
        source.execute(
                """
                INSERT INTO orders SELECT n, 'seed', n FROM generate_series(1, 20) n;
                INSERT INTO events (payload) SELECT 'seed' FROM generate_series(1, 20) n;
                INSERT INTO customers VALUES (1, 'seed');
                """);
    }

    /** The bound stays a second behind the clock; rows stamped before it need that long to fall below. */
    private static void settle() {
        try {
            TimeUnit.MILLISECONDS.sleep(1200);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Sessions that insert and update in transactions of random length until closed. */
    private static final class Writers implements AutoCloseable {

        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicLong ids = new AtomicLong(1000);
        private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        private final List<Future<?>> work = new ArrayList<>();

        Writers(Database source) {
            for (int writer = 0; writer < WRITERS; writer++) {
                Random random = new Random(writer);
                work.add(threads.submit(() -> {
                    write(source, random);
                    return null;
                }));
            }
        }

        private void write(Database source, Random random) throws SQLException, InterruptedException {
            try (Connection connection = source.connect()) {
                connection.setAutoCommit(false);
                while (!stop.get()) {
                    for (int statement = 0; statement < 3; statement++) {
                        execute(connection, "INSERT INTO orders VALUES (" + ids.incrementAndGet() + ", 'written', 1)");
                        execute(connection, "INSERT INTO events (payload) VALUES ('written')");
                        Thread.sleep(random.nextInt(400));
                    }
                    // Each writer updates rows of its own, so that none waits for another.
                    execute(
                            connection,
                            "UPDATE orders SET status = 'updated " + random.nextInt()
                                    + "', updated_at = now() WHERE id = " + (1 + random.nextInt(5) * WRITERS));
                    if (random.nextInt(10) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                    }
                }
                connection.rollback();
            }
        }

        void stop() {
            stop.set(true);
        }

        @Override
        public void close() {
            stop();
            try {
                for (Future<?> writer : work) {
                    writer.get(30, TimeUnit.SECONDS);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException failure) {
                throw new IllegalStateException("A writer failed", failure);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** What most tools do: read what is greater than the greatest value seen. */
    private static final class PlainWatermark {

        private final Database source;
        private final java.util.Set<String> seen = new java.util.HashSet<>();
        private String watermark = "-infinity";

        PlainWatermark(Database source) {
            this.source = source;
        }

        void read() {
            seen.addAll(RowsOf.query(source, "SELECT id FROM orders WHERE updated_at > '" + watermark + "'"));
            watermark = RowsOf.query(source, "SELECT coalesce(max(updated_at), '-infinity') FROM orders")
                    .get(0);
        }

        long expected() {
            return RowsOf.query(source, "SELECT id FROM orders").size();
        }

        long lost() {
            return RowsOf.query(source, "SELECT id FROM orders").stream()
                    .filter(id -> !seen.contains(id))
                    .count();
        }
    }
}
