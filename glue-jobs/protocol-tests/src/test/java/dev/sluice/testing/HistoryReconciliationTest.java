package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.LoadRun;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.Replay;
import dev.sluice.run.RunListener;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The version of a row that the source has deleted ends, and the row is current again as soon as it is read again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryReconciliationTest {

    private final Database target = PostgresServer.newDatabase("target");
    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
        shop.lake.connect("target", target.endpoint());
    }

    private static Items item(String table, String bookmark, String validTime) {
        return Items.table("shop/" + table)
                .incremental(bookmark)
                .columns("id int not null", "price int", validTime + " timestamp not null")
                .history(Optional.of(validTime), "id")
                .load("target", LoadSettings.Mode.UPSERT)
                .reconcile(new ReconcileSettings(
                        ReconcileSettings.Action.REMOVE, Optional.empty(), 0.5, Duration.ofDays(1), OptionalInt.of(3)));
    }

    @Test
    void theVersionOfADeletedRowEndsAndOneThatCommitsLateIsCurrent() throws SQLException {
        shop.source.execute(
                """
                CREATE TABLE prices (id int PRIMARY KEY, price int, updated_at timestamptz);
                INSERT INTO prices SELECT n, n, '2026-01-01T00:00:00Z' FROM generate_series(1, 10) n;
                """);
        shop.register(item("prices", "updated_at", "updated_at"));
        shop.ingest("prices");
        load("prices");
        shop.source.execute("DELETE FROM prices WHERE id IN (4, 5, 6)");
        try (Connection open = shop.source.connect();
                Statement late = open.createStatement()) {
            open.setAutoCommit(false);
            late.execute("INSERT INTO prices VALUES (5, 55, now())");
            Reconciled done = reconcile("prices");
            assertThat(done.gone()).isEqualTo(3);
            assertThat(curated(
                            "prices",
                            "id",
                            "_is_current",
                            "_valid_to = timestamp'"
                                    + done.batch().orElseThrow().readPoint() + "'"))
                    .contains("4|false|true", "5|false|true", "6|false|true")
                    .hasSize(10);
            open.commit();
        }
        shop.source.execute("INSERT INTO prices VALUES (4, 44, now())");
        shop.ingest("prices");
        assertThat(curated("prices", "id", "price", "_is_current"))
                .contains("4|4|false", "4|44|true", "5|5|false", "5|55|true", "6|6|false")
                .hasSize(12);
        assertThat(curated(
                        "prices", "id", "lag(_valid_to) OVER (PARTITION BY id ORDER BY _valid_from) <=> _valid_from"))
                .as("what came back after the look leaves a gap, what was there unseen does not")
                .contains("4|false", "5|true");
        assertThat(reconcile("prices").gone()).isZero();
        assertEqual("prices", 9);
        Tidiness.assertNothingIsLeftOver(shop.lake, Shop.name("prices"));
    }

    /** Rows come by their number and hold from a time that people write. */
    @Test
    void aRowThatComesBackWithATimeOfBeforeIsCurrentAndOneOfQuarantineIsNot() {
        shop.source.execute(
                """
                CREATE TABLE rates (id int PRIMARY KEY, price int, valid timestamptz, revision bigserial);
                INSERT INTO rates SELECT n, n, '2026-01-01T00:00:00Z' FROM generate_series(1, 4) n;
                """);
        shop.register(item("rates", "revision", "valid").rule("sound", "price < 50"));
        shop.ingest("rates");
        shop.source.execute("UPDATE rates SET price = 77, valid = '2026-01-02', revision = DEFAULT WHERE id = 4");
        shop.ingest("rates");
        shop.source.execute("DELETE FROM rates WHERE id IN (3, 4)");
        assertThat(reconcile("rates").gone()).isEqualTo(2);

        shop.source.execute("INSERT INTO rates VALUES (3, 33, '2026-01-03')");
        shop.ingest("rates");
        String[] shown = {"id", "price", "_valid_from = timestamp'2026-01-03T00:00:00Z'", "_is_current"};
        assertThat(curated("rates", shown)).contains("3|3|false|false", "3|33|true|true", "4|4|false|false");
        shop.register(item("rates", "revision", "valid"));
        assertThat(new Replay(shop.lake, RunListener.NONE).run(Shop.name("rates"), Optional.empty(), Shop.runId()))
                .hasSize(1);
        assertThat(curated("rates", shown))
                .as("it was read before it was found gone")
                .contains("3|33|true|true", "4|4|false|false", "4|77|false|false")
                .hasSize(6);
        assertEqual("rates", 3);
    }

    private Reconciled reconcile(String table) {
        Reconciled done = new Reconciliation(shop.lake, RunListener.NONE, Reconciliation.Progress.NONE)
                .run(ReconcileRequest.of(Shop.runId(), List.of(Shop.name(table))))
                .tables()
                .get(0);
        assertThat(done.failure()).isEmpty();
        return done;
    }

    private void load(String table) {
        assertThat(new LoadRun(shop.lake, RunListener.NONE)
                        .run("load", List.of(Shop.name(table)))
                        .failed())
                .isEmpty();
    }

    private List<String> curated(String table, String... expressions) {
        return TestSpark.session()
                .read()
                .format("delta")
                .load("file://" + shop.lake.folder().resolve("curated/shop").resolve(table))
                .selectExpr("concat_ws('|', " + String.join(", ", expressions) + ")")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    /** Source, curated and target hold the same current rows, so many. */
    private void assertEqual(String table, long rows) {
        load(table);
        var report = new Verification(shop.lake).verify(Shop.name(table), EnumSet.allOf(Scope.class));
        assertThat(report.comparisons())
                .allMatch(comparison -> comparison.counts().isEmpty());
        assertThat(report.verdict()).isEqualTo(Verdict.EQUAL);
        assertThat(report.comparisons().get(0).leftRows()).isEqualTo(rows);
    }
}
